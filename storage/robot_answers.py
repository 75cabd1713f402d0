"""What WeCom's robot is answering: WeCom asks again and again for one answer, and any replica may be asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.once import insert_once
from storage.wecom_tables import RobotAnswerRow

_TABLE = RobotAnswerRow.__table__  # type: ignore[attr-defined]
_OPEN, _DONE, _CLOSED = "open", "done", "closed"


class StoredRobotAnswers:
    """Fits `bot.wecom.robot_answers.AnswerShelf`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, answer_id: str, at: datetime, question: str, until: datetime) -> bool:
        """Begin an answer to a sealed question, expected by `until`; False when somebody began it before."""
        values = {"id": answer_id, "asked_at": at, "state": _OPEN, "content": "", "card": ""}
        return insert_once(self._connection, RobotAnswerRow, {**values, "question": question, "expected_by": until})

    def take_over(self, answer_id: str, now: datetime) -> str:
        """Return the sealed question of an answer that did not come in time, to one caller; "" otherwise."""
        is_late = (_TABLE.c.id == answer_id, _TABLE.c.state == _OPEN, _TABLE.c.expected_by <= now)
        question = self._connection.scalar(
            select(_TABLE.c.question).where(*is_late, _TABLE.c.question.is_not(None)).with_for_update()
        )
        if question is None:
            return ""
        self._connection.execute(update(_TABLE).where(_TABLE.c.id == answer_id).values(question=None))
        return str(question)

    def take_return(self, answer_id: str) -> bool:
        """Take the right to send the words of an answer that was closed without them; one caller gets it."""
        is_closed = (_TABLE.c.id == answer_id, _TABLE.c.state == _CLOSED)
        return bool(self._connection.execute(update(_TABLE).where(*is_closed).values(state=_DONE)).rowcount)

    def read(self, answer_id: str) -> tuple[datetime, str, bytes | None] | None:
        """Return when it was asked, the words ("" while there are none) and the picture; None for an unknown one."""
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == answer_id)).first()
        return None if row is None else (row.asked_at, row.content, row.picture)

    def finish(self, answer_id: str, content: str, picture: bytes | None, card: str) -> bool:
        """Keep the whole answer; False when it was ended meanwhile."""
        return self._move(answer_id, _DONE, question=None, content=content, picture=picture, card=card)

    def close(self, answer_id: str, content: str) -> bool:
        """End an answer that has no words yet with `content`; False when it has."""
        return self._move(answer_id, _CLOSED, question=None, content=content)

    def take_card(self, answer_id: str) -> str:
        """Return the card that follows an answer, once; "" when there is none or somebody took it."""
        card = self._connection.scalar(
            select(_TABLE.c.card).where(_TABLE.c.id == answer_id, _TABLE.c.card != "").with_for_update()
        )
        if card is None:
            return ""
        self._connection.execute(update(_TABLE).where(_TABLE.c.id == answer_id).values(card=""))
        return str(card)

    def forget(self, before: datetime) -> int:
        """Drop what was asked before; return how many."""
        return self._connection.execute(delete(_TABLE).where(_TABLE.c.asked_at < before)).rowcount

    def _move(self, answer_id: str, state: str, **values: object) -> bool:
        is_open = (_TABLE.c.id == answer_id, _TABLE.c.state == _OPEN)
        return bool(self._connection.execute(update(_TABLE).where(*is_open).values(state=state, **values)).rowcount)
