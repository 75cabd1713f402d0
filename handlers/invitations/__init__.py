"""Somebody Vigia does not know yet: how they are invited to say who they are, and how they become known."""
