"""Small pages behind signed links, for people whose chat shows neither buttons nor changes."""
