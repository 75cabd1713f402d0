"""One word per severity: what a card calls it is understood as the same one, wherever somebody writes it."""

from __future__ import annotations

from itertools import combinations

import pytest

from handlers.grammar.incident_words import GRADE_WORDS, SEVERITY_WORDS
from handlers.incidents.card import SEVERITY_NAMES
from kpi.languages import Language
from kpi.severities import Severity
from kpi.wording.wording import Wording
from tests.handlers.incident_world import IncidentWorld
from tests.handlers.world import north, south

EACH = [(language, severity) for language in Language for severity in Severity]


@pytest.mark.parametrize(("language", "severity"), EACH)
def test_a_report_that_says_a_cards_word_is_as_severe_as_the_card(language: Language, severity: Severity) -> None:
    """Before or behind what happened."""
    word = Wording(language).say(SEVERITY_NAMES[severity])
    for text in (f"{word}: North ML", f"North ML {word}"):
        world = IncidentWorld(north(language), south(language))
        assert f" · {word}" in world.seller(f"/incident {text}").headline
        assert world.incident().severity is severity


@pytest.mark.parametrize(("language", "severity"), EACH)
def test_a_severity_is_changed_by_the_word_on_the_card(language: Language, severity: Severity) -> None:
    """From any other one."""
    word = Wording(language).say(SEVERITY_NAMES[severity])
    world = IncidentWorld(north(language), south(language))
    world.seller("/incident North ML")
    before = next(one for one in Severity if one is not severity)
    world.ask(f"/incident severity 1001 {before.name} reason: a look")
    world.ask(f"/incident severity 1001 {word} reason: another look")
    assert world.incident().severity is severity


@pytest.mark.parametrize("table", [GRADE_WORDS, SEVERITY_WORDS])
def test_no_word_means_two_severities(table: dict[Severity, tuple[str, ...]]) -> None:
    """Nor does a word of a report mean another one to whoever changes it."""
    for one, other in combinations(table, 2):
        assert not set(table[one]) & set(table[other])
    assert all(set(words) <= set(GRADE_WORDS[severity]) for severity, words in SEVERITY_WORDS.items())
