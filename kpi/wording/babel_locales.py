"""Each language as Babel knows it, found once: by name it goes through all its locales for every number it writes."""

from __future__ import annotations

from functools import cache

from babel import Locale

from kpi.languages import Language


@cache
def locale_of(language: Language) -> Locale:
    """Return Babel's locale of a language.

    Latin American Spanish differs by country; the decimal comma of `es` is read everywhere but in Mexico.
    """
    return Locale.parse(language.value)
