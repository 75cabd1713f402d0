"""What somebody sees when they open Vigia itself: everything that is theirs, as messages below each other.

Each part is a reply as it could have been asked for; its buttons name the engagement, as in a direct room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.access import OPERATOR_ROLES, request_of
from handlers.digest_message import digest_message
from handlers.digest_schedule import next_slot
from handlers.direct_rooms import Membership, addressed, memberships
from handlers.incident_asked import is_shown
from handlers.incident_card import incident_card, other_zone, when
from handlers.incident_words import REPORT_A_PROBLEM
from handlers.messages import Arrival, Button, Reply, Request
from handlers.ports import Work
from handlers.welcome import ASK_FOR_NUMBERS, manager_line
from kpi.engagements import Audience
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class Home:
    """What one person sees, in their language, the most urgent first."""

    language: Language
    parts: tuple[Reply, ...]


def home_of(work: Work, arrival: Arrival) -> Home:
    """Return the home of whoever opens it; of whom no engagement knows, one sentence that says what to do."""
    known = memberships(work, arrival)
    if not known:
        return Home(Language.EN, (_unknown(arrival),))
    requests = tuple(_request(one, arrival) for one in known)
    urgent = (part for one in requests for part in _incidents(work, one))
    boards = (part for one in requests for part in (_board(work, one), _schedule(one)) if part is not None)
    return Home(known[0].person.language, (*map(_head, requests), *urgent, *boards))


def _request(one: Membership, arrival: Arrival) -> Request:
    return request_of(one.engagement, one.room, one.person, arrival)


def _unknown(arrival: Arrival) -> Reply:
    sentence = phrase("No engagement names you yet. Ask the operator's admin to add your user id, %(handle)s.")
    return Reply(Wording(Language.EN).say(sentence, handle=arrival.handle), Language.EN, is_private=True)


def _head(request: Request) -> Reply:
    """Return an engagement's name, who answers for it, as of when this is, and how to begin."""
    wording = Wording(request.language)
    clocks = when(request.at, request.room, request.engagement, wording)
    head = Reply(
        headline=request.engagement.name,
        language=request.language,
        text=manager_line(request.engagement, wording) or wording.say(phrase("Nobody is its account manager.")),
        footer=wording.say(phrase("As of %(clocks)s"), clocks=clocks),
        buttons=(
            Button(wording.say(ASK_FOR_NUMBERS), "/kpi", is_primary=True),
            Button(wording.say(REPORT_A_PROBLEM), "/incident new"),
        ),
    )
    return addressed(head, request.engagement)


def _incidents(work: Work, request: Request) -> Iterator[Reply]:
    """Yield the open incidents a person may know of, those first that ran longest, or that there is none."""
    known = work.incidents.of_engagement(request.engagement.id, request.at)
    running = [one for one in reversed(known) if not one.is_closed and is_shown(one, request)]
    for incident in running:
        card = replace(incident_card(incident, request), footer="", reference="")
        yield addressed(replace(card, headline=_named(card.headline, request)), request.engagement)
    if not running:
        said = Wording(request.language).say(phrase("no open incident"))
        yield Reply(_named(said, request), request.language, tone=Tone.GOOD)


def _board(work: Work, request: Request) -> Reply | None:
    """Return the newest digest without what fills a screen, or None before the first one."""
    digest = work.digests.latest(request.engagement.id)
    if digest is None:
        return None
    told = digest_message(digest, request.engagement, request.room)
    return addressed(replace(told, picture=None, table=None, notes=(), mention=None), request.engagement)


def _schedule(request: Request) -> Reply | None:
    """Return when the next digests come, of the rooms a person's side reads; None where none does."""
    wording, is_operator = Wording(request.language), request.person.role in OPERATOR_ROLES
    lines = []
    for room in request.engagement.rooms:
        slot = next_slot(request.engagement, room, request.at)
        if slot is not None and (is_operator or room.audience is Audience.SELLER):
            clocks = wording.both_clocks(slot.due_at, room.zone, other_zone(room, request.engagement))
            lines.append(f"• {wording.labelled(room.id, clocks)}")
    if not lines:
        return None
    return Reply(_named(wording.say(phrase("next digests")), request), request.language, text="\n".join(lines))


def _named(words: str, request: Request) -> str:
    return Wording(request.language).labelled(request.engagement.name, words)
