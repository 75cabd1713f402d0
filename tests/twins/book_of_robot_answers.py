"""What WeCom's robot answers, and when messages went out through webhooks, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tests.twins.book_state import BookState


@dataclass(frozen=True)
class RobotAnswer:
    """One answer; it is open until `is_ended`, and `is_closed` when it ended without its words."""

    asked_at: datetime
    content: str = ""
    picture: bytes | None = None
    card: str = ""
    is_ended: bool = False
    is_closed: bool = False
    question: str = ""
    expected_by: datetime | None = None


class MemoryRobotAnswers:
    """Fits `bot.wecom.robot_answers.AnswerShelf`."""

    def __init__(self, state: BookState) -> None:
        self._answers: dict[str, RobotAnswer] = state.robot_answers

    def open(self, answer_id: str, at: datetime, question: str, until: datetime) -> bool:
        """Begin an answer to a sealed question, expected by `until`; False when somebody began it before."""
        if answer_id in self._answers:
            return False
        self._answers[answer_id] = RobotAnswer(at, question=question, expected_by=until)
        return True

    def take_over(self, answer_id: str, now: datetime) -> str:
        """Return the sealed question of an answer that did not come in time, to one caller; "" otherwise."""
        found = self._answers.get(answer_id)
        if found is None or found.is_ended or found.expected_by is None or found.expected_by > now:
            return ""
        self._answers[answer_id] = replace(found, question="")
        return found.question

    def take_return(self, answer_id: str) -> bool:
        """Take the right to send the words of an answer that was closed without them; one caller gets it."""
        found = self._answers.get(answer_id)
        if found is None or not found.is_closed:
            return False
        self._answers[answer_id] = replace(found, is_closed=False)
        return True

    def read(self, answer_id: str) -> tuple[datetime, str, bytes | None] | None:
        """Return when it was asked, the words ("" while there are none) and the picture; None for an unknown one."""
        found = self._answers.get(answer_id)
        return (found.asked_at, found.content, found.picture) if found else None

    def finish(self, answer_id: str, content: str, picture: bytes | None, card: str) -> bool:
        """Keep the whole answer; False when it was ended meanwhile."""
        return self._end(answer_id, content, picture, card)

    def close(self, answer_id: str, content: str) -> bool:
        """End an answer that has no words yet with `content`; False when it has."""
        if not self._end(answer_id, content, None, ""):
            return False
        self._answers[answer_id] = replace(self._answers[answer_id], is_closed=True)
        return True

    def take_card(self, answer_id: str) -> str:
        """Return the card that follows an answer, once; "" when there is none or somebody took it."""
        found = self._answers.get(answer_id)
        if found is None:
            return ""
        self._answers[answer_id] = replace(found, card="")
        return found.card

    def forget(self, before: datetime) -> int:
        """Drop what was asked before; return how many."""
        old = [one for one, answer in self._answers.items() if answer.asked_at < before]
        for one in old:
            del self._answers[one]
        return len(old)

    def _end(self, answer_id: str, content: str, picture: bytes | None, card: str) -> bool:
        found = self._answers.get(answer_id)
        if found is None or found.is_ended:
            return False
        self._answers[answer_id] = RobotAnswer(found.asked_at, content, picture, card, is_ended=True)
        return True


class MemoryTurns:
    """Fits `bot.wecom.shared_pace.TurnBook`."""

    def __init__(self, state: BookState) -> None:
        self._turns = state.turns

    def held(self, name: str) -> tuple[tuple[datetime, ...], datetime | None]:
        """Return the turns taken and until when there are none; nobody else reads them before this work ends."""
        return self._turns.get(name, ((), None))

    def keep(self, name: str, taken: Sequence[datetime], blocked_until: datetime | None) -> None:
        """Replace what `held` returned."""
        self._turns[name] = (tuple(taken), blocked_until)
