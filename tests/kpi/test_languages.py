"""The tags and names a language is known by."""

from __future__ import annotations

import pytest

from kpi.errors import UnknownNameError
from kpi.languages import Language, parse_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en", Language.EN),
        ("en-GB", Language.EN),
        ("English", Language.EN),
        ("zh", Language.ZH),
        ("zh_CN", Language.ZH),
        ("zh-Hans-CN", Language.ZH),
        (" 中文 ", Language.ZH),
        ("pt", Language.PT),
        ("pt_BR", Language.PT),
        ("PT-br", Language.PT),
        ("Português", Language.PT),
        ("es", Language.ES),
        ("es-419", Language.ES),
        ("es-LA", Language.ES),
        ("es_AR", Language.ES),
        ("español", Language.ES),
        ("ESPANOL", Language.ES),
    ],
)
def test_a_tag_or_a_name_means_a_language(text: str, language: Language) -> None:
    """Case, script and region do not matter."""
    assert parse_language(text) is language


@pytest.mark.parametrize("language", Language)
def test_every_language_is_known_by_its_own_value(language: Language) -> None:
    """What is stored can be read again."""
    assert parse_language(language.value) is language


@pytest.mark.parametrize("text", ["", "de", "ja-JP", "e", "ens", "en-", "-en", "en GB", "klingon", "zh_CN.UTF-8"])
def test_another_word_names_the_languages_there_are(text: str) -> None:
    """The sentence says what may be written instead."""
    with pytest.raises(UnknownNameError, match="use en, zh, pt or es"):
        parse_language(text)
