"""An outbox between a real ledger (SQLite) and made-up platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.outbox import Outbox
from handlers.deliveries import Composed
from handlers.messages import Reply
from handlers.ports import Work
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.documents import Drawing
from kpi.engagements import Audience, Platform, Room
from kpi.languages import Language
from storage.database import Database
from tests.twins.clock import FakeClock
from tests.twins.console_world import a_picture
from tests.twins.documents import REPLY
from tests.twins.messengers import TwinMessenger

Composing = Callable[[], Composed | None]


class OutboxWorld:
    """Deliveries say their own id; what composing or drawing one does can be changed by `composing` and `drawing`."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.slack = TwinMessenger()
        self.wecom = TwinMessenger(can_be_asked=False)
        self.composing: dict[str, Composing] = {}
        self.drawing: Callable[[], bytes] = lambda: b"png"
        self.drawn: list[Drawing] = []
        self.broken: Exception | None = None
        self.reports: list[tuple[str, DeliveryState]] = []
        self.outbox = self.new_outbox()

    def new_outbox(self) -> Outbox:
        """Return an outbox like one of a process that has just started."""
        ways = {Platform.SLACK: self.slack, Platform.WECOM: self.wecom}
        outbox = Outbox(self.work, self.compose, self.draw, ways, self.clock)
        outbox.report_to(self._report)
        return outbox

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open a unit of work, or fail with `broken`."""
        if self.broken is not None:
            raise self.broken
        with self.database.work() as work:
            yield work

    def add(
        self,
        delivery_id: str,
        platform: Platform = Platform.SLACK,
        room: str = "",
        kind: CauseKind = CauseKind.DIGEST,
        due_in: timedelta = timedelta(0),
        placing: Placing = Placing.POST,
    ) -> None:
        """Add a delivery to the ledger; without a name it has a room of its own."""
        now = self.clock()
        delivery = Delivery(
            delivery_id,
            f"key/{delivery_id}",
            kind,
            "",
            "lumina",
            room or f"room-{delivery_id}",
            platform,
            DeliveryState.PENDING,
            now + due_in,
            now,
            placing=placing,
            anchor="" if placing is Placing.POST else "key/first",
        )
        with self.database.work() as work:
            assert work.deliveries.add(delivery)

    def delivery(self, delivery_id: str) -> Delivery:
        """Return a delivery as the ledger knows it."""
        with self.database.work() as work:
            found = work.deliveries.get(delivery_id)
        assert found is not None
        return found

    def state(self, delivery_id: str) -> DeliveryState:
        """Return a delivery's state."""
        return self.delivery(delivery_id).state

    def claim(self) -> None:
        """Claim everything due, like a process that dies right afterwards."""
        with self.database.work() as work:
            work.deliveries.claim(self.clock(), 100)

    def compose(self, work: Work, delivery: Delivery) -> Composed | None:
        """Return the message of a delivery, or do what `composing` says."""
        del work
        special = self.composing.get(delivery.id)
        return special() if special else self.message(delivery)

    def message(self, delivery: Delivery, *, has_picture: bool = False) -> Composed:
        """Return a message that says the delivery's id."""
        room = Room(
            delivery.room,
            delivery.engagement,
            delivery.platform,
            f"address-{delivery.room}",
            Audience.SELLER,
            Language.EN,
            ZoneInfo("Asia/Shanghai"),
        )
        picture = a_picture(delivery.id) if has_picture else None
        return Composed(room, Reply(delivery.id, Language.EN, picture=picture))

    def with_picture(self, delivery_id: str) -> None:
        """Give a delivery's message a picture."""
        delivery = self.delivery(delivery_id)
        self.composing[delivery_id] = lambda: self.message(delivery, has_picture=True)

    def with_document(self, delivery_id: str) -> None:
        """Give a delivery's message a document."""
        message = self.message(self.delivery(delivery_id))
        self.composing[delivery_id] = lambda: replace(message, reply=REPLY)

    async def draw(self, picture: Drawing) -> bytes:
        """Draw as `drawing` says."""
        self.drawn.append(picture)
        return self.drawing()

    async def sweep(self) -> None:
        """Send what is due and wait until all of it has ended."""
        await self.outbox.sweep()
        await self.outbox.finish()

    def _report(self, delivery: Delivery, settlement: Settlement) -> None:
        self.reports.append((delivery.id, settlement.state))
