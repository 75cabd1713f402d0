"""A whole bot between a Slack and a WeCom on loopback, with a clock that is set by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as wall_time
from functools import cache
from pathlib import Path

from bot.samples.engagements import sample_engagements
from bot.samples.sales import sample_facts
from bot.wiring import Vigia
from kpi.days import last_closed_day
from kpi.deliveries import Delivery
from kpi.engagements import Engagement, Platform, Role, Store
from kpi.facts import Fact, ImportedFile
from storage.database import Database
from tests.twins.clock import FakeClock
from tests.twins.slack_server import SlackServer
from tests.twins.wecom_server import WeComServer

BEFORE_THE_SLOTS = datetime(2026, 11, 23, 14, tzinfo=UTC)
"""11:00 in São Paulo and 22:00 in Beijing, on the Monday after the data day; Mexico's Sunday is over too."""


MANAGER = "U024ANA"
"""The account manager's user id in Slack."""


def bound() -> Engagement:
    """Return the sample engagement, its seller in a WeCom group and its operations in a Slack channel."""
    lumina = sample_engagements()[0]
    seller, operations = lumina.rooms
    people = tuple(
        replace(one, handles=((Platform.SLACK, MANAGER),)) if one.role is Role.ACCOUNT_MANAGER else one
        for one in lumina.people
    )
    return replace(
        lumina,
        people=people,
        rooms=(
            replace(seller, platform=Platform.WECOM, address="lumina-group", digest_at=wall_time(22, 30)),
            replace(operations, platform=Platform.SLACK, address="C0OPS00001", digest_at=wall_time(11, 30)),
        ),
    )


@cache
def _facts_of(store: Store, last: date) -> tuple[Fact, ...]:
    return tuple(sample_facts(store, last))


def fill(database: Database, at: datetime, *, without: str = "") -> None:
    """Store the facts of all stores, up to each one's last closed day, but of one store's last day nothing.

    It takes a second. A journey that begins with all of them takes `filled_file` as its `world_file` instead.
    """
    for store in bound().stores:
        last = last_closed_day(BEFORE_THE_SLOTS, store.zone)
        facts = [fact for fact in _facts_of(store, last) if store.id != without or fact.day < last]
        file = ImportedFile(f"{store.id}{without}", "f", "sample", "lumina", at, facts[0].day, last, len(facts), 0)
        with database.work() as work:
            work.facts.record(file, facts)


@contextmanager
def changed_copy(file: Path, folder: Path) -> Iterator[tuple[Path, Database]]:
    """Give the path of a copy of a database, and the database while it is open."""
    path = Path(shutil.copy(file, folder / "vigia.sqlite"))
    database = Database(f"sqlite:///{path}")
    yield path, database
    database.close()


class World:
    """A bot between a Slack and a WeCom on loopback, with a clock that is set by hand."""

    def __init__(self, vigia: Vigia, slack: SlackServer, wecom: WeComServer, clock: FakeClock) -> None:
        self.vigia, self.slack, self.wecom, self.clock = vigia, slack, wecom, clock

    async def sweep(self) -> None:
        """Do what the schedule does at one tick, and wait until nothing is on the way."""
        await self.vigia.errands.sweep_digests()
        await self.vigia.outbox.sweep()
        await self.vigia.outbox.finish()

    def ledger(self) -> tuple[Delivery, ...]:
        """Return every delivery."""
        with self.vigia.database.view() as work:
            return work.deliveries.of_engagement("lumina", 50)

    def fill(self, *, without: str = "") -> None:
        """Store the facts of all stores now; see `fill`."""
        fill(self.vigia.database, self.clock(), without=without)
