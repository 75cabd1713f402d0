"""Two sellers in memory, with days so even that every number of an answer can be worked out by hand.

The data day is Thursday 27 August 2026; the eight Thursdays before it are ordinary days in Brazil and in Mexico.

north-ml (Brazil): 4,000 visits a day; 98 orders in even weeks and 102 in odd ones, R$ 50 each
north-amz (Mexico): 1,200 visits a day, 40 orders, MX$ 400 each
south-ml (Brazil): another seller, 7,777 visits, 777 orders, R$ 77.77 each
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from handlers.answers.kpi_command import KPI_COMMAND
from handlers.engagement_setup import set_up_engagement
from handlers.intake import Intake, Report, ignore_report
from handlers.messages import Arrival, Reply
from kpi.deliveries import Delivery, DeliveryState, Settlement
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room, Seller
from kpi.facts import Fact, FactStatus
from kpi.languages import Language
from kpi.markets import BEIJING, MARKETS, Market, Marketplace
from kpi.metrics.measures import SCALED
from kpi.rates import Rate
from kpi.targets import Target
from tests.twins.book_samples import a_fact, a_file, a_store
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock

DAY = date(2026, 8, 27)
NOW = datetime(2026, 8, 28, 11, tzinfo=UTC)
"""Friday, 08:00 in São Paulo, 05:00 in Mexico City, 19:00 in Beijing: Thursday is over everywhere."""
HISTORY_DAYS = 130
SAO_PAULO = MARKETS[Market.BR].zone


def _people(name: str, language: Language) -> tuple[Person, ...]:
    roles = {
        "ana": Role.ACCOUNT_MANAGER,
        "bruno": Role.OPERATIONS,
        "wei": Role.SELLER,
        "rita": Role.TEAM_LEAD,
        "dora": Role.DIRECTOR,
        "adam": Role.ADMIN,
    }
    return tuple(
        Person(f"{name}-{who}", f"{who.title()} of {name}", role, language, BEIJING, ((Platform.CONSOLE, who),))
        for who, role in roles.items()
    )


def _rooms(name: str, language: Language) -> tuple[Room, ...]:
    def room(audience: Audience, at: time) -> Room:
        place = f"{name}-{'ops' if audience is Audience.OPERATIONS else 'seller'}"
        zone = SAO_PAULO if audience is Audience.OPERATIONS else BEIJING
        return Room(place, name, Platform.CONSOLE, place, audience, language, zone, at)

    return room(Audience.OPERATIONS, time(8, 30)), room(Audience.SELLER, time(20, 37))


def north(language: Language = Language.EN) -> Engagement:
    """Return the seller whose numbers are asked for; its rooms read `language`."""
    stores = (
        replace(a_store("north-ml", Marketplace.MERCADO_LIBRE, Market.BR), name="North ML"),
        replace(a_store("north-amz", Marketplace.AMAZON, Market.MX), name="North Amazon"),
    )
    people, rooms = _people("north", language), _rooms("north", language)
    return Engagement("north", "North", Seller("north", "北方"), stores, people, rooms)


def south(language: Language = Language.EN) -> Engagement:
    """Return the other seller."""
    stores = (replace(a_store("south-ml", Marketplace.MERCADO_LIBRE, Market.BR), name="South ML"),)
    people, rooms = _people("south", language), _rooms("south", language)
    return Engagement("south", "South", Seller("south", "南方"), stores, people, rooms)


def ordinary(store: str, day: date) -> dict[str, int]:
    """Return what a store reports of an ordinary day."""
    if store == "north-ml":
        orders = 98 if day.toordinal() // 7 % 2 == 0 else 102
        return {"visits": 4_000, "orders_paid": orders, "gmv_gross": orders * 50 * SCALED}
    if store == "north-amz":
        return {"visits": 1_200, "orders_paid": 40, "gmv_gross": 40 * 400 * SCALED}
    return {"visits": 7_777, "orders_paid": 777, "gmv_gross": 777 * 7777 * SCALED // 100}


def days_of(store: str, last: date = DAY, days: int = HISTORY_DAYS) -> Iterator[Fact]:
    """Yield the ordinary days of a store that end on `last`."""
    for back in range(days):
        day = last - timedelta(days=back)
        for measure, value in ordinary(store, day).items():
            yield a_fact(store, measure, value, day)


class World:
    """Books in memory, an intake over them, and a clock that is set by hand."""

    def __init__(self, *engagements: Engagement, report: Report = ignore_report) -> None:
        self.books, self.clock = MemoryDatabase(), FakeClock(NOW)
        self.intake = Intake(self.books.work, (KPI_COMMAND,), report, self.books.view)
        self._numbers = count(1)
        for engagement in engagements or (north(), south()):
            self.agree(engagement)

    def agree(self, engagement: Engagement, *agreed: Target | Rate) -> None:
        """Create or change an engagement with its targets and rates."""
        targets = tuple(one for one in agreed if isinstance(one, Target))
        rates = tuple(one for one in agreed if isinstance(one, Rate))
        with self.books.work() as work:
            set_up_engagement(work, engagement, targets, rates, self.clock())

    def learn(self, facts: Iterable[Fact], engagement: str = "north") -> None:
        """Import facts now."""
        with self.books.work() as work:
            work.facts.record(a_file(f"file {next(self._numbers)}", engagement, self.clock()), facts)

    def report(
        self, store: str, measures: Mapping[str, int], day: date = DAY, status: FactStatus = FactStatus.FINAL
    ) -> None:
        """Import some measures of one day of a store now."""
        facts = [a_fact(store, measure, value, day, status) for measure, value in measures.items()]
        self.learn(facts, store.split("-", maxsplit=1)[0])

    def fill(self, *stores: str, last: date = DAY) -> World:
        """Import the ordinary days of these stores (none named: of all)."""
        for store in stores or ("north-ml", "north-amz", "south-ml"):
            self.learn(days_of(store, last), store.split("-", maxsplit=1)[0])
        return self

    def arrival(self, text: str, address: str = "north-ops", handle: str = "ana") -> Arrival:
        """Return words as a platform delivers them now."""
        return Arrival(Platform.CONSOLE, address, handle, text, self.clock(), f"event {next(self._numbers)}")

    def hear(self, text: str, address: str = "north-ops", handle: str = "ana") -> Reply | None:
        """Return the answer, or None where Vigia stays silent."""
        return self.intake.answer(self.arrival(text, address, handle))

    def ask(self, text: str, address: str = "north-ops", handle: str = "ana") -> Reply:
        """Return the answer to a question of somebody who is owed one."""
        reply = self.hear(text, address, handle)
        assert reply is not None, "silence"
        return reply

    def deliveries(self, engagement: str = "north") -> tuple[Delivery, ...]:
        """Return every delivery of an engagement, oldest first."""
        with self.books.view() as work:
            return work.deliveries.of_engagement(engagement, 999)[::-1]

    def send_all(self) -> None:
        """Do what the outbox does when every platform answers well."""
        with self.books.work() as work:
            for delivery in work.deliveries.claim(self.clock(), 999):
                work.deliveries.settle(delivery.id, Settlement(DeliveryState.SENT, "ok", self.clock()))


def bad_thursday(language: Language = Language.EN) -> World:
    """Return a world whose Brazilian store sold half on the data day: 50 orders, R$ 2,500."""
    world = World(north(language), south(language)).fill("north-amz", "south-ml")
    world.fill("north-ml", last=DAY - timedelta(days=1))
    world.report("north-ml", {"visits": 4_000, "orders_paid": 50, "gmv_gross": 2_500 * SCALED})
    return world


def said(reply: Reply) -> str:
    """Return every word of a reply, buttons and pictures too."""
    return repr(reply)


def values(reply: Reply) -> Mapping[str, str]:
    """Return the figures of a reply: name to value."""
    return {figure.name: figure.value for figure in reply.figures}
