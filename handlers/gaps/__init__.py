"""Sources of data that stopped, and what is said of it."""
