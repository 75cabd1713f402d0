"""The field itself: pure functions and frozen dataclasses."""
