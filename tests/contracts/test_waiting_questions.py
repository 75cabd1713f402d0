"""What the book of waiting questions promises: one a thread, first answers only, one reminder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kpi.service_records.waiting_questions import WaitingQuestion
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def question(thread: str, asked_at: datetime = NOW, room: str = "seller") -> WaitingQuestion:
    """Return a question that is due two hours after it was asked."""
    return WaitingQuestion("lumina", room, thread, asked_at, asked_at + 2 * HOUR)


def ask(database: Books, *questions: WaitingQuestion) -> list[bool]:
    """Store questions."""
    with database.work() as work:
        return [work.waiting_questions.add(one) for one in questions]


def test_a_thread_has_one_question(database: Books) -> None:
    """Later ones in it are part of the same conversation, also when it was answered."""
    assert ask(database, question("t1"), question("t1", NOW + HOUR), question("t1", room="other")) == [
        True,
        False,
        True,
    ]
    with database.work() as work:
        assert work.waiting_questions.get("lumina", "seller", "t1") == question("t1")
        assert work.waiting_questions.get("lumina", "seller", "t2") is None
        assert work.waiting_questions.answer("lumina", "seller", "t1", NOW + HOUR) == 1
        assert not work.waiting_questions.add(question("t1", NOW + 2 * HOUR))


def test_the_first_answer_counts_in_its_thread_or_in_the_whole_room(database: Books) -> None:
    """What was asked after the answer still waits."""
    ask(database, question("t1"), question("t2"), question("t3", NOW + 3 * HOUR), question("t1", room="other"))
    with database.work() as work:
        assert work.waiting_questions.answer("lumina", "seller", "t1", NOW + HOUR) == 1
        assert work.waiting_questions.answer("lumina", "seller", "t1", NOW + 2 * HOUR) == 0
        assert work.waiting_questions.answer("lumina", "seller", "", NOW + 2 * HOUR) == 1
    with database.view() as work:
        found = [work.waiting_questions.get("lumina", "seller", thread) for thread in ("t1", "t2", "t3")]
        other = work.waiting_questions.get("lumina", "other", "t1")
    assert [one.answered_at for one in found if one] == [NOW + HOUR, NOW + 2 * HOUR, None]
    assert found[0] == replace(question("t1"), answered_at=NOW + HOUR)
    assert other == question("t1", room="other")


def test_what_is_due_is_unanswered_and_was_not_reminded_of(database: Books) -> None:
    """Oldest first; at its very time it is due."""
    ask(database, question("t1"), question("t2", NOW - HOUR), question("t3"), question("t4", NOW + HOUR))
    with database.work() as work:
        work.waiting_questions.answer("lumina", "seller", "t3", NOW)
        due = work.waiting_questions.due(NOW + 2 * HOUR)
        assert [one.thread for one in due] == ["t2", "t1"]
        assert work.waiting_questions.nudge(due[0], NOW + 2 * HOUR)
        assert not work.waiting_questions.nudge(due[0], NOW + 3 * HOUR)
        assert not work.waiting_questions.nudge(question("t3"), NOW + 3 * HOUR)
        assert not work.waiting_questions.nudge(question("nobody asked"), NOW)
        assert [one.thread for one in work.waiting_questions.due(NOW + 2 * HOUR)] == ["t1"]
        found = work.waiting_questions.of_engagement("lumina", NOW)
        assert [one.thread for one in found] == ["t1", "t3", "t4"]
        assert work.waiting_questions.of_engagement("andes", NOW - HOUR) == ()


def test_two_replicas_remind_once(database: Books) -> None:
    """Eight at once: one of them does."""
    ask(database, question("t1"))

    def nudge() -> bool:
        with database.work() as work:
            return work.waiting_questions.nudge(question("t1"), NOW + 2 * HOUR)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: nudge(), range(8))) == 1
