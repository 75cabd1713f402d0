"""What every book promises, kept by the twin, SQLite and PostgreSQL alike."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from bot.samples.engagements import sample_engagements, sample_rates, sample_targets
from handlers.ports import UnitOfWork
from kpi.absences import Absence
from kpi.days import Period
from kpi.engagements import Platform
from kpi.errors import ConfigurationError
from kpi.markets import BEIJING
from kpi.promises import IncidentRules, Terms
from kpi.rates import Rate
from kpi.severities import Severity
from kpi.working_hours import WorkingHours
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
LUMINA, ANDES = sample_engagements()


def test_the_database_fits_the_port(database: Books) -> None:
    """By shape: mypy checks the assignment, this the call."""
    unit_of_work: UnitOfWork = database.work
    with unit_of_work() as work:
        assert work.engagements.all() == ()


def test_an_engagement_comes_back_as_it_was_saved(database: Books) -> None:
    """Stores, people, rooms, languages, zones and times."""
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        work.engagements.save(ANDES, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == LUMINA
        assert work.engagements.all() == (ANDES, LUMINA)
        assert work.engagements.get("nobody") is None


def test_hours_a_backup_and_incident_rules_come_back_as_they_were_agreed(database: Books) -> None:
    """Zones, weekdays, holidays and durations."""
    night = WorkingHours(BEIJING, time(22), time(7), frozenset({0, 5}), "CN")
    terms = Terms(timedelta(minutes=15), timedelta(minutes=90), timedelta(hours=9), 2)
    agreed = replace(
        LUMINA,
        people=(replace(LUMINA.people[0], hours=night, backup="bruno"), *LUMINA.people[1:]),
        incident_rules=IncidentRules(((Severity.S1, terms),), night, 0, timedelta(hours=3), has_monthly_drill=True),
    )
    with database.work() as work:
        work.engagements.save(agreed, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == agreed


def test_absences_come_back_as_they_were_agreed_and_said(database: Books) -> None:
    """What was said stays when the agreement is applied again, until something else is said."""
    week = Absence(date(2026, 12, 1), date(2026, 12, 5))
    agreed = replace(LUMINA, people=(replace(LUMINA.people[0], away=(week,)), *LUMINA.people[1:]))
    said = Absence(NOW.date(), date(2026, 11, 27), "bruno")
    with database.work() as work:
        work.engagements.save(agreed, NOW)
        work.engagements.save(ANDES, NOW)
        work.engagements.note_absence("lumina", "ana", week)
    with database.work() as work:
        work.engagements.note_absence("lumina", "ana", said)
        work.engagements.save(agreed, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == replace(agreed, absences=(("ana", said),))
        assert work.engagements.all() == (ANDES, replace(agreed, absences=(("ana", said),)))


def test_a_place_leads_to_its_room_and_an_unbound_one_nowhere(database: Books) -> None:
    """Platform and address together."""
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
    with database.view() as work:
        found = work.engagements.at_address(Platform.CONSOLE, "lumina-ops")
        assert found == (LUMINA, LUMINA.room("lumina-ops"))
        assert work.engagements.at_address(Platform.SLACK, "lumina-ops") is None
        assert work.engagements.with_room("lumina-seller") == LUMINA
        assert work.engagements.with_room("nowhere") is None
        assert work.engagements.room_ids() == ("lumina-ops", "lumina-seller")
        assert work.engagements.of_store("lumina-amz-mx") == LUMINA


def test_a_store_that_left_comes_back_with_its_key(database: Books) -> None:
    """Leaving and returning is one store, not two."""
    without = replace(LUMINA, stores=LUMINA.stores[1:])
    for saved in (LUMINA, without):
        with database.work() as work:
            work.engagements.save(saved, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == without
        assert work.engagements.of_store("lumina-ml-br") is None
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        assert work.engagements.get("lumina") == LUMINA


def test_another_engagements_store_or_place_is_refused(database: Books) -> None:
    """And nothing of the refused engagement is stored."""
    stolen_store = replace(ANDES, stores=(LUMINA.stores[0],))
    stolen_place = replace(ANDES, rooms=(replace(ANDES.rooms[0], address="lumina-ops"),))
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
    for stolen in (stolen_store, stolen_place):
        with pytest.raises(ConfigurationError, match="lumina"), database.work() as work:
            work.engagements.save(stolen, NOW)
    with database.view() as work:
        assert work.engagements.all() == (LUMINA,)


def test_what_raises_is_rolled_back(database: Books) -> None:
    """All or nothing."""

    def save_and_fail() -> None:
        with database.work() as work:
            work.engagements.save(LUMINA, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_and_fail()
    with database.view() as work:
        assert work.engagements.all() == ()


def test_a_view_stores_nothing(database: Books) -> None:
    """Reading never writes, even by mistake: a database refuses, its twin forgets."""
    with suppress(DBAPIError), database.view() as work:
        work.inbox.claim("event", NOW)
    with database.work() as work:
        assert work.inbox.claim("event", NOW)


def test_targets_are_replaced_and_found_by_day(database: Books) -> None:
    """Exact numbers and all."""
    targets = sample_targets("lumina", DAY)
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        work.targets.replace("lumina", targets)
        work.targets.replace("lumina", targets)
    with database.view() as work:
        assert set(work.targets.of("lumina", DAY)) == set(targets)
        assert work.targets.of("lumina", DAY + timedelta(days=40)) == ()
        assert set(work.targets.all_of("lumina")) == set(targets)


def test_a_rate_may_be_five_days_old_and_no_older(database: Books) -> None:
    """At the limit and one past it."""
    rate = Rate(DAY, "BRL", "CNY", Decimal("1.33105"), "PBOC")
    with database.work() as work:
        assert work.rates.save([rate]) == 1
        assert work.rates.save([rate]) == 0
        assert work.rates.save([replace(rate, rate=Decimal("1.34"))]) == 1
    with database.view() as work:
        found = work.rates.latest("BRL", "CNY", DAY + timedelta(days=5), 5)
        assert found is not None
        assert found.rate == Decimal("1.34")
        assert work.rates.latest("BRL", "CNY", DAY + timedelta(days=6), 5) is None
        assert work.rates.latest("BRL", "CNY", DAY - timedelta(days=1), 5) is None
        assert work.rates.latest("CNY", "BRL", DAY, 5) is None


def test_many_rates_are_counted_once(database: Books) -> None:
    """The sample's sixty rates."""
    rates = sample_rates(DAY)
    with database.work() as work:
        assert work.rates.save(rates) == len(rates)


def test_of_many_rates_only_those_that_differ_are_changed(database: Books) -> None:
    """New, changed and known ones in one file."""
    rates = [Rate(DAY + timedelta(days=ahead), "BRL", "CNY", Decimal(20 + ahead), "PBOC") for ahead in range(4)]
    later = [rates[0], replace(rates[1], rate=Decimal("9.5")), replace(rates[2], source="BCB"), rates[3]]
    with database.work() as work:
        assert work.rates.save(rates[:3]) == 3
        assert work.rates.save(later) == 3
        assert work.rates.between(DAY, DAY + timedelta(days=9)) == tuple(later)
        assert work.rates.save([]) == 0


def test_an_event_is_claimed_once_and_forgotten_in_time(database: Books) -> None:
    """A repeated event does nothing until it is old."""
    with database.work() as work:
        assert work.inbox.claim("slack/1", NOW)
        assert not work.inbox.claim("slack/1", NOW)
        assert work.inbox.forget(NOW) == 0
        assert work.inbox.forget(NOW + timedelta(seconds=1)) == 1
        assert work.inbox.claim("slack/1", NOW)


def test_events_are_forgotten_by_age_alone(database: Books) -> None:
    """Those at the limit stay."""
    with database.work() as work:
        for hours in range(3):
            work.inbox.claim(f"slack/{hours}", NOW + timedelta(hours=hours))
        assert work.inbox.forget(NOW + timedelta(hours=2)) == 2
        assert not work.inbox.claim("slack/2", NOW)


def test_an_event_claimed_in_what_was_rolled_back_may_come_again(database: Books) -> None:
    """Nothing happened, so nothing is remembered."""

    def claim_and_fail() -> None:
        with database.work() as work:
            work.inbox.claim("slack/1", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        claim_and_fail()
    with database.work() as work:
        assert work.inbox.claim("slack/1", NOW)


def test_all_targets_are_told_by_period_then_id(database: Books) -> None:
    """Of two periods that begin together the shorter one comes first."""
    sample = sample_targets("lumina", DAY)[0]
    month, week = sample.period, Period(sample.period.first, sample.period.first + timedelta(days=6))
    before = month.shifted(-30)
    targets = [
        replace(sample, id=name, period=period)
        for name, period in (("b", month), ("c", month), ("a", month), ("z", week), ("y", before))
    ]
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        work.targets.replace("lumina", targets)
    with database.view() as work:
        assert [target.id for target in work.targets.all_of("lumina")] == ["y", "z", "a", "b", "c"]
        assert [target.id for target in work.targets.of("lumina", month.last)] == ["a", "b", "c"]
        assert work.targets.all_of("andes") == ()


def test_the_newest_rate_of_the_last_days_stands_in(database: Books) -> None:
    """Friday's rate on Sunday, and none from the future."""
    rates = [Rate(DAY + timedelta(days=ahead), "BRL", "CNY", Decimal(20 + ahead), "PBOC") for ahead in (-4, -2, 1)]
    with database.work() as work:
        assert work.rates.save(rates) == 3
    with database.view() as work:
        assert work.rates.latest("BRL", "CNY", DAY, 5) == rates[1]
        assert work.rates.latest("BRL", "CNY", DAY - timedelta(days=3), 5) == rates[0]


def test_an_engagement_may_have_no_targets_any_more(database: Books) -> None:
    """Replacing by nothing leaves nothing."""
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
        work.targets.replace("lumina", sample_targets("lumina", DAY))
        work.targets.replace("lumina", ())
        assert work.targets.all_of("lumina") == ()


def test_the_rates_of_some_days_come_in_order(database: Books) -> None:
    """Both ends belong to the days; pairs of a day are ordered by name."""
    rates = [
        Rate(DAY + timedelta(days=days), base, "CNY", Decimal("1.5"), "bank")
        for days in (1, 0, 2)
        for base in ("MXN", "BRL")
    ]
    with database.work() as work:
        work.rates.save(rates)
    with database.view() as work:
        found = work.rates.between(DAY, DAY + timedelta(days=1))
    assert [(rate.day, rate.base) for rate in found] == [
        (DAY, "BRL"),
        (DAY, "MXN"),
        (DAY + timedelta(days=1), "BRL"),
        (DAY + timedelta(days=1), "MXN"),
    ]
