"""What use cases keep: the books of each subject as Protocols, which `handlers.ports` puts together."""
