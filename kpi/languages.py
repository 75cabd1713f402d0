"""The languages people read."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from kpi.errors import UnknownNameError
from kpi.phrases import phrase


class Language(StrEnum):
    """A language with its own catalogue; English is the language the sentences are written in."""

    EN = "en"
    ZH = "zh_CN"
    PT = "pt_BR"
    ES = "es"


_TAGS: dict[str, Language] = {"en": Language.EN, "zh": Language.ZH, "pt": Language.PT, "es": Language.ES}

_NAMES: dict[Language, tuple[str, ...]] = {
    Language.EN: ("English",),
    Language.ZH: ("Chinese", "中文", "简体中文", "汉语"),
    Language.PT: ("Portuguese", "português"),
    Language.ES: ("Spanish", "español", "castellano"),
}

_TAG = re.compile(r"([a-z]{2})(?:[_-][a-z0-9]{2,8})*")
"""A language with any script and region (BCP 47: "zh-Hans-CN", "es-419"; Slack also writes "es-LA")."""


def parse_language(text: str) -> Language:
    """Return the language a tag or name means ("zh-CN", "pt", "es-MX", "中文"); raises UnknownNameError.

    The region does not matter: every Chinese tag means simplified Chinese, every Portuguese one Brazilian.
    """
    word = text.strip().casefold()
    tag = _TAG.fullmatch(word)
    found = _TAGS.get(tag[1]) if tag else _named(word)
    if found is None:
        raise UnknownNameError(
            phrase("“%(word)s” is not a language Vigia speaks: use en, zh, pt or es."), word=text.strip()
        )
    return found


def _named(word: str) -> Language | None:
    """Return the language called `word`, which may lack its accents ("espanol")."""
    return next((language for language, names in _NAMES.items() if _plain(word) in map(_plain, names)), None)


def _plain(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
