"""How trouble is spoken of in four languages, and whether a message reads like it."""
