"""What the books of self-audits and drills promise: one audit at a time, faults as they stand, what was said once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kpi.audits.audit import AUDITS_APART, Fault, FaultKind, Sweep
from kpi.audits.drills import Drill, DrillCall, DrillReport
from kpi.audits.notices import AuditNotice, FaultNotice
from tests.twins.books import Books

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FAULT = Fault(FaultKind.OVERDUE_STEPS, "north", ("north-1001", "north-1002"), 7, NOW - HOUR, NOW - MINUTE, NOW)
DRILL = Drill("drill/north/2026-11", "north", NOW)


def report() -> DrillReport:
    """Return how a drill went, with every kind of value."""
    calls = (DrillCall(0, ("ana",), NOW, NOW + MINUTE, None), DrillCall(1, (), NOW, NOW, NOW + HOUR))
    return DrillReport("north-1001", 1001, NOW, calls, NOW + HOUR, "ana", NOW + 2 * HOUR)


def test_of_several_replicas_one_audits(database: Books) -> None:
    """Also when they begin in the same instant."""

    def take_turn(at: datetime) -> bool:
        with database.work() as work:
            return work.audits.take_turn(at, AUDITS_APART)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take_turn, [NOW] * 4)) == [False, False, False, True]
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take_turn, [NOW + AUDITS_APART] * 4)) == [False, False, False, True]
    assert not take_turn(NOW + 2 * AUDITS_APART - timedelta(seconds=1))
    with database.view() as work:
        assert work.audits.last_audit() == NOW + AUDITS_APART


def test_a_clock_that_was_far_ahead_stops_no_audit(database: Books) -> None:
    """A replica a little behind waits all the same."""
    with database.work() as work:
        assert work.audits.last_audit() is None
        assert work.audits.take_turn(NOW + HOUR, AUDITS_APART)
        assert work.audits.take_turn(NOW, AUDITS_APART)
        assert not work.audits.take_turn(NOW - MINUTE, AUDITS_APART)


def test_the_last_good_run_of_each_sweep_is_known(database: Books) -> None:
    """Audits are no sweep: whether they run is seen from outside."""
    with database.work() as work:
        work.audits.take_turn(NOW, AUDITS_APART)
        work.audits.ran(Sweep.ALERTS, NOW)
        work.audits.ran(Sweep.DIGESTS, NOW)
        work.audits.ran(Sweep.ALERTS, NOW + MINUTE)
        assert dict(work.audits.runs()) == {"alerts": NOW + MINUTE, "digests": NOW}


def test_faults_are_kept_as_they_stand(database: Books) -> None:
    """What is not named any more is gone."""
    told = replace(FAULT, engagement="", told_at=NOW)
    adrift = replace(FAULT, kind=FaultKind.ADRIFT_INCIDENTS, subjects=(), count=0)
    with database.work() as work:
        work.audits.keep((FAULT, told))
        work.audits.keep((FAULT, told, adrift))
    with database.work() as work:
        assert work.audits.standing() == (adrift, told, FAULT)
        work.audits.keep(())
        assert work.audits.standing() == ()


def test_what_is_said_is_frozen_once(database: Books) -> None:
    """Of a fault and of a drill, whoever says it first."""
    said = AuditNotice("overdue_steps/north/1", NOW, FaultNotice(FAULT, is_over=True))
    drilled = AuditNotice("drill/north/2026-11", NOW, report())
    with database.work() as work:
        assert work.audits.freeze_notice(said)
        assert work.audits.freeze_notice(drilled)
        assert not work.audits.freeze_notice(replace(said, made_at=NOW + HOUR))
    with database.view() as work:
        assert work.audits.notice(said.id) == said
        assert work.audits.notice(drilled.id) == drilled
        assert work.audits.notice("nothing") is None


def test_a_drill_is_planned_once_due_once_and_running_until_it_ends(database: Books) -> None:
    """Each row is in one of three places."""
    with database.work() as work:
        assert work.drills.plan(DRILL)
        assert not work.drills.plan(replace(DRILL, due_at=NOW - HOUR))
        assert work.drills.plan(Drill("drill/south/2026-11", "south", NOW + HOUR))
        assert work.drills.due(NOW - MINUTE) == ()
        assert work.drills.due(NOW) == (DRILL,)
        assert [one.engagement for one in work.drills.due(NOW + HOUR)] == ["north", "south"]
        assert work.drills.running() == ()
    with database.work() as work:
        assert work.drills.hold("nothing") is None
        held = work.drills.hold(DRILL.key)
        assert held == DRILL
        opened = replace(held, incident="north-1001")
        work.drills.save(opened)
        assert (work.drills.due(NOW), work.drills.running()) == ((), (opened,))
        work.drills.save(replace(opened, ended_at=NOW))
        assert (work.drills.due(NOW), work.drills.running()) == ((), ())


def test_a_drill_that_ended_unopened_is_not_due(database: Books) -> None:
    """Its engagement has no room any more."""
    with database.work() as work:
        work.drills.plan(DRILL)
        work.drills.save(replace(DRILL, ended_at=NOW))
        assert (work.drills.due(NOW), work.drills.running()) == ((), ())
