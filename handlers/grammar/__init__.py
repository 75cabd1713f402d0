"""What people call things, in four languages: words in, typed questions and verbs out."""
