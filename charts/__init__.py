"""Numbers and ready-made labels in, PNG bytes out."""
