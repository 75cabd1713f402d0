"""Incidents: what people and time do to them, how they are told in each room, and what is kept of them."""
