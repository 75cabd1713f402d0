"""The languages people read."""

from __future__ import annotations

import re
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

_NAMES: dict[str, Language] = {
    "english": Language.EN,
    "chinese": Language.ZH,
    "中文": Language.ZH,
    "简体中文": Language.ZH,
    "汉语": Language.ZH,
    "portuguese": Language.PT,
    "português": Language.PT,
    "portugues": Language.PT,
    "spanish": Language.ES,
    "español": Language.ES,
    "espanol": Language.ES,
    "castellano": Language.ES,
}

_TAG = re.compile(r"([a-z]{2})(?:[_-][a-z0-9]{2,8})*")
"""A language with any script and region (BCP 47: "zh-Hans-CN", "es-419"; Slack also writes "es-LA")."""


def parse_language(text: str) -> Language:
    """Return the language a tag or name means ("zh-CN", "pt", "es-MX", "中文"); raises UnknownNameError.

    The region does not matter: every Chinese tag means simplified Chinese, every Portuguese one Brazilian.
    """
    word = text.strip().casefold()
    tag = _TAG.fullmatch(word)
    found = _TAGS.get(tag[1]) if tag else _NAMES.get(word)
    if found is None:
        raise UnknownNameError(
            phrase("“%(word)s” is not a language Vigia speaks: use en, zh, pt or es."), word=text.strip()
        )
    return found
