"""Setting a target: what is agreed with a seller, by whom, and how both sides are told."""
