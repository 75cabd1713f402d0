"""The commands of the terminal, one file each, loaded only when called."""
