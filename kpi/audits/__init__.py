"""Vigia's look at itself, and drills."""
