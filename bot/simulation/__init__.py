"""Journeys: what happens between two rooms, as a file says it, lived through by the real machinery."""
