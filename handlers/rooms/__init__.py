"""Rooms as places: their life on a platform, the welcome, the home page."""
