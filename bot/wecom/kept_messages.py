"""What people wrote or pressed as text, to be kept in the inbox until it is answered, and back."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from bot.wecom.callbacks import Written

_WRITTEN = TypeAdapter(Written)


def as_text(written: Written) -> str:
    """Return what was written as text."""
    return _WRITTEN.dump_json(written).decode()


def read(content: str) -> Written | None:
    """Return what was written, marked as kept, or None for what another version kept and nobody can read."""
    try:
        return marked(_WRITTEN.validate_json(content))
    except ValidationError:
        return None


def marked(written: Written) -> Written:
    """Return what was written as kept in the inbox until its door strikes it off."""
    return replace(written, arrival=replace(written.arrival, is_kept=True))
