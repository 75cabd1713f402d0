"""What was owed to a seller in a month, and what was kept."""
