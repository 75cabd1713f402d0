"""Who has an incident is asked whether it is still theirs, later or not at all if they say so; and gives it on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kpi.deliveries import Placing
from kpi.incidents.incident import EntryKind, Status
from tests.handlers.call_world import HOUR, MINUTE, OPS, CallWorld

PLAN = "/incident plan 1001 cause: ads action: new pictures to: 2.4% review: 400h"


@pytest.fixture
def asked() -> CallWorld:
    """Return a world in which Ana owes nothing more, just when she is asked whether it is still hers."""
    made = CallWorld()
    made.declare()
    for text in ("/incident ack 1001", "/incident analysis 1001 the ads were rejected", PLAN):
        made.staff(text)
    while EntryKind.REMINDED not in made.kinds():
        made.live(10 * MINUTE, step=10 * MINUTE)
    return made


def test_without_an_answer_it_goes_back_to_nobody(asked: CallWorld) -> None:
    """What a snooze puts off."""
    asked.live(40 * MINUTE, step=10 * MINUTE)
    assert asked.incident().status is Status.OPEN


def test_the_question_has_a_button_for_every_answer(asked: CallWorld) -> None:
    """Mine, later, not at all; it names its owner."""
    question = asked.of_room(OPS, Placing.REPLY)[-1]
    assert question.called == "north-ana"
    assert [button.command for button in question.reply.buttons] == [
        "/incident ack 1001",
        "/incident snooze 1001",
        "/incident stop 1001",
        "/incident show 1001",
    ]


@pytest.mark.parametrize("text", ["snooze 1001 2h", "adiar 1001 120 min", "posponer 1001 2 h", "稍后 1001 2小时"])
def test_a_snooze_asks_again_then_and_not_before(asked: CallWorld, text: str) -> None:
    """And says that promises stand."""
    reply = asked.staff(f"/incident {text}")
    assert "You are asked again" in reply.notes[0]
    assert "What was promised stays due" in reply.notes[0]
    asked.live(110 * MINUTE, step=10 * MINUTE)
    assert asked.kinds().count(EntryKind.REMINDED) == 1
    asked.live(20 * MINUTE, step=10 * MINUTE)
    assert asked.kinds().count(EntryKind.REMINDED) == 2
    assert asked.incident().owner == "north-ana"


def test_a_snooze_without_a_length_is_an_hour(asked: CallWorld) -> None:
    """Said on both clocks."""
    asked.staff("/incident snooze 1001")
    held = asked.incident().acknowledgement
    assert held is not None
    assert held.stale_at - asked.clock() < HOUR
    assert held.stale_at - asked.clock() > 59 * MINUTE


def test_a_stop_ends_the_questions_and_says_what_goes_on(asked: CallWorld) -> None:
    """Without news it still goes back to nobody, unasked."""
    reply = asked.staff("/incident stop 1001")
    assert "You are not asked any more" in reply.notes[0]
    assert "People are still called about what was promised" in reply.notes[0]
    asked.staff("/incident update 1001 at work")
    asked.live(timedelta(days=2), step=10 * MINUTE)
    assert asked.kinds().count(EntryKind.REMINDED) == 1
    assert EntryKind.WENT_STALE in asked.kinds()


@pytest.mark.parametrize(
    ("text", "handle", "sentence"),
    [
        ("snooze 1001 2h", "U0BRUNO", "Ana of north has incident #1001"),
        ("stop 1001", "U0BRUNO", "Ana of north has incident #1001"),
        ("snooze 1001 soon", "U0ANA", "“soon” is no time"),
        ("snooze 1001 0h", "U0ANA", "is over already"),
        ("snooze", "U0ANA", "Say which incident"),
    ],
)
def test_a_mistake_is_one_sentence(asked: CallWorld, text: str, handle: str, sentence: str) -> None:
    """And it is asked about as before."""
    before = asked.incident()
    assert sentence in asked.staff(f"/incident {text}", handle).headline
    assert asked.incident() == before


def test_what_nobody_asks_yet_is_not_put_off() -> None:
    """Nor may it be of a critical incident for good."""
    world = CallWorld()
    world.declare()
    world.staff("/incident ack 1001")
    assert "before then anyway" in world.staff("/incident snooze 1001 1h").headline
    world.staff("/incident severity 1001 S1")
    assert "is critical: whoever has it is asked" in world.staff("/incident stop 1001").headline
    assert world.staff("/incident release 1001").headline.startswith("#1001")
    assert "cannot be done now" in world.staff("/incident stop 1001").headline


@pytest.mark.parametrize(
    "text", ["snooze 1001", "snooze 1001 x", "stop 1001", "assign 1001", "assign 1001 zoe", "release 1001"]
)
def test_a_seller_silences_nobody(asked: CallWorld, text: str) -> None:
    """Nor decides who has it."""
    before = asked.incident()
    assert "Only the operator's team" in asked.declare(f"/incident {text}").headline
    assert asked.incident() == before


@pytest.mark.parametrize(
    "text", ["assign 1001 Bruno", "atribuir 1001 bruno of north", "asignar 1001 north-bruno", "指派 1001 Bruno"]
)
def test_it_is_given_to_somebody_who_hears_of_it_by_name(asked: CallWorld, text: str) -> None:
    """Both rooms read who has it now."""
    asked.staff(f"/incident {text}")
    assert asked.incident().owner == "north-bruno"
    line = asked.of_room(OPS, Placing.REPLY)[-1]
    assert "Ana of north gave it to Bruno of north" in line.reply.headline
    assert line.called == "north-bruno"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Say to whom"),
        (" wei", "not of the operator's team"),
        (" zoe", "Nobody called “zoe”"),
        (" Ana", "so already"),
    ],
)
def test_it_is_given_to_nobody_who_cannot_have_it(asked: CallWorld, words: str, sentence: str) -> None:
    """The seller's people least of all."""
    assert sentence in asked.staff(f"/incident assign 1001{words}").headline
    assert asked.incident().owner == "north-ana"


def test_what_nobody_has_is_taken_not_given(asked: CallWorld) -> None:
    """Whoever would be named might sleep, and nobody would be called."""
    asked.staff("/incident release 1001")
    assert "Nobody has incident #1001 yet" in asked.staff("/incident assign 1001 Bruno").headline
    assert asked.incident().status is Status.OPEN


@pytest.mark.parametrize("verb", ["release", "liberar", "devolver", "退回"])
def test_whoever_gives_it_back_lets_people_be_called_again(asked: CallWorld, verb: str) -> None:
    """A moment later; the card has a button for it."""
    card = asked.staff("/incident 1001")
    assert "/incident release 1001" in [button.command for button in card.buttons]
    asked.staff(f"/incident {verb} 1001")
    assert asked.incident().status is Status.OPEN
    calls = len(asked.calls())
    asked.live(MINUTE)
    assert len(asked.calls()) == calls + 1
