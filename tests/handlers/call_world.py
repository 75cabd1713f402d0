"""A seller in a WeCom group, the operator in Slack and in the console, and an outbox that remembers what it sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from handlers.deliveries import compose_delivery
from handlers.incidents.escalation_watch import sweep_escalations
from handlers.messages import Arrival, Reply
from kpi.deliveries import Delivery, DeliveryState, Placing, Settlement
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room
from kpi.incidents.incident import EntryKind, TimelineEntry
from kpi.languages import Language
from tests.handlers.incident_world import IncidentWorld
from tests.handlers.world import north

MONDAY = datetime(2026, 8, 31, 2, tzinfo=UTC)
"""10:00 in Beijing, where everybody works."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SELLER, OPS, DESK = "north-seller", "north-ops", "north-desk"


@dataclass(frozen=True)
class Sent:
    """A message as it went out."""

    at: datetime
    room: str
    placing: Placing
    reply: Reply
    delivery: str = ""

    @property
    def called(self) -> str:
        """Who was named (empty: nobody)."""
        return self.reply.mention.id if self.reply.mention else ""


def _handles(person: Person) -> tuple[tuple[Platform, str], ...]:
    who = person.id.removeprefix("north-")
    chat = (Platform.WECOM, who) if person.role is Role.SELLER else (Platform.SLACK, f"U0{who.upper()}")
    return ((Platform.CONSOLE, who), chat)


def called_north(*, has_desk: bool = False) -> Engagement:
    """Return the seller with a WeCom group and an operator in Slack; Bruno stands in for Ana, the account manager.

    Everybody works in Beijing, and the operations room, which reads the stores' clock, sleeps when they do.

    The desk is a second operations room, in the console.
    """
    engagement = north(Language.EN)
    operations, seller = engagement.rooms
    people = tuple(
        replace(one, handles=_handles(one), backup="north-bruno" if one.role is Role.ACCOUNT_MANAGER else "")
        for one in engagement.people
    )
    rooms = [
        replace(seller, platform=Platform.WECOM, address="north-group"),
        replace(operations, platform=Platform.SLACK, address="C0NORTH", quiet_from=time(10), quiet_until=time(22)),
    ]
    if has_desk:
        rooms.append(replace(operations, id=DESK, address=DESK))
    return replace(engagement, people=people, rooms=tuple(rooms))


def with_wecom(engagement: Engagement, *people: str) -> Engagement:
    """Return the engagement with some of its people in WeCom too, under their names in lower case."""
    handles = {one: (Platform.WECOM, one.removeprefix("north-")) for one in people}
    known = (
        replace(one, handles=(*one.handles, handles[one.id])) if one.id in handles else one for one in engagement.people
    )
    return replace(engagement, people=tuple(known))


class CallWorld(IncidentWorld):
    """A world with a sweep and an outbox.

    What is sent to rooms in `broken` ends as `broken_as`; in direct rooms that are `gone` their platform says that so
    is the person. Rooms that are `limited` take nothing for a reason that passes.
    """

    def __init__(self, engagement: Engagement | None = None) -> None:
        super().__init__(engagement or called_north())
        self.clock.set(MONDAY)
        self.broken: set[str] = set()
        self.gone: set[str] = set()
        self.limited: set[str] = set()
        self.broken_as = DeliveryState.FAILED
        self.sent: list[Sent] = []
        self._messages = 0

    def declare(self, text: str = "/incident conversion fell in North ML since yesterday") -> Reply:
        """Let the seller's person write in their group."""
        return self._hear(Platform.WECOM, "north-group", "wei", text)

    def staff(self, text: str, handle: str = "U0ANA") -> Reply:
        """Let one of the operator's people write in Slack."""
        return self._hear(Platform.SLACK, "C0NORTH", handle, text)

    def _hear(self, platform: Platform, address: str, handle: str, text: str) -> Reply:
        self._messages += 1
        arrival = Arrival(platform, address, handle, text, self.clock(), f"message {self._messages}")
        reply = self.intake.answer(arrival)
        assert reply is not None, "silence"
        self.deliver()
        return reply

    def sweep(self) -> None:
        """Do what the schedule does at one tick."""
        sweep_escalations(self.books.work, self.clock())
        self.deliver()

    def live(self, by: timedelta, step: timedelta = MINUTE) -> None:
        """Let time pass, with a sweep every `step`."""
        until = self.clock() + by
        while self.clock() < until:
            self.clock.advance(step)
            self.sweep()

    def deliver(self) -> None:
        """Send what is due, as the outbox does."""
        self.clock.advance(timedelta(milliseconds=1))  # the outbox comes a moment after what it sends
        with self.books.work() as work:
            due = work.deliveries.claim(self.clock(), 999)
        for delivery in due:
            with self.books.work() as work:
                work.deliveries.settle(delivery.id, self._settled(work, delivery))

    def _settled(self, work: object, delivery: Delivery) -> Settlement:
        if delivery.room in self.gone:
            return Settlement(DeliveryState.FAILED, "user_disabled", self.clock(), is_unreachable=True)
        if delivery.room in self.limited:
            is_over = delivery.give_up_at is not None
            state, until = (DeliveryState.FAILED if is_over else DeliveryState.PENDING), self.clock() + MINUTE
            return Settlement(state, "ratelimited", self.clock(), retry_at=until, give_up_at=until)
        if delivery.room in self.broken:
            return Settlement(self.broken_as, "channel_not_found", self.clock())
        composed = compose_delivery(work, delivery)  # type: ignore[arg-type]
        assert composed is not None
        self.sent.append(Sent(self.clock(), delivery.room, delivery.placing, composed.reply, delivery.id))
        return Settlement(DeliveryState.SENT, "ok", self.clock(), platform_message=delivery.id)

    def calls(self) -> list[tuple[int, str]]:
        """Return after how many minutes who was called by name in a room."""
        return [
            (int((one.at - MONDAY) / MINUTE), one.called)
            for one in self.sent
            if one.called and one.placing is Placing.POST
        ]

    def direct_calls(self) -> list[tuple[int, str, str]]:
        """Return after how many minutes who was called in a message to them alone, and on which platform."""
        return [
            (int((one.at - MONDAY) / MINUTE), *one.room.split("/")[1:])  # type: ignore[misc]
            for one in self.sent
            if one.room.startswith("direct/") and "you are called" in one.reply.headline
        ]

    def of_room(self, room: str, *placings: Placing) -> list[Sent]:
        """Return what a room was sent, of some kinds or all."""
        return [one for one in self.sent if one.room == room and (not placings or one.placing in placings)]

    def lines(self, number: int = 1001) -> tuple[TimelineEntry, ...]:
        """Return an incident's timeline."""
        with self.books.view() as work:
            return work.incidents.timeline(f"north-{number}")

    def kinds(self, number: int = 1001) -> list[EntryKind]:
        """Return what happened, without what was written to a room that cannot be reached."""
        return [line.kind for line in self.lines(number)]


def rooms_of(audience: Audience, rooms: Iterable[Room]) -> list[str]:
    """Return the ids of the rooms of one side."""
    return [room.id for room in rooms if room.audience is audience]
