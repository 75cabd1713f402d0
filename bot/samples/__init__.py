"""Sample engagements with generated data, for the demo and for trying Vigia without any account."""
