"""`python -m bot` is the command `vigia`."""

from __future__ import annotations

from bot.cli import main

main()
