"""Exports: stable columns, instants in UTC, and for the seller nothing that is not theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.incidents.exports import EXPORTS, ExportScope, Row
from kpi.days import Period
from kpi.engagements import Audience
from kpi.languages import Language
from tests.handlers.call_world import MINUTE, OPS, SELLER, CallWorld
from tests.handlers.summary_story import ended, spoken_north

ALL = Period(date(2026, 8, 1), date(2026, 9, 30))


@pytest.fixture(scope="module")
def world() -> CallWorld:
    """Return a world in which one incident ended, and another one is about a margin."""
    made = ended(spoken_north(Language.EN, Language.EN))
    made.live(3 * MINUTE)
    made.staff("/incident contribution margin fell in North ML")
    return made


def rows(world: CallWorld, what: str, audience: Audience = Audience.OPERATIONS, period: Period = ALL) -> list[Row]:
    """Return the rows of an export."""
    with world.books.view() as work:
        return list(EXPORTS[what].rows(work, ExportScope(spoken_north(), period, audience, world.clock())))


@pytest.mark.parametrize("what", EXPORTS)
@pytest.mark.parametrize("audience", Audience)
def test_every_row_has_exactly_the_promised_columns(world: CallWorld, what: str, audience: Audience) -> None:
    """Programs read them by name."""
    found = rows(world, what, audience)
    assert found
    assert {frozenset(row) for row in found} == {frozenset(EXPORTS[what].columns)}
    assert len(set(EXPORTS[what].columns)) == len(EXPORTS[what].columns)


def test_an_incident_is_one_row_with_its_clocks_in_seconds(world: CallWorld) -> None:
    """As they were promised and on the calendar; instants end with Z."""
    first, second = rows(world, "incidents")
    assert (first["incident"], second["metric"]) == ("north-1001", "contribution_margin")
    assert first["opened_at"] == "2026-08-31T02:00:00Z"
    assert (first["acknowledgement_state"], first["acknowledgement_seconds"]) == ("kept_late", 2400)
    assert (first["analysis_state"], first["plan_state"]) == ("kept", "kept")
    resolution, calendar = first["resolution_seconds"], first["resolution_calendar_seconds"]
    assert isinstance(resolution, int)
    assert isinstance(calendar, int)
    assert resolution < 9 * 3600 < 23 * 3600 < calendar
    assert (first["cause"], first["reason"]) == ("main pictures were rejected", "the seller sees it, too")
    assert (second["resolved_at"], second["resolution_seconds"], second["plan_state"]) == (None, None, "running")


def test_the_sellers_view_is_theirs_alone(world: CallWorld) -> None:
    """No margin, no internal line, no other room, no reason of the operator's."""
    (incident,) = rows(world, "incidents", Audience.SELLER)
    assert incident["reason"] is None
    lines = rows(world, "timelines", Audience.SELLER)
    assert {line["visibility"] for line in lines} == {"seller"}
    assert {line["incident"] for line in lines} == {"north-1001"}
    assert "the seller sees it, too" not in repr(lines)
    assert "the margin of this listing is thin" not in repr(lines)
    deliveries = rows(world, "deliveries", Audience.SELLER)
    assert {one["room"] for one in deliveries} == {SELLER}
    assert {one["reason"] for one in deliveries} == {None}
    (august, september) = rows(world, "service-records", Audience.SELLER)
    assert (august["incidents"], september["incidents"]) == (1, 0)


def test_the_operators_view_has_everything(world: CallWorld) -> None:
    """Internal notes word for word, receipts with their reasons, every room."""
    lines = rows(world, "timelines")
    assert "the margin of this listing is thin" in {line["text"] for line in lines}
    ending = next(line for line in lines if line["kind"] == "resolved")
    assert json.loads(str(ending["params"]))["reason"] == "the seller sees it, too"
    deliveries = rows(world, "deliveries")
    alone = {"direct/north-ana/slack", "direct/north-bruno/slack"}
    assert {one["room"] for one in deliveries} == {OPS, SELLER, *alone}
    assert {one["audience"] for one in deliveries if one["room"] in alone} == {"operations"}
    assert {one["reason"] for one in deliveries if one["state"] == "sent"} == {"ok"}
    assert [one["incidents"] for one in rows(world, "service-records")] == [1, 1]


def test_days_are_those_of_the_service_clock(world: CallWorld) -> None:
    """What was opened at 10:00 in Beijing on 31 August was opened on 30 August in Brazil."""
    on = Period.of_day(date(2026, 8, 31))
    assert [row["number"] for row in rows(world, "incidents", period=on)] == [1001]
    assert rows(world, "incidents", period=on.shifted(-1)) == []
    assert rows(world, "deliveries", period=on.shifted(-1)) == []


def test_a_months_row_says_what_it_knows_and_nothing_else(world: CallWorld) -> None:
    """No digest was due: empty, not zero."""
    august, september = rows(world, "service-records")
    assert (august["month"], august["zone"], august["view"]) == ("2026-08", "Asia/Shanghai", "operations")
    assert (august["is_so_far"], september["is_so_far"]) == (False, True)
    assert (august["major"], august["acknowledgement_late"], august["analysis_kept"]) == (1, 1, 1)
    assert august["digests_due"] is None
    assert september["resolution_median_seconds"] is None


def test_a_room_that_left_is_the_operators_business(world: CallWorld) -> None:
    """Nobody knows any more whose it was."""
    engagement = spoken_north()
    left = replace(engagement, rooms=tuple(room for room in engagement.rooms if room.id != SELLER))
    with world.books.view() as work:
        scope = ExportScope(left, ALL, Audience.OPERATIONS, world.clock() + timedelta(days=1))
        found = {str(row["room"]): row["audience"] for row in EXPORTS["deliveries"].rows(work, scope)}
        assert found.pop(SELLER) is None
        assert set(found.values()) == {"operations"}
        theirs = EXPORTS["deliveries"].rows(work, replace(scope, audience=Audience.SELLER))
        assert list(theirs) == []
