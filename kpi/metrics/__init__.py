"""What is measured, how metrics are made of it, and the catalogue of both."""
