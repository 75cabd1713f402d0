"""An incident: what may happen to it, what is owed of it by when, and who is called."""
