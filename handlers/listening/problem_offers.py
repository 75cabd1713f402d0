"""The offer to report a problem: one button in the thread of a message that reads like trouble.

It is a delivery, so that a crash loses it no more than any other message and its key makes it the only one of its
thread. It knows the message by its id alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.access import OPERATOR_ROLES
from handlers.grammar.incident_words import ABOUT_MESSAGE, REPORT_A_PROBLEM
from handlers.listening.trouble.reading import Trouble, trouble_in
from handlers.messages import Button, Reply, Request
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from kpi.days import business_day
from kpi.deliveries import CauseKind, Placing
from kpi.engagements import Engagement, Room
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_A_DAY = 5
"""Offers per room and day: on a day on which everything is on fire, everybody knows where the button is."""
LONGEST_CARRIED = 1_800
"""Characters of a message a button carries itself; Slack's buttons carry 2,000 in all."""

_BETWEEN = "/"


def queue_offer(work: Work, engagement: Engagement, room: Room, thread: str, message: str, at: datetime) -> bool:
    """Queue the offer in the thread of a message; False where one was made, or enough were made today."""
    key = f"offer/{engagement.id}/{room.id}/{thread}"
    if work.deliveries.by_key(key) is not None or not _has_place(work, engagement, room, at):
        return False
    cause = f"{thread}{_BETWEEN}{message}"
    offer = new_delivery(key, CauseKind.OFFER, cause, engagement, room, at)
    return work.deliveries.add(replace(offer, placing=Placing.REPLY))


def thread_of(cause: str) -> str:
    """Return the platform's id of the thread an offer belongs into."""
    return cause.split(_BETWEEN, 1)[0]


def offer_message(cause: str, room: Room) -> Reply:
    """Return the offer of a delivery in its room's language."""
    message = cause.split(_BETWEEN, 1)[1]
    return _offer(room.language, f"/incident {ABOUT_MESSAGE} {message}")


def offer_of(request: Request) -> Reply | None:
    """Return the offer to somebody who told Vigia itself of trouble without a command; None: it reads like none."""
    if request.person.role in OPERATOR_ROLES:
        return None
    seen = trouble_in(request.text, request.engagement.stores)
    if seen is None:
        return None
    return _offer(request.language, f"/incident new {request.text[:LONGEST_CARRIED]}", _named(seen, request))


def _offer(language: Language, command: str, about: str = "") -> Reply:
    wording = Wording(language)
    return Reply(
        headline=wording.say(phrase("This reads like a problem. Shall somebody answer for it?")),
        language=language,
        text="\n".join(
            line
            for line in (
                about,
                wording.say(
                    phrase("Nothing is reported unless somebody presses the button; then the message is the report.")
                ),
            )
            if line
        ),
        tone=Tone.NEUTRAL,
        buttons=(Button(wording.say(REPORT_A_PROBLEM), command, is_primary=True),),
    )


def _named(seen: Trouble, request: Request) -> str:
    """Return the store and metric the words name, for who wonders what was understood."""
    wording, store = Wording(request.language), request.engagement.store(seen.store)
    metric = METRICS.get(seen.metric)
    return " · ".join([*((store.name,) if store else ()), *((wording.say(metric.name),) if metric else ())])


def _has_place(work: Work, engagement: Engagement, room: Room, at: datetime) -> bool:
    """Take one of the room's places of the day; places are remembered as long as events, which is longer than a day."""
    day = business_day(at, room.zone).isoformat()
    places = (f"offer/{engagement.id}/{room.id}/{day}/{number}" for number in range(1, MOST_A_DAY + 1))
    return any(work.inbox.claim(place, at) for place in places)
