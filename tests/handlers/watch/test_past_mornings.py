"""Past mornings lived through again: what is said then is what would have been said, and nobody hears it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from handlers.digests.composition import compose_digest
from handlers.watch.past_mornings import Past, moments, pass_to, remember, settle_in
from kpi.alerts.records import AlertEpisode, ExpectedDays, Finding, Mute, SeriesKey
from kpi.days import ONE_DAY, Period
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Settlement
from kpi.digests import Digest
from kpi.engagements import Engagement, Platform
from kpi.errors import NotFoundError
from tests.handlers.alert_shops import Shop, ShopWorld, morning_after
from tests.handlers.world import DAY, north
from tests.twins.books import MemoryDatabase

FALL = DAY + 6 * ONE_DAY
PERIOD = Period(DAY + ONE_DAY, DAY + 14 * ONE_DAY)
LATE = DAY + 5 * ONE_DAY
IMPORTED_LATE = morning_after(LATE, 4) + timedelta(minutes=17)
SHOP = Shop().falling(FALL, FALL + 4 * ONE_DAY, 0.5)


def _one_store() -> Engagement:
    engagement = north()
    rooms = tuple(
        replace(room, platform=platform, address=f"place of {room.id}")
        for room, platform in zip(engagement.rooms, (Platform.SLACK, Platform.WECOM), strict=True)
    )
    return replace(engagement, stores=engagement.stores[:1], rooms=rooms)


@pytest.fixture(scope="module")
def lived() -> ShopWorld:
    """Return a world that lived through the period, its history imported on the first evening; it is only read."""
    world = ShopWorld(_one_store())
    world.learn_shops(SHOP)
    world.live([SHOP], PERIOD.first, PERIOD.last)
    return world


class Again:
    """A past lived through again in books of its own; every message arrives."""

    def __init__(self, world: ShopWorld, period: Period = PERIOD) -> None:
        self.books = MemoryDatabase()
        with world.books.view() as work:
            self.past: Past = remember(work, "north", period)
        settle_in(self.books.work, self.past)
        before = self.past.starts_at
        for moment in moments(self.past):
            pass_to(self.books.work, self.past, before, moment)
            self._send(moment)
            before = moment

    def _send(self, at: datetime) -> None:
        with self.books.work() as work:
            for delivery in work.deliveries.claim(at, 99):
                work.deliveries.settle(delivery.id, Settlement(DeliveryState.SENT, "ok", at))

    def deliveries(self, kind: CauseKind) -> list[Delivery]:
        """Return the deliveries of a kind, oldest first."""
        with self.books.view() as work:
            found = work.deliveries.of_engagement("north", 999)[::-1]
        return [one for one in found if one.cause_kind is kind]

    def digests(self, day: date) -> tuple[Digest, ...]:
        """Return the digests of a day, oldest first."""
        with self.books.view() as work:
            return work.digests.of_day("north", day)


@pytest.fixture(scope="module")
def again(lived: ShopWorld) -> Again:
    """Return that world's past, lived through again."""
    return Again(lived)


def _firsts(alerts: tuple[AlertEpisode, ...]) -> list[tuple[SeriesKey, date, Finding, date]]:
    return [(one.series, one.episode.onset, one.first, one.opened_at.date()) for one in alerts]


def test_what_is_said_again_is_what_was_said(lived: ShopWorld, again: Again) -> None:
    """The same alerts with the same evidence on the same mornings, to both rooms."""
    with again.books.view() as work:
        relived = work.alerts.of_engagement("north", DAY)
    assert _firsts(relived) == _firsts(lived.alerts())
    conversion = next(one for one in relived if one.series.metric == "conversion_rate")
    assert conversion.episode.onset == FALL
    told = again.deliveries(CauseKind.ALERT)
    assert {one.room for one in told} == {"north-ops", "north-seller"}
    assert min(one.created_at for one in told).date() == conversion.opened_at.date()


def test_every_room_gets_its_digest_of_every_day_once(again: Again) -> None:
    """One a day and room, made in the morning after the day."""
    digests = again.deliveries(CauseKind.DIGEST)
    days = [PERIOD.first + number * ONE_DAY for number in range(PERIOD.length)]
    for room in ("north-ops", "north-seller"):
        keys = [one.key for one in digests if one.room == room]
        assert keys == [f"digest/north/{day.isoformat()}/{room}" for day in days]
    assert all(again.digests(day)[0].composed_at.date() == day + ONE_DAY for day in days)


def test_nobody_outside_the_console_can_be_reached(again: Again) -> None:
    """Rooms in Slack and WeCom become console rooms, people are known there, and the name says what it is."""
    assert {room.platform for room in again.past.engagement.rooms} == {Platform.CONSOLE}
    assert {one.platform for kind in CauseKind for one in again.deliveries(kind)} == {Platform.CONSOLE}
    ana = again.past.engagement.person("north-ana")
    assert ana is not None
    assert ana.handles == ((Platform.CONSOLE, "north-ana"),)
    assert again.past.engagement.name == "North (replay)"


def test_the_real_books_stay_as_they_are(lived: ShopWorld) -> None:
    """A replay reads, and writes elsewhere."""
    before = lived.books.state.copied()
    Again(lived, Period.of_day(FALL))
    assert lived.books.state == before


def _late_world() -> ShopWorld:
    world = ShopWorld(_one_store())
    world.learn_shops(Shop())
    world.live([Shop()], PERIOD.first, LATE - ONE_DAY)
    world.live([Shop()], LATE + ONE_DAY, LATE + 2 * ONE_DAY)
    world.clock.set(IMPORTED_LATE)
    world.learn(Shop().days(LATE, LATE))
    world.live([Shop()], LATE + 3 * ONE_DAY, PERIOD.last)
    return world


def test_a_late_import_is_not_used_before_it_was_known() -> None:
    """The day's digest went out without it, named as partial; three days later a correction carries its numbers."""
    again = Again(_late_world())
    (first, *_, last) = again.digests(LATE)
    assert first.is_partial
    assert first.composed_at < IMPORTED_LATE
    assert not last.is_partial
    corrections = again.deliveries(CauseKind.CORRECTION)
    assert corrections
    assert {one.created_at for one in corrections} == {IMPORTED_LATE + timedelta(minutes=5)}


def test_history_imported_long_after_its_days_was_known_in_its_time() -> None:
    """A first import of last year's exports must not make last year's mornings blind."""
    world = ShopWorld(_one_store())
    world.clock.set(morning_after(PERIOD.last, 40))
    world.learn_shops(SHOP, last=PERIOD.last)
    again = Again(world)
    assert not any(again.digests(day)[0].is_partial for day in PERIOD.days())
    assert again.deliveries(CauseKind.ALERT)


def test_what_people_said_counts_from_when_they_said_it() -> None:
    """A mute of the second week hushes nothing in the first."""
    world = ShopWorld(_one_store())
    world.clock.set(morning_after(PERIOD.last, 40))
    world.learn_shops(SHOP, last=PERIOD.last)
    said_at = morning_after(FALL, 2)
    mute = Mute("m1", "north", "", "", said_at + 30 * ONE_DAY, "north-ana", "sale", said_at)
    days = ExpectedDays("north", "north-ml", FALL, FALL + ONE_DAY, "sale", "north-ana", said_at)
    with world.books.work() as work:
        work.alerts.mute(mute)
        work.alerts.expect(days)
    again = Again(world)
    with again.books.view() as work:
        assert work.alerts.mutes("north", said_at) == (mute,)
        assert work.alerts.expected("north", DAY) == (days,)
    assert again.deliveries(CauseKind.ALERT) == []
    early = Again(world, Period(PERIOD.first, FALL - ONE_DAY))
    with early.books.view() as work:
        assert work.alerts.mutes("north", datetime(2026, 1, 1, tzinfo=UTC)) == ()


def _gaps(given: tuple[datetime, ...]) -> Iterator[timedelta]:
    return (later - earlier for earlier, later in pairwise(given))


def test_the_clock_only_goes_forward_and_stops_after_the_last_morning(again: Again) -> None:
    """Each moment once, from the end of the first day to the end of the day after the last."""
    given = moments(again.past)
    assert all(gap > timedelta() for gap in _gaps(given))
    assert given[0] == again.past.starts_at == datetime(2026, 8, 29, 3, tzinfo=UTC)
    assert given[-1] == again.past.ends_at == datetime(2026, 9, 12, 3, tzinfo=UTC)


def test_a_digest_made_again_reads_the_same_numbers(lived: ShopWorld, again: Again) -> None:
    """Facts travel with their status and source: the readings are equal."""
    day = PERIOD.last
    with lived.books.view() as work:
        real = compose_digest(work, _one_store(), day, morning_after(day))
    (relived, *_) = again.digests(day)
    assert relived.readings == real.readings
    assert relived.coverage == real.coverage


def test_an_unknown_engagement_is_named() -> None:
    """One sentence with those there are."""
    world = ShopWorld(_one_store())
    with world.books.view() as work, pytest.raises(NotFoundError, match="nobody"):
        remember(work, "nobody", PERIOD)
