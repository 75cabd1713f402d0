"""Who may see and do what, where: every answer is filtered by the room and by the person."""

from __future__ import annotations

from dataclasses import replace

from handlers.messages import Arrival, Request
from handlers.ports import Work
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room
from kpi.errors import AccessError, UnknownPersonError
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Metric, Visibility
from kpi.phrases import phrase

OPERATOR_ROLES = frozenset({Role.OPERATIONS, Role.ACCOUNT_MANAGER, Role.TEAM_LEAD, Role.DIRECTOR, Role.ADMIN})
"""Roles of the operator's own people."""
MARGIN_ROLES = OPERATOR_ROLES - {Role.OPERATIONS}
"""Roles that may see margins, and only in an operations room."""
TARGET_ROLES = OPERATOR_ROLES - {Role.OPERATIONS}
"""Roles that agree targets with a seller: who answers for the engagement, and those above."""

NOBODY_YET = phrase("No engagement names you yet. Ask the operator's admin to add your user id, %(handle)s.")


def recognise(engagement: Engagement, room: Room, arrival: Arrival) -> Request:
    """Return the request an arrival in a bound room is.

    Raises UnknownPersonError for somebody the engagement does not name: the room is bound, so a sentence is owed.
    """
    person = engagement.person_by_handle(arrival.platform, arrival.handle)
    if person is None:
        raise UnknownPersonError(
            phrase("I do not know you in this room yet. Ask %(manager)s to add you to the engagement."),
            manager=_manager_name(engagement),
        )
    return request_of(engagement, room, person, arrival)


def request_of(engagement: Engagement, room: Room, person: Person, arrival: Arrival) -> Request:
    """Return the request of a known person in a bound room.

    A private answer could use the person's language, but people in one room read each other's: the room's wins.
    """
    require_may_enter(room, person)
    _require_not_held(engagement, room, arrival.text)
    said = (arrival.values, arrival.files, arrival.quoted)
    return Request(engagement, room, person, arrival.text, room.language, arrival.at, *said)


def visitor_of(room: Room) -> Person:
    """Return who reads what everybody in a room may read, and is nobody in particular."""
    role = Role.OPERATIONS if room.audience is Audience.OPERATIONS else Role.SELLER
    return Person("", "", role, room.language, room.zone)


def may_answer_quietly(request: Request) -> bool:
    """Tell whether an answer is its asker's until they share it: one of the operator's asks in a seller's room."""
    return request.room.audience is Audience.SELLER and request.person.role in OPERATOR_ROLES


def require_may_enter(room: Room, person: Person) -> None:
    """Raise AccessError when a seller's person asks in the operator's own room."""
    if room.audience is Audience.OPERATIONS and person.role not in OPERATOR_ROLES:
        raise AccessError(phrase("This room belongs to the operations team. Please ask in your own room."))


def _require_not_held(engagement: Engagement, room: Room, text: str) -> None:
    """Raise AccessError in a room whose new readers nobody confirmed, but for words about rooms themselves."""
    first = text.strip().lower().replace("／", "/").split(maxsplit=1)[:1]
    if room.id not in engagement.held or first in (["/room"], ["room"]):
        return
    if room.audience is Audience.SELLER:
        raise AccessError(
            phrase("Somebody new reads this room: I am silent until %(manager)s confirms that they may. Ask me alone."),
            manager=_manager_name(engagement),
        )
    raise AccessError(
        phrase("Another company reads this room: I am silent until an admin types `/room confirm`. Ask me alone.")
    )


def rooms_open_to(work: Work, platform: Platform, handle: str) -> tuple[tuple[Engagement, Room, Person], ...]:
    """Return the rooms of a platform in which somebody may speak, with whom they are there."""
    found = []
    for engagement in work.engagements.all():
        person = engagement.person_by_handle(platform, handle)
        if person is None:
            continue
        is_staff = person.role in OPERATOR_ROLES
        rooms = (room for room in engagement.rooms if room.platform is platform)
        found += [(engagement, room, person) for room in rooms if is_staff or room.audience is Audience.SELLER]
    return tuple(found)


def may_see(metric: Metric, request: Request) -> bool:
    """Tell whether this person may see `metric` in this room; margins never appear in a seller room."""
    if metric.visibility is Visibility.EVERYONE:
        return True
    return request.room.audience is Audience.OPERATIONS and request.person.role in MARGIN_ROLES


def require_may_see(metric: Metric, request: Request) -> None:
    """Raise AccessError when this person may not see `metric` in this room."""
    if not may_see(metric, request):
        raise AccessError(phrase("Margins are shown only to account managers, in an operations room."))


def may_agree(request: Request) -> bool:
    """Tell whether this person may set a target here."""
    return request.person.role in TARGET_ROLES


def require_may_agree(request: Request) -> None:
    """Raise AccessError for somebody who agrees no targets."""
    if not may_agree(request):
        raise AccessError(
            phrase("Targets are agreed with %(manager)s, who sets them here."),
            manager=_manager_name(request.engagement),
        )


def visible_metrics(request: Request) -> tuple[Metric, ...]:
    """Return the metrics this person may see here, in catalogue order."""
    return tuple(metric for metric in METRICS.values() if may_see(metric, request))


def as_typed(request: Request, text: str) -> Request:
    """Return the request as if its person had typed `text` (a button's text twin)."""
    return replace(request, text=text)


def _manager_name(engagement: Engagement) -> str:
    manager = engagement.account_manager()
    return manager.name if manager else engagement.seller.name
