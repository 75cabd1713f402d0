"""What a translated sentence tells people to type is understood, and means the same as in English."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from handlers.grammar.grammar import parse_question
from handlers.grammar.questions import Question
from handlers.grammar.target_words import TargetField, target_order
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.wording.wording import Wording

TRANSLATED = tuple(language for language in Language if language is not Language.EN)
TODAY = date(2026, 11, 23)
QUESTION = re.compile(r"(?:^|`)(/kpi\b[^`—]*)")


def questions_in(sentence: str, language: Language) -> list[Question | dict[str, Decimal | str]]:
    """Return what the questions and the orders quoted in `sentence` mean, in their order."""
    return [_order(text, language) or parse_question(text, language, (), TODAY) for text in QUESTION.findall(sentence)]


def _order(text: str, language: Language) -> dict[str, Decimal | str] | None:
    """Return what a text that sets a target says, the metric by its id and the value as a number, or None."""
    order = target_order(text)
    if order is None:
        return None
    metric = parse_question(f"/kpi {order.names}", language, (), TODAY).metric
    value = Decimal(order.values[TargetField.VALUE].rstrip("%").replace(",", "."))
    return {**order.values, TargetField.VALUE: value, "metric": metric or ""}


def sentences_with_questions(language: Language) -> list[tuple[str, str]]:
    """Return each sentence that quotes a question, in English and in `language`."""
    path = files("kpi.wording") / "locales" / language.value / "LC_MESSAGES" / "vigia.po"
    with path.open("rb") as po_file:
        catalogue = read_po(po_file, locale=language.value)
    pairs = [(str(message.id), str(message.string)) for message in catalogue if isinstance(message.id, str)]
    return [(english, said) for english, said in pairs if QUESTION.search(english) and "`/kpi %(" not in english]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translated_question_means_what_the_english_one_means(language: Language) -> None:
    """A suggestion that Vigia itself does not understand is worse than none."""
    pairs = sentences_with_questions(language)
    assert len(pairs) > 10
    for english, said in pairs:
        assert questions_in(said, language) == questions_in(english, Language.EN), said


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_is_known_by_its_name_in_every_language(metric: str) -> None:
    """The name on a message can be typed back; two metrics never share one."""
    for language in Language:
        name = Wording(language).say(METRICS[metric].name)
        assert parse_question(f"/kpi {name}", language, (), TODAY).metric == metric, name
