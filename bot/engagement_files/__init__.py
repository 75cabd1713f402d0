"""Engagement files: what `vigia apply` reads, checks as a whole, compares and stores."""
