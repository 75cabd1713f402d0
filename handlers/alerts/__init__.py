"""An alert and how it is told: its card, its causes, what is at stake, and what it means for incidents."""
