"""Sentences: translated, filled, counted, and never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.errors import UnknownNameError, VigiaError
from kpi.languages import Language
from kpi.wording.catalogues import catalogue_of
from kpi.wording.wording import Wording

EN, ZH, PT, ES = Language.EN, Language.ZH, Language.PT, Language.ES
ALL = (EN, ZH, PT, ES)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "I do not know “acoss”. Did you mean “ACoS”?"),
        (ZH, "不认识“acoss”。您是指“ACoS”吗？"),
        (PT, "Não conheço “acoss”. Você quis dizer “ACoS”?"),
        (ES, "No conozco “acoss”. ¿Quiso decir “ACoS”?"),
    ],
)
def test_an_error_is_said_in_the_readers_language(language: Language, text: str) -> None:
    """The English sentence is for logs; people read their own."""
    error = UnknownNameError("I do not know “%(word)s”. Did you mean “%(nearest)s”?", word="acoss", nearest="ACoS")
    assert Wording(language).sentence(error) == text


@pytest.mark.parametrize("language", ALL)
def test_a_sentence_nobody_translated_is_said_in_english(language: Language) -> None:
    """Better English than nothing; the tests about the project find it before a reader does."""
    assert Wording(language).say("%(n)s zebras on the %(place)s", n=3, place="roof") == "3 zebras on the roof"


@pytest.mark.parametrize("language", ALL)
def test_an_empty_sentence_stays_empty(language: Language) -> None:
    """Gettext answers the empty text with the header of its catalogue."""
    assert Wording(language).say("") == ""


@pytest.mark.parametrize("language", ALL)
def test_a_per_cent_sign_is_said_once(language: Language) -> None:
    """A sentence without parameters escapes its per cent sign like any other."""
    said = Wording(language).say("Not judged: more than 100%% means that two counters disagree.")
    assert "100%" in said
    assert "%%" not in said
    assert Wording(language).say("up 5% today") == "up 5% today"


@given(st.text(max_size=30), st.sampled_from(ALL))
def test_what_people_typed_is_never_a_placeholder(word: str, language: Language) -> None:
    """A name such as "%(word)s" or "100%" passes unchanged through every language."""
    error = VigiaError("There is no metric “%(word)s”. `/kpi help` lists all metrics.", word=word)
    assert word in Wording(language).sentence(error)


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        (EN, ("0 days", "1 day", "2 days", "1,000 days")),
        (ZH, ("0天", "1天", "2天", "1,000天")),
        (PT, ("0 dia", "1 dia", "2 dias", "1.000 dias")),
        (ES, ("0 días", "1 día", "2 días", "1.000 días")),
    ],
)
def test_a_number_asks_for_the_form_of_its_language(language: Language, forms: tuple[str, ...]) -> None:
    """Chinese has one form; zero is singular in Brazil and plural in Spanish."""
    wording = Wording(language)
    assert tuple(wording.say_n("%(n)s day", "%(n)s days", n) for n in (0, 1, 2, 1000)) == forms


def test_names_and_labels_are_joined_by_the_languages_own_marks() -> None:
    """Chinese has a comma for lists and a wide colon."""
    texts = tuple(Wording(language).listed(("GMV", "ACoS")) for language in ALL)
    assert texts == ("GMV, ACoS", "GMV、ACoS", "GMV, ACoS", "GMV, ACoS")
    assert Wording(ZH).labelled("数据", "GMV") == "数据：GMV"
    assert Wording(PT).labelled("Dados", "GMV") == "Dados: GMV"


@pytest.mark.parametrize("language", ALL)
def test_a_catalogue_is_compiled_once(language: Language) -> None:
    """Every answer asks for it some forty times."""
    assert catalogue_of(language) is catalogue_of(language)
