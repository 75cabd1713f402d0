"""What WeCom's robot answers, and when messages went out through webhooks, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tests.twins.book_state import BookState


@dataclass(frozen=True)
class RobotAnswer:
    """One answer; it is open until `is_ended`."""

    asked_at: datetime
    content: str = ""
    picture: bytes | None = None
    card: str = ""
    is_ended: bool = False


class MemoryRobotAnswers:
    """Fits `bot.wecom.robot_answers.AnswerShelf`."""

    def __init__(self, state: BookState) -> None:
        self._answers: dict[str, RobotAnswer] = state.robot_answers

    def open(self, answer_id: str, at: datetime) -> bool:
        """Begin an answer; False when somebody began it before."""
        if answer_id in self._answers:
            return False
        self._answers[answer_id] = RobotAnswer(at)
        return True

    def read(self, answer_id: str) -> tuple[datetime, str, bytes | None] | None:
        """Return when it was asked, the words ("" while there are none) and the picture; None for an unknown one."""
        found = self._answers.get(answer_id)
        return (found.asked_at, found.content, found.picture) if found else None

    def finish(self, answer_id: str, content: str, picture: bytes | None, card: str) -> bool:
        """Keep the whole answer; False when it was closed meanwhile, so that nobody asks for it any more."""
        return self._end(answer_id, content, picture, card)

    def close(self, answer_id: str, content: str) -> bool:
        """End an answer that has no words yet with `content`; False when it has."""
        return self._end(answer_id, content, None, "")

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
