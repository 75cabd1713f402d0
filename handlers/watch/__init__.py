"""Watching the stores morning by morning, what comes of it, and the same over past mornings."""
