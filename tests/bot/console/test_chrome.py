"""The words of the page: everything the scripts ask for is there, and nothing is translated in vain."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.console.chrome import HINTS, hint_list, page_words, room_words
from bot.console.page_files import load_assets
from handlers.grammar.grammar import parse_question
from handlers.incidents.parsing import verb_of, words_of
from kpi.languages import Language
from kpi.tones import Tone
from kpi.wording.wording import Wording

_USED = re.compile(r"\bwords\.(\w+)")


def test_the_scripts_use_the_words_they_are_given_and_no_others() -> None:
    """A key that is missing shows “undefined” to a seller; one too many is work for four translators."""
    english = Wording(Language.EN)
    scripts = "\n".join(content.decode() for name, (content, _) in load_assets().items() if name.endswith(".js"))
    tones = {f"tone_{tone.value}" for tone in Tone}
    assert "words[`tone_${reply.tone}`]" in scripts
    assert set(_USED.findall(scripts)) == {*room_words(english), *page_words(english)} - tones


def test_every_tone_but_the_neutral_one_has_a_word() -> None:
    """Colour is never alone."""
    words = room_words(Wording(Language.EN))
    assert {tone for tone in Tone if not words[f"tone_{tone.value}"]} == {Tone.NEUTRAL}


@pytest.mark.parametrize("language", list(Language))
def test_every_suggestion_is_understood_in_its_language(language: Language) -> None:
    """A translator writes commands too: each must mean what the English one means."""
    day = date(2026, 11, 24)
    for hint, (_, english) in zip(hint_list(Wording(language)), HINTS, strict=True):
        if english.startswith("/incident"):
            assert verb_of(words_of(hint["command"])) == verb_of(words_of(english)), hint
            continue
        asked = parse_question(hint["command"].removeprefix("/kpi"), language, (), day)
        meant = parse_question(english.removeprefix("/kpi"), Language.EN, (), day)
        assert asked == meant, hint
