"""A metric's days beside what is usual, what was before and what was agreed."""
