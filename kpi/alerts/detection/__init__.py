"""Finding falls and rises in daily counts: pure, vectorised over all series at once."""
