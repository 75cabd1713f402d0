"""The question left hanging: a seller asks in their room, nobody answers in time, the account manager is told.

Told in an operations room, by name, in their working hours, and once. Of the conversation nothing but ids and times
is stored.
"""

from __future__ import annotations

from datetime import datetime

from handlers.access import OPERATOR_ROLES
from handlers.incidents.calls import rooms_for
from handlers.listening.asked_words import asks_something
from handlers.listening.listening import Remark, is_of_incident, known_here
from handlers.messages import Reply
from handlers.new_deliveries import new_delivery
from handlers.ports import UnitOfWork, Work
from kpi.deliveries import CauseKind, Delivery
from kpi.engagements import Audience, Engagement, Room
from kpi.markets import BEIJING
from kpi.phrases import phrase
from kpi.service_records.waiting_questions import WaitingQuestion
from kpi.tones import Tone
from kpi.wording.wording import Wording
from kpi.working_hours import WorkingHours, usual_hours

_BETWEEN = "/"


def follow_questions(unit_of_work: UnitOfWork, view: UnitOfWork, remark: Remark) -> None:
    """Note a seller's question that waits now, or that somebody of the operator has answered.

    Whoever of them writes in its thread answers it, and whoever writes outside of threads all that wait in the room.
    What is asked below an incident's card has the incident's own clocks. Most messages are neither: they are looked
    at in a `view`, which waits for nobody.
    """
    with view() as work:
        known = known_here(work, remark.platform, remark.address, remark.handle)
        if known is None or known[1].audience is not Audience.SELLER:
            return
        engagement, room, person = known
        is_operator = person.role in OPERATOR_ROLES
        if not is_operator and (
            not asks_something(remark.text) or is_of_incident(work, engagement, room, remark.thread)
        ):
            return
    with unit_of_work() as work:
        if is_operator:
            thread = "" if remark.thread == remark.message else remark.thread
            work.waiting_questions.answer(engagement.id, room.id, thread, remark.at)
        else:
            work.waiting_questions.add(_question(engagement, room, remark))


def sweep_questions(unit_of_work: UnitOfWork, now: datetime) -> int:
    """Remind account managers who are at work of what they have not answered; return of how many questions."""
    with unit_of_work() as work:
        due = work.waiting_questions.due(now)
        return sum(_remind(work, question, now) for question in due)


def nudge_message(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    """Return the reminder of a question in an operations room, or None when it was answered meanwhile."""
    asked_in, thread = delivery.cause.split(_BETWEEN, 1)
    question = work.waiting_questions.get(engagement.id, asked_in, thread)
    place = engagement.room(asked_in)
    if question is None or question.answered_at is not None or place is None:
        return None
    wording, manager = Wording(room.language), engagement.account_manager()
    return Reply(
        headline=wording.labelled(engagement.name, wording.say(phrase("a question of the seller waits for an answer"))),
        language=room.language,
        text=wording.say(
            phrase("Asked in “%(room)s”, %(clocks)s. Nobody of the operator has answered there."),
            room=place.id,
            clocks=wording.both_clocks(question.asked_at, room.zone, BEIJING),
        ),
        tone=Tone.WATCH,
        mention=manager,
    )


def hours_of_answers(engagement: Engagement, room: Room) -> WorkingHours:
    """Return the working hours answers are promised in: the account manager's."""
    manager = engagement.account_manager()
    return manager.working_hours if manager else usual_hours(room.zone)


def _question(engagement: Engagement, room: Room, remark: Remark) -> WaitingQuestion:
    due_at = hours_of_answers(engagement, room).after(remark.at, engagement.incident_rules.answer_after)
    return WaitingQuestion(engagement.id, room.id, remark.thread, remark.at, due_at)


def _remind(work: Work, question: WaitingQuestion, now: datetime) -> bool:
    engagement = work.engagements.get(question.engagement)
    asked_in = engagement.room(question.room) if engagement else None
    if engagement is None or asked_in is None or not hours_of_answers(engagement, asked_in).is_open(now):
        return False
    manager = engagement.account_manager()
    rooms = rooms_for(engagement, manager.id if manager else "")
    if not rooms or not work.waiting_questions.nudge(question, now):
        return False
    cause = f"{question.room}{_BETWEEN}{question.thread}"
    key = f"nudge/{engagement.id}/{cause}"
    return work.deliveries.add(new_delivery(key, CauseKind.NUDGE, cause, engagement, rooms[0], now))
