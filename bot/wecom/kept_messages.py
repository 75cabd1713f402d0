"""What people wrote or pressed as text, to be kept in the inbox until it is answered, and back."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter

from bot.wecom.callbacks import Written

_WRITTEN = TypeAdapter(Written)


def as_text(written: Written) -> str:
    """Return what was written as text."""
    return _WRITTEN.dump_json(written).decode()


def read(content: str) -> Written:
    """Return what was written, marked as kept; raises ValidationError for what another version kept."""
    return marked(_WRITTEN.validate_json(content))


def marked(written: Written) -> Written:
    """Return what was written as kept in the inbox until its door strikes it off."""
    return replace(written, arrival=replace(written.arrival, is_kept=True))
