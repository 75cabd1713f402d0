"""Vigia's look at itself, and the drills that show that calls arrive."""
