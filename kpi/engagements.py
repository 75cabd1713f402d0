"""Who works with whom: an engagement with its seller, stores, rooms and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from zoneinfo import ZoneInfo

from kpi.absences import Absence
from kpi.alert_rules import AlertRule
from kpi.languages import Language
from kpi.markets import Market, Marketplace, StoreKind
from kpi.promises import IncidentRules
from kpi.working_hours import WorkingHours, usual_hours


class Role(StrEnum):
    """What a person does in an engagement; escalation reaches them in this order from ACCOUNT_MANAGER on."""

    SELLER = "seller"
    OPERATIONS = "operations"
    ACCOUNT_MANAGER = "account_manager"
    TEAM_LEAD = "team_lead"
    DIRECTOR = "director"
    ADMIN = "admin"


class Audience(StrEnum):
    """Who sits in a room; a seller room never shows margins, internal notes or another seller."""

    SELLER = "seller"
    OPERATIONS = "operations"


class Platform(StrEnum):
    """A chat platform."""

    SLACK = "slack"
    WECOM = "wecom"
    CONSOLE = "console"


DIRECT_PLATFORMS = (Platform.SLACK, Platform.WECOM)
"""Where one person alone can be written to, in the order they are tried."""
_DIRECT = "direct"
_STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Seller:
    """The company we serve."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Store:
    """One account on one marketplace in one market; `zone` decides its business day."""

    id: str
    name: str
    marketplace: Marketplace
    market: Market
    kind: StoreKind
    currency: str
    zone: ZoneInfo

    @property
    def segment(self) -> str:
        """What may be added up without mixing traffic definitions or currencies: "marketplace/currency"."""
        return f"{self.marketplace}/{self.currency}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role; `handles` maps a chat platform to the user id there (WeCom ids lower-cased).

    `hours` are when they can be expected to answer (None: the usual ones of their zone), `backup` the id of who
    stands in for them, `away` the days on which somebody has to. `learnt` are the platforms whose user id came by an
    invitation and not from the engagement file; `is_newcomer` is somebody whom no file names at all.
    """

    id: str
    name: str
    role: Role
    language: Language
    zone: ZoneInfo
    handles: tuple[tuple[Platform, str], ...] = ()
    hours: WorkingHours | None = None
    backup: str = ""
    away: tuple[Absence, ...] = ()
    learnt: tuple[Platform, ...] = ()
    is_newcomer: bool = False

    @property
    def working_hours(self) -> WorkingHours:
        """When they can be expected to answer."""
        return self.hours or usual_hours(self.zone)

    @property
    def audience(self) -> Audience:
        """Which side they are on: what they may be told where nobody else reads it."""
        return Audience.SELLER if self.role is Role.SELLER else Audience.OPERATIONS

    def handle_on(self, platform: Platform) -> str | None:
        """Return the person's user id on `platform`, or None."""
        return dict(self.handles).get(platform)


@dataclass(frozen=True, slots=True)
class Room:
    """A chat place bound to one engagement.

    `address` is the platform's own id (Slack channel id, console room id) or, for a WeCom group, the *name* of its
    webhook in the settings: the webhook key is a secret and is never stored. `heard_at` is where its words come in when
    that is another address: a WeCom group is heard by its robot. `workspace` is the Slack workspace whose installation
    writes there ("": the only one there is). `digest_at` is a local time in `zone`.
    Between `quiet_from` and `quiet_until` (local, may wrap midnight; None: the night of its audience) only the worst
    alerts come through. `forward_by` is the id of who passes on what is said here, where nothing can be sent (a WeCom
    group with people of another company); `address` names no place then.
    """

    id: str
    engagement: str
    platform: Platform
    address: str
    audience: Audience
    language: Language
    zone: ZoneInfo
    digest_at: time | None = None
    digest_deadline_minutes: int = 60
    quiet_from: time | None = None
    quiet_until: time | None = None
    heard_at: str = ""
    forward_by: str = ""
    workspace: str = ""

    @property
    def is_direct(self) -> bool:
        """Whether it is one person's conversation with Vigia; `address` is their user id then."""
        return self.id.startswith((f"{_DIRECT}/", f"{_STRANGER}/"))


@dataclass(frozen=True, slots=True)
class Engagement:
    """One seller's agreement with the operator.

    `alert_presets` are (metric, preset) pairs; the metric "" stands for all that are not named. `alert_rules` are those
    people set; with `has_red_lines` confirmed official limits are watched without being named by one. `absences` are
    what was said of being away since, by person: no agreement names them, and applying one keeps them. `held` are the
    rooms that people of another company began to read, until somebody confirms that they may.
    """

    id: str
    name: str
    seller: Seller
    stores: tuple[Store, ...]
    people: tuple[Person, ...] = ()
    rooms: tuple[Room, ...] = ()
    shown_currencies: tuple[str, ...] = field(default=("CNY",))
    alert_presets: tuple[tuple[str, str], ...] = ()
    alert_rules: tuple[AlertRule, ...] = ()
    has_red_lines: bool = True
    incident_rules: IncidentRules = field(default_factory=IncidentRules)
    absences: tuple[tuple[str, Absence], ...] = ()
    held: tuple[str, ...] = ()

    def store(self, store_id: str) -> Store | None:
        """Return the store with this id, or None."""
        return next((store for store in self.stores if store.id == store_id), None)

    def room(self, room_id: str) -> Room | None:
        """Return the room with this id, bound, direct or a stranger's, or None."""
        kind, is_parted, rest = room_id.partition("/")
        if is_parted and kind == _STRANGER:
            asked_in, _, handle = rest.rpartition("/")
            return self.stranger_room(asked_in, handle)
        if is_parted and kind == _DIRECT:
            person, _, platform = rest.rpartition("/")
            return self.direct_room(person, Platform(platform)) if platform in DIRECT_PLATFORMS else None
        return next((room for room in self.rooms if room.id == room_id), None)

    def direct_room(self, person_id: str, platform: Platform) -> Room | None:
        """Return the place where a person alone reads, or None where they have no user id.

        Nobody binds it: it follows from the person, so that it says what they may know, in their language and clock.
        They are written to from the workspace of their side's rooms.
        """
        person = self.person(person_id)
        handle = person.handle_on(platform) if person and platform in DIRECT_PLATFORMS else None
        if person is None or handle is None:
            return None
        return Room(
            id=f"{_DIRECT}/{person.id}/{platform}",
            engagement=self.id,
            platform=platform,
            address=handle,
            audience=person.audience,
            language=person.language,
            zone=person.zone,
            workspace=self._workspace_of(platform, person.audience),
        )

    def _workspace_of(self, platform: Platform, audience: Audience) -> str:
        """Return the workspace of the first room of a side, else of the first room on the platform at all."""
        rooms = sorted(
            (room for room in self.rooms if room.platform is platform), key=lambda room: room.audience is not audience
        )
        return rooms[0].workspace if rooms else ""

    def direct_rooms(self, person_id: str) -> tuple[Room, ...]:
        """Return the places where a person alone can be written to, in the order they are tried."""
        found = (self.direct_room(person_id, platform) for platform in DIRECT_PLATFORMS)
        return tuple(room for room in found if room is not None)

    def stranger_room(self, room_id: str, handle: str) -> Room | None:
        """Return the place where somebody alone reads whom nobody knows yet, as the people of a room they wrote in."""
        asked_in = next((room for room in self.rooms if room.id == room_id), None)
        if asked_in is None or asked_in.platform not in DIRECT_PLATFORMS or not handle:
            return None
        stranger = f"{_STRANGER}/{room_id}/{handle}"
        return Room(stranger, self.id, asked_in.platform, handle, Audience.SELLER, asked_in.language, asked_in.zone)

    def person_by_handle(self, platform: Platform, handle: str) -> Person | None:
        """Return who has this user id on `platform`, or None."""
        return next((person for person in self.people if person.handle_on(platform) == handle), None)

    def person(self, person_id: str) -> Person | None:
        """Return the person with this id, or None."""
        return next((person for person in self.people if person.id == person_id), None)

    def absences_of(self, person: Person) -> tuple[Absence, ...]:
        """Return when somebody is away: what they said counts before what was agreed."""
        said = tuple(absence for one, absence in self.absences if one == person.id)
        return (*said, *person.away)

    def account_manager(self) -> Person | None:
        """Return the first account manager named in the engagement, or None."""
        return next((person for person in self.people if person.role is Role.ACCOUNT_MANAGER), None)
