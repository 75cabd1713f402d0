"""A replay in the console, from a stored database to the messages of each virtual morning."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.replay import relived
from bot.console.messages import Entry
from bot.samples.engagements import sample_rates, sample_targets
from bot.samples.sales import sample_facts
from bot.scratch import scratch_settings
from bot.wiring import Vigia
from handlers.engagement_setup import set_up_engagement
from handlers.watch.past_mornings import remember
from kpi.days import ONE_DAY, Period
from kpi.facts import Fact, FactStatus, ImportedFile
from kpi.languages import Language
from storage.database import Database
from tests.journeys.sent_world import bound

SHOP = "lumina-shopee-br"
FELL = date(2026, 9, 14)
"""The first of five days on which a store sells half."""
PERIOD = Period(date(2026, 9, 12), date(2026, 9, 20))
LATE = date(2026, 9, 17)
LATE_STORE = "lumina-ml-br"
ARRIVED_LATE = datetime(2026, 9, 20, 13, 41, tzinfo=UTC)
HISTORY_KNOWN = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""Long after the days: they count as known in their time."""


def _file(name: str, at: datetime) -> ImportedFile:
    return ImportedFile(name, name, "sample", "lumina", at, PERIOD.first, PERIOD.last, 1, 0)


def _story(store: str, facts: Iterator[Fact]) -> Iterator[Fact]:
    """Halve the orders of one store's bad days, and leave out another's late day."""
    for fact in facts:
        is_bad = store == SHOP and FELL <= fact.day < FELL + 5 * ONE_DAY and not fact.part
        if is_bad and fact.measure in {"orders_paid", "orders_created", "units_sold", "gmv_gross"}:
            yield Fact(fact.store, fact.day, fact.measure, fact.value // 2, fact.source, fact.status)
        elif (store, fact.day) != (LATE_STORE, LATE):
            yield fact


@pytest.fixture(scope="module")
def stored(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with an engagement in Slack and WeCom, its history, and a day that arrived late."""
    path = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("stored") / "vigia.sqlite"))
    database = Database(f"sqlite:///{path}")
    with database.work() as work:
        set_up_engagement(
            work, bound(), sample_targets("lumina", PERIOD.last), sample_rates(PERIOD.last), HISTORY_KNOWN
        )
        for store in bound().stores:
            days = sample_facts(store, date(2026, 10, 15))
            history = [fact for fact in _story(store.id, days) if fact.status is FactStatus.FINAL]
            work.facts.record(_file(store.id, HISTORY_KNOWN), history)
        late_store = next(store for store in bound().stores if store.id == LATE_STORE)
        late = [fact for fact in sample_facts(late_store, date(2026, 10, 15)) if fact.day == LATE]
        work.facts.record(_file("late", ARRIVED_LATE), late)
    database.close()
    return path


def _rows(path: Path) -> list[str]:
    with sqlite3.connect(path) as raw:
        rows = list(raw.iterdump())
    raw.close()
    return rows


@dataclass(frozen=True)
class Shown:
    """A bot that shows a replay, and what the stored database held before and after."""

    vigia: Vigia
    before: list[str]
    after: list[str]

    def posts(self, room: str) -> list[Entry]:
        """Return what hangs in a room, oldest first."""
        assert self.vigia.console is not None
        return [message.entry for message in self.vigia.console.board.messages(room)]

    def told(self, room: str, words: str) -> list[Entry]:
        """Return the posts of a room that say some words."""
        return [one for one in self.posts(room) if one.reply is not None and words in repr(one.reply)]


@pytest.fixture(scope="module")
def shown(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Give the console after the replay."""
    before = _rows(stored)
    database = Database(f"sqlite:///{stored}")
    with database.view() as work:
        past = remember(work, "lumina", PERIOD)
    database.close()
    vigia = relived(past, scratch_settings(tmp_path_factory.mktemp("replay") / "replay.sqlite", 8321))
    yield Shown(vigia, before, _rows(stored))
    vigia.database.close()


def test_a_fall_is_told_on_its_virtual_morning_beside_the_days_digest(shown: Shown) -> None:
    """The Shopee store fell on the 14th: its room hears of it within three mornings, between the digests."""
    (alert, *_) = shown.told("lumina-ops", "/alert ack")
    assert FELL < alert.at.date() <= FELL + 3 * ONE_DAY
    assert alert.reply is not None
    assert alert.reply.language is Language.PT
    assert "Lumina Shopee Brasil" in repr(alert.reply)
    mornings = [
        one.at.date() for one in shown.posts("lumina-ops") if one.reply is not None and "(replay)" in one.reply.headline
    ]
    assert alert.at.date() in mornings
    assert [one.at for one in shown.posts("lumina-ops")] == sorted(one.at for one in shown.posts("lumina-ops"))


def test_the_sellers_room_has_a_digest_every_day_in_its_language(shown: Shown) -> None:
    """Nine days, nine digests, each at the room's own hour."""
    digests = [
        one
        for one in shown.posts("lumina-seller")
        if one.reply is not None and one.reply.headline.startswith("Lumina (replay) ")
    ]
    assert {one.reply.language for one in digests if one.reply is not None} == {Language.ZH}
    days = {one.at.date() for one in digests}
    assert {day + ONE_DAY for day in PERIOD.days()} <= days


def test_a_day_that_arrived_late_is_not_known_earlier(shown: Shown) -> None:
    """Its digest went out partial; the correction came five minutes after the import."""
    with shown.vigia.database.view() as work:
        first, *_ = work.digests.of_day("lumina", LATE)
    assert first.is_partial
    assert first.composed_at < ARRIVED_LATE
    corrections = shown.told("lumina-ops", "Correção")
    assert [one.at for one in corrections if "17/09" in repr(one.reply)] == [ARRIVED_LATE + timedelta(minutes=5)]


def test_the_stored_database_is_the_same_row_for_row(shown: Shown) -> None:
    """Nothing of a replay reaches it."""
    assert shown.before == shown.after


def test_no_other_platform_is_wired_and_the_clock_stands_at_the_end(shown: Shown) -> None:
    """Whatever a replay says stays on this machine."""
    assert shown.vigia.slack is None
    assert shown.vigia.webhooks is None
    assert shown.vigia.settings.host == "127.0.0.1"
    assert shown.vigia.clock().date() == PERIOD.last + 2 * ONE_DAY
    with shown.vigia.database.view() as work:
        deliveries = work.deliveries.of_engagement("lumina", 999)
    assert {one.platform.value for one in deliveries} == {"console"}


async def test_questions_are_answered_as_of_the_replays_end(shown: Shown) -> None:
    """The page can be asked, and reads nothing that was imported later."""
    assert shown.vigia.console is not None
    asked = await shown.vigia.console.ask("lumina-ops", "ana", "/kpi")
    assert isinstance(asked, tuple)
    _, answer = asked
    assert answer.entry.reply is not None
    assert answer.entry.at == shown.vigia.clock()
