"""The async edge: web, chat platforms, clock, outbox, settings, wiring, command line."""
