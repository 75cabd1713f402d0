"""Translations from the gettext catalogues. English is the language of the sentences themselves."""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kpi.languages import Language


@lru_cache(maxsize=len(Language))
def catalogue_of(language: Language) -> NullTranslations:
    """Return the translations of `language`, compiled in memory once; English answers every sentence with itself."""
    if language is Language.EN:
        return NullTranslations()
    path = files("kpi.wording") / "locales" / language.value / "LC_MESSAGES" / "vigia.po"
    with path.open("rb") as po_file:
        catalogue = read_po(po_file, locale=language.value, domain="vigia")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
