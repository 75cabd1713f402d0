"""What somebody sees when they open Vigia itself: everything that is theirs, as messages below each other.

Each part is a reply as it could have been asked for; its buttons name the engagement, as in a direct room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.access import NOBODY_YET, OPERATOR_ROLES, request_of
from handlers.digests.message import digest_message
from handlers.digests.schedule import next_slot
from handlers.direct_rooms import Membership, addressed, memberships
from handlers.grammar.incident_words import REPORT_A_PROBLEM
from handlers.incidents.asked import is_shown
from handlers.incidents.card import incident_card, other_zone, when
from handlers.messages import Arrival, Button, Reply, Request
from handlers.ports import Work
from handlers.rooms.welcome import ASK_FOR_NUMBERS, manager_line
from kpi.engagements import Audience
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

NO_MANAGER = phrase("Nobody is its account manager.")


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
    running = tuple(part for one in requests for part in _incidents(work, one))
    boards = tuple(_board(work, one) for one in requests)
    language = known[0].person.language
    return Home(language, (_head(requests, has_incidents=bool(running)), *running, *boards, *_schedule(requests)))


def _request(one: Membership, arrival: Arrival) -> Request:
    return request_of(one.engagement, one.room, one.person, arrival)


def _unknown(arrival: Arrival) -> Reply:
    return Reply(Wording(Language.EN).say(NOBODY_YET, handle=arrival.handle), Language.EN, is_private=True)


def _head(requests: tuple[Request, ...], *, has_incidents: bool) -> Reply:
    """Return which engagements are somebody's, who answers for each, and as of when this is."""
    first, wording = requests[0], Wording(requests[0].language)
    lines = (
        f"• {one.engagement.name} · {manager_line(one.engagement, wording) or wording.say(NO_MANAGER)}"
        for one in requests
    )
    clocks = when(first.at, first.room, first.engagement, wording)
    said = phrase("Your engagements") if has_incidents else phrase("Your engagements: no open incident")
    return Reply(
        headline=wording.say(said),
        language=first.language,
        text="\n".join(lines),
        tone=Tone.NEUTRAL if has_incidents else Tone.GOOD,
        footer=wording.say(phrase("As of %(clocks)s"), clocks=clocks),
    )


def _incidents(work: Work, request: Request) -> Iterator[Reply]:
    """Yield the open incidents a person may know of, those first that have run longest."""
    for incident in reversed(work.incidents.of_engagement(request.engagement.id, request.at)):
        if not incident.is_closed and is_shown(incident, request):
            card = incident_card(incident, request)
            shown = replace(card, headline=_named(card.headline, request), footer="", reference="")
            yield addressed(shown, request.engagement)


def _board(work: Work, request: Request) -> Reply:
    """Return the newest digest without what fills a screen; before the first one, how to begin."""
    digest = work.digests.latest(request.engagement.id)
    if digest is None:
        return addressed(_before_the_first(request), request.engagement)
    told = digest_message(digest, request.engagement, request.room)
    return addressed(replace(told, picture=None, table=None, notes=(), mention=None), request.engagement)


def _before_the_first(request: Request) -> Reply:
    wording = Wording(request.language)
    return Reply(
        headline=_named(wording.say(phrase("no digest yet")), request),
        language=request.language,
        buttons=(
            Button(wording.say(ASK_FOR_NUMBERS), "/kpi", is_primary=True),
            Button(wording.say(REPORT_A_PROBLEM), "/incident new"),
        ),
    )


def _schedule(requests: tuple[Request, ...]) -> tuple[Reply, ...]:
    """Return when the next digests come of the rooms a person's side reads; nothing where none does."""
    language = requests[0].language
    lines = [line for request in requests for line in _next_digests(request)]
    headline = Wording(language).say(phrase("Next digests"))
    return (Reply(headline, language, text="\n".join(lines)),) if lines else ()


def _next_digests(request: Request) -> Iterator[str]:
    wording, is_operator = Wording(request.language), request.person.role in OPERATOR_ROLES
    for room in request.engagement.rooms:
        slot = next_slot(request.engagement, room, request.at)
        if slot is not None and (is_operator or room.audience is Audience.SELLER):
            clocks = wording.both_clocks(slot.due_at, room.zone, other_zone(room, request.engagement))
            yield f"• {wording.labelled(room.id, clocks)}"


def _named(words: str, request: Request) -> str:
    return Wording(request.language).labelled(request.engagement.name, words)
