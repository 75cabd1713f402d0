"""Slack: listener, messenger, renderer, errors."""
