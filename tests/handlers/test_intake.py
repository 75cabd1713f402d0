"""The one path behind every door: once per event, one sentence per mistake, one seller per room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.incidents.command import INCIDENT_COMMAND
from handlers.intake import Intake
from handlers.messages import Reply
from handlers.ports import Work
from kpi.engagements import Platform
from kpi.errors import NotFoundError, VigiaError
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from tests.handlers.incident_world import SEEN, IncidentWorld
from tests.handlers.world import NOW, World, north, said, south

ONLY_NORTH = World(north()).fill("north-ml", "north-amz")
BOTH = World(north(), south()).fill()
PARTS = st.lists(
    st.sampled_from(
        (
            *("", "br", "mx", "mercadolibre", "amazon", "shopee", "north-ml", "North Amazon", "south-ml", "South ML"),
            *("7d", "30d", "last week", "this month", "2026-08-27", "2026-08", "vs last year", "vs previous"),
            *("why", "targets", "help", "board", "South", "south-ops"),
        )
    ),
    max_size=4,
)
METRIC = st.sampled_from(("", *sorted(METRICS)))


def without_reference(reply: Reply | None) -> Reply | None:
    """Return a reply without the random part of its reference."""
    return None if reply is None else replace(reply, reference=reply.reference.split("-")[0])


@settings(max_examples=150)
@given(metric=METRIC, parts=PARTS, place=st.sampled_from((("north-seller", "wei"), ("north-ops", "ana"))))
def test_a_room_answers_as_if_no_other_seller_existed(metric: str, parts: list[str], place: tuple[str, str]) -> None:
    """Whatever is asked: with and without the other seller's numbers, the answer is the same to the last mark."""
    text = " ".join(("/kpi", metric, *parts))
    ours, alone = (without_reference(world.hear(text, *place)) for world in (BOTH, ONLY_NORTH))
    assert ours == alone


@settings(max_examples=60)
@given(metric=METRIC, parts=PARTS)
def test_no_sellers_room_ever_says_the_other_sellers_name_or_number(metric: str, parts: list[str]) -> None:
    """777 orders of 77.77 are in nobody's answer but their own."""
    text = " ".join(("/kpi", metric, *parts))
    reply = BOTH.ask(text, "north-seller", "wei")
    asked = {word for part in parts for word in part.lower().split()}
    if not any("south" in word for word in asked):
        assert "south" not in said(reply).lower()
    assert "777" not in said(replace(reply, reference=""))
    assert "南方" not in said(reply)


def test_the_other_sellers_numbers_are_there_for_themselves() -> None:
    """The marks the tests above look for are real: 777 orders, 777 x 77.77 = 60,427.29."""
    reply = BOTH.ask("/kpi", "south-seller", "wei")
    assert [figure.value for figure in reply.figures] == ["R$60.4k", "777", "9.99%"]


def test_a_person_of_one_engagement_is_a_stranger_in_another() -> None:
    """An account is known only where the engagement names it."""
    theirs = replace(south(), people=tuple(replace(one, handles=()) for one in south().people))
    world = World(north(), theirs).fill()
    assert "I do not know you" in world.ask("/kpi", "south-seller", "wei").headline
    assert world.ask("/kpi", "north-seller", "wei").figures


def test_an_event_is_answered_once() -> None:
    """Slack repeats what it believes was lost."""
    world = World().fill()
    arrival = world.arrival("/kpi")
    assert world.intake.answer(arrival) is not None
    assert world.intake.answer(arrival) is None
    assert world.intake.answer(replace(arrival, event_id="another")) is not None


def test_an_act_whose_process_died_is_done_when_its_event_comes_again() -> None:
    """Slack sends an event again when nobody answered it: what was not done yet must not count as seen."""
    world = IncidentWorld()
    arrival = world.arrival(SEEN, "north-seller", "wei")

    @contextmanager
    def killed() -> Iterator[Work]:
        with world.books.work() as work:
            yield work
            if work.incidents.of_engagement("north", NOW):
                raise SystemExit

    with pytest.raises(SystemExit):
        Intake(killed, (INCIDENT_COMMAND,), view=world.books.view).answer(arrival)
    reply = world.intake.answer(arrival)
    assert reply is not None
    assert "#1001" in said(reply)
    assert world.intake.answer(arrival) is None


def test_a_mistake_is_one_private_sentence_with_a_reference_that_finds_the_log_line() -> None:
    """The log gets what the person gets."""
    heard: list[tuple[str, VigiaError]] = []
    world = World(report=lambda reference, error: heard.append((reference, error)))
    reply = world.ask("/kpi converzion")
    ((reference, error),) = heard
    assert reply.headline == "I do not know “converzion”. Did you mean “conversion”?"
    assert (reply.reference, reply.is_private) == (reference, True)
    assert reference.startswith(f"{error.code}-")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.EN, "I do not know “converzion”. Did you mean “conversion”?"),
        (Language.ZH, "conversion"),
        (Language.PT, "conversion"),
        (Language.ES, "conversion"),
    ],
)
def test_a_mistake_is_explained_in_the_rooms_language(language: Language, sentence: str) -> None:
    """Never in English to somebody who reads Chinese."""
    reply = World(north(language)).ask("/kpi converzion")
    assert sentence in reply.headline
    assert reply.language is language
    assert ("I do not know" in reply.headline) == (language is Language.EN)


@pytest.mark.parametrize("text", ["hello", "", "   ", "/incident", "gmv"])
def test_words_that_are_no_command_are_answered_with_the_commands(text: str) -> None:
    """A bound room is owed a sentence."""
    assert World().ask(text).headline == "I answer commands: /kpi. Try `/kpi help`."


@pytest.mark.parametrize("text", ["/kpi help", "kpi help", "／kpi help", "  /KPI help "])
def test_a_command_is_known_with_and_without_its_slash(text: str) -> None:
    """A Chinese keyboard writes a wide slash."""
    assert World().ask(text).headline.startswith("/kpi: ")


def test_the_terminal_asks_as_a_person_in_a_room() -> None:
    """The same answer the person would get."""
    world = World().fill()
    arrival = world.arrival("/kpi gmv", "anywhere", "anybody")
    assert world.intake.answer_as(arrival, "north-ops", "north-ana") == world.ask("/kpi gmv")
    refused = world.intake.answer_as(arrival, "north-ops", "north-wei")
    assert "operations team" in refused.headline


@pytest.mark.parametrize(
    ("room", "person", "sentence"),
    [
        (
            "nowhere",
            "north-ana",
            "There is no room “nowhere”. Rooms: north-ops, north-seller, south-ops, ",
        ),
        ("north-ops", "south-ana", "Nobody called “south-ana” is in this engagement. It knows: north-ana, north-bruno"),
    ],
)
def test_the_terminal_is_told_which_rooms_and_people_there_are(room: str, person: str, sentence: str) -> None:
    """An admin mistyped."""
    world = World()
    with pytest.raises(NotFoundError) as caught:
        world.intake.answer_as(world.arrival("/kpi"), room, person)
    assert str(caught.value).startswith(sentence)


def test_a_place_is_bound_on_one_platform_only() -> None:
    """The same id elsewhere is another place."""
    world = World()
    arrival = world.arrival("/kpi")
    assert world.intake.answer(replace(arrival, platform=Platform.SLACK)) is None


def test_a_room_without_stores_says_so_and_still_gives_help() -> None:
    """An engagement begins before its stores do."""
    world = World(replace(north(), stores=()))
    assert world.ask("/kpi").headline == "No store of this engagement fits. It has: —."
    assert world.ask("/kpi help").notes[1] == "Stores: —"


def test_a_store_that_left_is_asked_for_in_vain() -> None:
    """Its numbers stay in the books, and out of the answers."""
    world = World().fill()
    world.agree(replace(north(), stores=north().stores[:1]))
    assert "I do not know" in world.ask("/kpi north-amz").headline
    assert "MX$" not in said(world.ask("/kpi"))
