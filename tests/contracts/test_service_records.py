"""What the book of service records promises, and what the others add to it: once each, claimed by one, exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kpi.deliveries import CauseKind, Delivery, DeliveryState
from kpi.digests import DigestSlot
from kpi.engagements import Audience, Platform
from kpi.incidents.events import Acknowledge, RecordAnalysis, Resolve
from kpi.incidents.notices import IncidentNotice, IncidentNoticeKind
from kpi.languages import Language
from kpi.markets import BEIJING
from kpi.service_records.months import ServiceMonth
from kpi.service_records.record import MonthlyRecord, MonthOfService, RecordSlot, service_record
from tests.kpi.incident_samples import HOUR, MINUTE, MONDAY_TEN, after, an_analysis, an_incident
from tests.twins.books import Books

NOVEMBER = ServiceMonth(date(2026, 11, 1), BEIJING)
SLOT = RecordSlot("lumina", NOVEMBER, NOVEMBER.due_at)
NOW = SLOT.due_at
CLAIM = timedelta(minutes=5)


def a_record() -> MonthlyRecord:
    """Return a record with everything there can be in one."""
    incident = after(an_incident(), Acknowledge(), at=MONDAY_TEN + MINUTE)
    incident = after(incident, RecordAnalysis(an_analysis()), at=MONDAY_TEN + HOUR)
    ended = after(incident, Resolve("ads", "pictures", Language.PT, "fine"), at=MONDAY_TEN + 2 * HOUR)
    slot = DigestSlot("digest/lumina/2026-11-20/room", "lumina", "room", date(2026, 11, 20), NOW, NOW)
    stored = MonthOfService("lumina", NOVEMBER, (ended, an_incident()), frozenset(), ((slot, None),), ())
    views = (service_record(stored, audience, NOW) for audience in (Audience.SELLER, Audience.OPERATIONS))
    return MonthlyRecord(*views)


def test_a_month_is_planned_once(database: Books) -> None:
    """However often the sweep looks."""
    with database.work() as work:
        assert work.service_records.plan(SLOT)
        assert not work.service_records.plan(replace(SLOT, due_at=NOW + CLAIM))
        assert work.service_records.plan(replace(SLOT, engagement="andes"))


def test_a_due_month_is_claimed_by_one_and_free_again_when_its_process_dies(database: Books) -> None:
    """The slot comes back exactly, not before it is due."""
    with database.work() as work:
        work.service_records.plan(SLOT)
        assert work.service_records.claim_due(NOW - timedelta(seconds=1), NOW + CLAIM) == ()
        assert work.service_records.claim_due(NOW, NOW + CLAIM) == (SLOT,)
    with database.work() as work:
        assert work.service_records.claim_due(NOW, NOW + CLAIM) == ()
        assert work.service_records.claim_due(NOW + CLAIM, NOW + 2 * CLAIM) == (SLOT,)


def test_a_record_is_frozen_once_and_never_due_again(database: Books) -> None:
    """Two replicas that claimed after each other post it once; it comes back with every number."""
    record = a_record()
    with database.work() as work:
        work.service_records.plan(SLOT)
        assert work.service_records.freeze(SLOT, record)
    with database.work() as work:
        assert not work.service_records.freeze(SLOT, replace(record, seller=record.operations))
        assert work.service_records.get(SLOT.key) == record
        assert work.service_records.claim_due(NOW + timedelta(days=9), NOW + timedelta(days=10)) == ()


def test_a_month_that_was_never_planned_has_no_record(database: Books) -> None:
    """Nothing is frozen past the plan."""
    with database.work() as work:
        assert not work.service_records.freeze(SLOT, a_record())
        assert work.service_records.get(SLOT.key) is None


def a_delivery(number: int, cause: str, engagement: str = "lumina") -> Delivery:
    """Return a delivery created `number` minutes after the month began."""
    at = NOVEMBER.begins_at + number * MINUTE
    kind, state = CauseKind.INCIDENT, DeliveryState.PENDING
    return Delivery(f"d{number}", f"k{number}", kind, cause, engagement, "room", Platform.SLACK, state, at, at)


def test_deliveries_are_found_by_what_they_were_made_for(database: Books) -> None:
    """Oldest first; none for no cause."""
    with database.work() as work:
        for one in (a_delivery(2, "n-1"), a_delivery(1, "n-2"), a_delivery(3, "n-3")):
            work.deliveries.add(one)
        assert [one.id for one in work.deliveries.of_causes(("n-1", "n-2"))] == ["d1", "d2"]
        assert work.deliveries.of_causes(()) == ()


def test_deliveries_of_a_month_include_its_first_instant_and_not_the_next_months(database: Books) -> None:
    """Of one engagement, oldest first."""
    first = NOVEMBER.begins_at
    with database.work() as work:
        for one in (a_delivery(5, "n"), a_delivery(0, "n"), a_delivery(9, "n"), a_delivery(1, "n", "andes")):
            work.deliveries.add(one)
        found = work.deliveries.between("lumina", first, first + 9 * MINUTE)
        assert [one.id for one in found] == ["d0", "d5"]


def test_digest_slots_are_found_by_their_deadline(database: Books) -> None:
    """Which stays where it is while a slot waits for data."""
    first = datetime(2026, 11, 20, 13, tzinfo=UTC)

    def slot(number: int, engagement: str = "lumina") -> DigestSlot:
        day, deadline_at = date(2026, 11, 20 + number), first + number * HOUR
        return DigestSlot(f"{engagement}/{number}", engagement, "room", day, deadline_at - HOUR, deadline_at)

    with database.work() as work:
        for one in (slot(2), slot(0), slot(1), slot(1, "andes")):
            work.digests.plan(one)
        assert work.digests.slots_between("lumina", first, first + 2 * HOUR) == (slot(0), slot(1))


def test_everything_rooms_were_told_of_an_incident_comes_back_in_order(database: Books) -> None:
    """And nothing of another one."""
    with database.work() as work:
        incidents = [work.incidents.open(replace(an_incident(), key=key)) for key in ("a", "b")]
        made = [
            IncidentNotice(f"n-{place}", IncidentNoticeKind.CARD, incident, MONDAY_TEN + minutes * MINUTE)
            for place, (incident, minutes) in enumerate(zip((*incidents, incidents[0]), (5, 1, 3), strict=True))
            if incident is not None
        ]
        for notice in made:
            work.incidents.freeze_notice(notice)
        assert work.incidents.notices(made[0].incident.id) == (made[2], made[0])
