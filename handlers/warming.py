"""The first questions of a process, asked by nobody: what every answer needs is ready before a person waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from handlers.intake import Intake
from handlers.messages import Arrival
from kpi.engagements import Engagement, Platform, Room
from kpi.languages import Language

QUESTIONS = ("/kpi help", "/kpi", "/kpi gmv 7d")
"""They reach the sentences, the words of the grammar, the calendars and the statements that most answers begin with."""


def warm_up(intake: Intake, engagements: Iterable[Engagement], at: datetime) -> None:
    """Answer the questions once in each language that rooms speak. Nothing is kept, and nobody is told."""
    for engagement, room in _one_of_each_language(engagements):
        for text in QUESTIONS:
            arrival = Arrival(Platform.CONSOLE, room.id, "", text, at, "")
            intake.answer_to_room(arrival, room.id, engagement.id)


def _one_of_each_language(engagements: Iterable[Engagement]) -> Iterator[tuple[Engagement, Room]]:
    seen: set[Language] = set()
    for engagement in engagements:
        for room in engagement.rooms:
            if room.language not in seen:
                seen.add(room.language)
                yield engagement, room
