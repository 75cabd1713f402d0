"""Use cases, free of chat, SQL and clocks."""
