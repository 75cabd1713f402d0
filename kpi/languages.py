"""The languages people read."""

from __future__ import annotations

from enum import StrEnum

from kpi.errors import UnknownNameError
from kpi.phrases import phrase


class Language(StrEnum):
    """A language with its own catalogue; English is the language the sentences are written in."""

    EN = "en"
    ZH = "zh_CN"
    PT = "pt_BR"
    ES = "es"


_NAMES: dict[str, Language] = {
    "en": Language.EN,
    "english": Language.EN,
    "zh": Language.ZH,
    "zh_cn": Language.ZH,
    "zh_hans": Language.ZH,
    "chinese": Language.ZH,
    "中文": Language.ZH,
    "pt": Language.PT,
    "pt_br": Language.PT,
    "portuguese": Language.PT,
    "português": Language.PT,
    "es": Language.ES,
    "es_mx": Language.ES,
    "es_419": Language.ES,
    "spanish": Language.ES,
    "español": Language.ES,
}


def parse_language(text: str) -> Language:
    """Return the language a tag or name means ("zh-CN", "pt", "中文"); raises UnknownNameError."""
    found = _NAMES.get(text.strip().casefold().replace("-", "_"))
    if found is None:
        raise UnknownNameError(
            phrase("“%(word)s” is not a language Vigia speaks: use en, zh, pt or es."), word=text.strip()
        )
    return found
