"""The language a browser asks for."""

from __future__ import annotations

from kpi.errors import UnknownNameError
from kpi.languages import Language, parse_language


def accepted_language(header: str, otherwise: Language) -> Language:
    """Return the first language of an Accept-Language header that Vigia speaks (order of the header)."""
    for part in header.split(","):
        tag = part.partition(";")[0].strip()
        for candidate in (tag, tag.partition("-")[0]):
            try:
                return parse_language(candidate)
            except UnknownNameError:
                continue
    return otherwise
