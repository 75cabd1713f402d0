"""What replicas share for WeCom: where rooms are heard, what a robot answers, and the turns of webhooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from kpi.engagements import Platform
from kpi.errors import ConfigurationError
from tests.contracts.test_books import ANDES, LUMINA, NOW
from tests.twins.books import Books

MINUTE = timedelta(minutes=1)
SOON = NOW + MINUTE
HEARD = replace(LUMINA, rooms=tuple(replace(room, platform=Platform.WECOM) for room in LUMINA.rooms))
HEARD = replace(HEARD, rooms=(replace(HEARD.rooms[0], heard_at="robot:wrChat"), *HEARD.rooms[1:]))


def answers(work: Any) -> Any:
    """Return the answers of a unit of work; no use case needs them, so `Work` does not name them."""
    return work.robot_answers


def turns(work: Any) -> Any:
    """Return the turns of a unit of work."""
    return work.turns


def test_a_room_is_found_where_it_is_heard_and_where_it_is_written_to(database: Books) -> None:
    """Capitals matter; most rooms have one address for both."""
    with database.work() as work:
        work.engagements.save(HEARD, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == HEARD
        for address in ("robot:wrChat", HEARD.rooms[0].address):
            found = work.engagements.at_address(Platform.WECOM, address)
            assert found is not None
            assert found[1] == HEARD.rooms[0]
        for address in ("robot:wrchat", "robot:", ""):
            assert work.engagements.at_address(Platform.WECOM, address) is None


@pytest.mark.parametrize(("address", "heard_at"), [("andes", "robot:wrChat"), ("robot:wrChat", "")])
def test_a_chat_of_one_engagement_is_never_heard_for_another(database: Books, address: str, heard_at: str) -> None:
    """Whichever way the file names it."""
    room = replace(ANDES.rooms[0], platform=Platform.WECOM, address=address, heard_at=heard_at)
    stolen = replace(ANDES, rooms=(room,))
    with database.work() as work:
        work.engagements.save(HEARD, NOW)
    with pytest.raises(ConfigurationError, match="bound"), database.work() as work:
        work.engagements.save(stolen, NOW)


def test_an_answer_is_begun_once_and_read_by_all(database: Books) -> None:
    """It has no words until it is finished; the first end counts."""
    with database.work() as work:
        assert answers(work).read("a") is None
        assert answers(work).open("a", NOW, "sealed question", SOON)
        assert not answers(work).open("a", NOW + MINUTE, "another", SOON)
    with database.work() as work:
        assert answers(work).read("a") == (NOW, "", None)
        assert answers(work).finish("a", "好", b"png", "sealed")
        assert not answers(work).finish("a", "又", None, "")
        assert not answers(work).close("a", "晚")
    with database.view() as work:
        assert answers(work).read("a") == (NOW, "好", b"png")


def test_what_was_closed_cannot_be_finished(database: Books) -> None:
    """Its words have to go another way."""
    with database.work() as work:
        answers(work).open("a", NOW, "sealed question", SOON)
        assert answers(work).close("a", "请稍候")
        assert not answers(work).finish("a", "好", None, "")
        assert not answers(work).finish("unknown", "好", None, "")
        assert answers(work).read("a") == (NOW, "请稍候", None)
        assert answers(work).take_return("a")
        assert not answers(work).take_return("a")
        assert not answers(work).take_return("unknown")
        assert answers(work).read("a") == (NOW, "请稍候", None)


def test_a_late_answer_is_taken_over_by_one_and_never_again(database: Books) -> None:
    """Before its time nobody may; a question that kills whoever answers it must not kill every replica in turn."""
    with database.work() as work:
        answers(work).open("a", NOW, "sealed question", SOON)
        assert answers(work).take_over("a", SOON - timedelta(microseconds=1)) == ""
        assert answers(work).take_over("unknown", SOON) == ""
    with database.work() as work:
        assert answers(work).take_over("a", SOON) == "sealed question"
    with database.work() as work:
        assert answers(work).take_over("a", SOON + MINUTE) == ""


def test_two_replicas_that_are_asked_at_once_take_one_answer_over(database: Books) -> None:
    """Eight polls in the same moment: one answers."""
    with database.work() as work:
        answers(work).open("a", NOW, "sealed question", SOON)
    found: list[str] = []

    def poll() -> None:
        with database.work() as work:
            found.append(answers(work).take_over("a", SOON))

    threads = [Thread(target=poll) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [""] * 7 + ["sealed question"]


@pytest.mark.parametrize("is_finished", [True, False])
def test_what_has_ended_is_not_taken_over(database: Books, *, is_finished: bool) -> None:
    """And its question is not kept any longer."""
    with database.work() as work:
        answers(work).open("a", NOW, "sealed question", SOON)
        if is_finished:
            answers(work).finish("a", "好", None, "")
        else:
            answers(work).close("a", "晚")
        assert answers(work).take_over("a", SOON) == ""
        assert answers(work).take_return("a") == (not is_finished)


def test_a_card_is_taken_once(database: Books) -> None:
    """Two replicas that are asked at the same time send one card."""
    with database.work() as work:
        answers(work).open("a", NOW, "sealed question", SOON)
        answers(work).finish("a", "好", None, "sealed")
    with database.work() as work:
        assert answers(work).take_card("a") == "sealed"
    with database.work() as work:
        assert answers(work).take_card("a") == ""
        assert answers(work).take_card("unknown") == ""


def test_old_answers_are_forgotten(database: Books) -> None:
    """They hold words and pictures nobody asks for any more."""
    with database.work() as work:
        answers(work).open("old", NOW, "", SOON)
        answers(work).open("new", NOW + MINUTE, "", SOON)
        assert answers(work).forget(NOW + MINUTE) == 1
        assert answers(work).read("old") is None
        assert answers(work).read("new") is not None


def test_turns_come_back_as_they_were_kept(database: Books) -> None:
    """Each name has its own."""
    with database.work() as work:
        assert turns(work).held("one") == ((), None)
        turns(work).keep("one", (NOW, NOW + MINUTE), NOW + 2 * MINUTE)
    with database.work() as work:
        assert turns(work).held("one") == ((NOW, NOW + MINUTE), NOW + 2 * MINUTE)
        assert turns(work).held("another") == ((), None)


def test_nobody_takes_a_turn_somebody_else_is_taking(database: Books) -> None:
    """Eight at once leave eight."""

    def take() -> None:
        with database.work() as work:
            taken, until = turns(work).held("one")
            turns(work).keep("one", (*taken, NOW + len(taken) * MINUTE), until)

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.work() as work:
        assert turns(work).held("one")[0] == tuple(NOW + number * MINUTE for number in range(8))
