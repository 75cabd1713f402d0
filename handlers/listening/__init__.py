"""What was not addressed to Vigia: trouble noticed in a message, and questions nobody answered."""
