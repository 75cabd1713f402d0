"""Vigia finds its own faults, repairs them once, and tells whoever looks after it of those that stay."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.audits.audience import whom_to_tell
from handlers.audits.message import ADVICE, FAULT_NAMES, audit_message
from handlers.audits.notices import tell_of_fault
from handlers.audits.self_audit import audit_self, repair
from handlers.new_deliveries import new_delivery
from handlers.ports import Work
from kpi.audits.audit import AUDIT_EVERY, Fault, FaultKind, Finding, Sweep, told_codes
from kpi.audits.notices import AuditNotice, FaultNotice
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.digests import DigestSlot
from kpi.engagements import Engagement, Platform, Role
from kpi.incidents.incident import EntryKind, Status
from kpi.languages import Language
from tests.handlers.audit_world import DEAD, AuditWorld
from tests.handlers.call_world import HOUR, MINUTE, MONDAY, OPS, SELLER, called_north
from tests.handlers.world import DAY, north, south

ANA = "north-ana"


@pytest.fixture
def world() -> AuditWorld:
    """Return a world whose seller has just reported, after one clean audit."""
    made = AuditWorld()
    made.tick()
    assert made.audit().is_clean
    made.declare()
    return made


def kill_claim(world: AuditWorld) -> None:
    """Claim the call that is due, like a process that dies right afterwards and whose claim never ends."""
    world.clock.advance(MINUTE)
    with world.books.work() as work:
        assert work.incidents.claim_steps(world.clock(), world.clock() + DEAD)


def test_a_claim_that_was_dropped_is_freed_by_the_audit_and_the_call_is_made(world: AuditWorld) -> None:
    """The sweep alone would never take it; nobody has to hear that anything was wrong."""
    kill_claim(world)
    for _ in range(3):
        world.clock.advance(2 * MINUTE)
        world.tick()
    assert world.calls() == []
    report = world.audit()
    assert [fault.key for fault in report.standing] == ["overdue_steps/north"]
    world.tick()
    assert [who for _, who in world.calls()] == [ANA]
    assert world.audit_later().is_clean
    assert world.told() == []


def test_a_step_nobody_takes_is_told_once_and_so_is_its_end(world: AuditWorld) -> None:
    """Not at every audit; the admin is named in the operations room, and the seller never reads of it."""
    world.is_asleep = True
    for _ in range(5):
        world.audit_later()
        world.deliver()
    (said,) = world.told()
    assert (said.room, said.called) == (OPS, "north-adam")
    assert said.reply.headline == "Vigia needs help: what is due of incidents is not done"
    assert "One is affected, since" in said.reply.text
    assert "north-1001" in said.reply.text
    assert "Vigia has tried to repair it once, without success." in said.reply.text
    assert "For Adam of north, who looks after Vigia." in said.reply.text
    assert told_codes(world.standing()) == ("overdue_steps",)
    world.is_asleep = False
    world.tick()
    world.audit_later()
    world.audit_later()
    over = world.told()[1:]
    assert [(one.room, one.placing, one.called) for one in over] == [(OPS, Placing.REPLY, "")]
    assert over[0].reply.headline == "It is over: what is due of incidents is not done"
    assert world.standing() == ()


def test_a_message_that_failed_is_sent_again_while_the_fault_stands(world: AuditWorld) -> None:
    """Slack was away when it was told; one that arrived is not sent again."""
    world.is_asleep = True
    world.broken = {OPS}
    for _ in range(4):
        world.audit_later()
        world.deliver()
    assert world.told() == []
    world.broken = set()
    for _ in range(3):
        world.audit_later()
        world.deliver()
    assert [one.reply.headline.split(":")[0] for one in world.told()] == ["Vigia needs help"]
    (row,) = (one for one in world.deliveries() if one.cause_kind is CauseKind.AUDIT)
    assert row.state is DeliveryState.SENT


def test_a_group_whose_webhook_was_removed_is_told_of_in_the_operations_room() -> None:
    """Once, with what to do, and that it is over when something is sent there again."""
    world = AuditWorld()
    world.tick()
    engagement = called_north()
    room = next(one for one in engagement.rooms if one.id == SELLER)

    def settle(number: int, state: DeliveryState) -> None:
        key = f"notice/{number}"
        made = new_delivery(key, CauseKind.NOTICE, "digest/north/2026-11-22", engagement, room, world.clock())
        with world.books.work() as work:
            work.deliveries.add(made)
            work.deliveries.claim(world.clock(), 99)
            is_gone = state is DeliveryState.FAILED
            how = Settlement(state, "93000: gone", world.clock(), is_unreachable=is_gone)
            work.deliveries.settle(made.id, how)

    settle(1, DeliveryState.FAILED)
    for _ in range(4):
        world.audit_later()
        world.deliver()
    (said,) = world.told()
    assert said.room == OPS
    assert said.reply.headline == "Vigia needs help: rooms take nothing any more"
    assert SELLER in said.reply.text
    assert "the key of a new one" in said.reply.text
    assert "repair" not in said.reply.text
    settle(2, DeliveryState.SENT)
    world.audit_later()
    assert [one.reply.headline for one in world.told()[1:]] == ["It is over: rooms take nothing any more"]


def test_two_replicas_find_repair_and_tell_once(world: AuditWorld) -> None:
    """Both wake every five minutes; the second one leaves it to the first and knows what it found."""
    world.is_asleep = True
    for _ in range(3):
        world.clock.advance(AUDIT_EVERY)
        world.tick()
        with ThreadPoolExecutor(2) as pool:
            reports = list(pool.map(lambda _: audit_self(world.books.work, world.clock()), range(2)))
        assert sorted(report.is_mine for report in reports) == [False, True]
        assert reports[0].standing == reports[1].standing
        assert sum(len(report.to_repair) for report in reports) <= 1
    world.deliver()
    assert len(world.told()) == 1


def test_an_incident_of_which_nothing_is_due_is_planned_anew(world: AuditWorld) -> None:
    """It would be forgotten."""
    with world.books.work() as work:
        work.incidents.replan(replace(world.incident(), status=Status.RESOLVED))
    report = world.audit_later()
    assert [fault.kind for fault in report.standing] == [FaultKind.ADRIFT_INCIDENTS]
    world.clock.advance(MINUTE)
    world.tick()
    assert [who for _, who in world.calls()] == [ANA]
    assert world.audit_later().is_clean


def test_a_call_that_was_lost_without_anybody_following_is_followed_up(world: AuditWorld) -> None:
    """The sweep should have; the reason is in the timeline, and the next level is called."""
    world.clock.advance(MINUTE)
    world.sweep()
    called = next(one for one in world.deliveries() if "/call/" in one.key)
    world.let_be(called, DeliveryState.FAILED)
    world.is_asleep = True
    report = world.audit_later(6 * MINUTE)
    assert [fault.subjects for fault in report.standing] == [(called.id,)]
    assert EntryKind.UNDELIVERED in world.kinds()
    assert FaultKind.UNDELIVERED_INCIDENTS not in {fault.kind for fault in world.audit_later().standing}


@pytest.mark.parametrize(
    ("kind", "fault"),
    [(CauseKind.INCIDENT, FaultKind.UNDELIVERED_INCIDENTS), (CauseKind.ALERT, FaultKind.WAITING_MESSAGES)],
)
def test_a_message_whose_process_died_becomes_unknown(kind: CauseKind, fault: FaultKind) -> None:
    """Then its platform can be asked for it; who sent it is surely gone."""
    world, engagement = AuditWorld(), called_north()
    room = engagement.rooms[1]
    with world.books.work() as work:
        work.deliveries.add(new_delivery("some/key", kind, "nothing", engagement, room, world.clock()))
        (dead,) = work.deliveries.claim(world.clock(), 9)
    world.is_asleep = True
    assert world.audit_later(15 * MINUTE).is_clean
    assert [one.key for one in world.audit_later().standing] == [f"{fault}/north"]
    with world.books.view() as work:
        assert work.deliveries.get(dead.id).state is DeliveryState.UNKNOWN  # type: ignore[union-attr]


def test_a_message_of_an_open_incident_nobody_knows_about_is_a_fault_until_it_ends(world: AuditWorld) -> None:
    """A person can send it again, or tell them another way; of a closed incident it does not matter any more."""
    world.clock.advance(MINUTE)
    world.sweep()
    called = next(one for one in world.deliveries() if "/call/" in one.key)
    world.let_be(called, DeliveryState.UNKNOWN)
    assert world.audit_later(14 * MINUTE).is_clean
    assert world.audit_later().standing[0].subjects == (called.id,)
    world.staff("/incident resolve 1001 cause: ads action: new ads reason: it is fine again")
    assert world.audit_later().is_clean


def test_messages_that_wait_are_found_those_of_incidents_sooner(world: AuditWorld) -> None:
    """A digest may wait its turn; a call may not."""
    room = called_north().rooms[1]
    with world.books.work() as work:
        work.deliveries.add(new_delivery("digest/x", CauseKind.DIGEST, "D", called_north(), room, world.clock()))
        work.deliveries.add(new_delivery("incident/x", CauseKind.INCIDENT, "I", called_north(), room, world.clock()))
    world.is_asleep = True
    found = [{fault.kind for fault in world.audit_later().standing} for _ in range(4)]
    assert [FaultKind.UNDELIVERED_INCIDENTS in one for one in found] == [False, True, True, True]
    assert [FaultKind.WAITING_MESSAGES in one for one in found] == [False, False, False, True]


def test_a_digest_whose_claim_was_dropped_is_freed(world: AuditWorld) -> None:
    """Its deadline has passed; the next sweep takes it."""
    now = world.clock()
    slot = DigestSlot(f"digest/north/{DAY}/{OPS}", "north", OPS, DAY, now, now + MINUTE)
    with world.books.work() as work:
        work.digests.plan(slot)
        work.digests.claim_due(now, now + DEAD)
    report = world.audit_later(17 * MINUTE)
    assert (FaultKind.UNSENT_DIGESTS, (slot.key,)) in [(one.kind, one.subjects) for one in report.standing]
    with world.books.work() as work:
        assert work.digests.claim_due(world.clock(), world.clock() + MINUTE) == (slot,)


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNKNOWN])
def test_a_digest_that_did_not_arrive_is_a_fault_for_a_day_or_until_it_is_sent(state: DeliveryState) -> None:
    """The next one is out by then."""
    world, engagement = AuditWorld(), called_north()
    lost = new_delivery("digest/north/x", CauseKind.DIGEST, "D", engagement, engagement.rooms[1], world.clock())
    gone = new_delivery("digest/north/y", CauseKind.DIGEST, "D", engagement, engagement.rooms[1], world.clock())
    with world.books.work() as work:
        for one in (lost, replace(gone, room="left")):
            work.deliveries.add(one)
        work.deliveries.claim(world.clock(), 9)
        for one in (lost, gone):
            work.deliveries.settle(one.id, Settlement(state, "channel_not_found", world.clock()))
    assert world.audit_later(14 * MINUTE).is_clean
    assert [one.subjects for one in world.audit_later().standing] == [(lost.key,)]
    assert FaultKind.UNSENT_DIGESTS not in {one.kind for one in world.audit_later(24 * HOUR).standing}


def test_a_sweep_that_does_not_end_well_is_told_to_each_admin_in_one_room() -> None:
    """Of the whole installation: the alert watch fails for an hour."""
    world = AuditWorld()
    world.agree(south())
    world.tick()
    world.audit()
    world.deaf = {Sweep.ALERTS}
    for _ in range(12):
        world.audit_later()
    (said,) = world.told()
    assert said.reply.headline == "Vigia needs help: part of Vigia is not running"
    assert "alerts" in said.reply.text
    world.deaf = set()
    world.audit_later()
    assert world.audit_later().is_clean
    assert [one.reply.headline.split(":")[0] for one in world.told()] == ["Vigia needs help", "It is over"]


def test_a_sweep_that_never_ran_is_expected_from_the_first_audit_on() -> None:
    """A bot that was set up a minute ago has done nothing wrong."""
    world = AuditWorld()
    world.deaf = set(Sweep)
    assert world.audit().is_clean
    found = world.audit_later(11 * MINUTE).standing
    assert [sorted(one.subjects) for one in found] == [["digests", "drills", "escalations"]]


def engagements() -> tuple[Engagement, Engagement]:
    """Return two sellers; the same admin looks after both in the console."""
    return north(), south()


def test_the_rooms_of_an_engagement_hear_of_its_faults_and_its_seller_never_does() -> None:
    """Others' rooms neither."""
    told = whom_to_tell(engagements(), "north")
    assert [(one.room.id, one.admin and one.admin.id) for one in told] == [("north-ops", "north-adam")]


def test_of_the_whole_installation_an_admin_hears_once_and_without_any_all_rooms_do() -> None:
    """The same person may look after every engagement."""
    assert [one.room.id for one in whom_to_tell(engagements(), "")] == ["north-ops"]
    nobody = [replace(one, people=tuple(p for p in one.people if p.role is not Role.ADMIN)) for one in engagements()]
    told = whom_to_tell(nobody, "")
    assert [(one.room.id, one.admin) for one in told] == [("north-ops", None), ("south-ops", None)]


def test_an_admin_a_room_cannot_name_is_written_by_name() -> None:
    """Nobody is named by an id a platform does not know."""
    engagement = north()
    people = tuple(replace(one, handles=((Platform.SLACK, "U1"),)) for one in engagement.people)
    fault = Fault(FaultKind.LATE_SWEEPS, "", ("alerts",), 1, MONDAY, MONDAY, MONDAY, MONDAY)
    notice = AuditNotice("x", MONDAY, FaultNotice(fault, is_over=False))
    reply = audit_message(notice, replace(engagement, people=people), engagement.rooms[0])
    assert reply.mention is None
    assert "Adam of north" in reply.text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_a_name_and_an_advice_in_every_language(kind: FaultKind, language: Language) -> None:
    """Few and many, while it stands and when it is over."""
    assert set(FAULT_NAMES) == set(ADVICE) == set(FaultKind)
    engagement = north(language)
    subjects = tuple(f"north-{number}" for number in range(1001, 1008))
    many = Fault(kind, "north", subjects, 7, MONDAY - timedelta(hours=1), MONDAY, MONDAY, MONDAY)
    for fault in (many, replace(many, subjects=subjects[:1], count=1)):
        for is_over in (False, True):
            notice = AuditNotice("x", MONDAY, FaultNotice(fault, is_over))
            reply = audit_message(notice, engagement, engagement.rooms[0])
            assert reply.headline
            assert "%(" not in reply.headline + reply.text
            assert is_over or "north-1001" in reply.text
            assert "north-1007" not in reply.text


def test_the_seller_hears_nothing_of_faults(world: AuditWorld) -> None:
    """Whatever is wrong with Vigia is the operator's business."""
    world.is_asleep = True
    for _ in range(4):
        world.audit_later()
    world.deliver()
    assert {one.room for one in world.told()} == {OPS}
    assert all("Vigia needs help" not in one.reply.headline for one in world.of_room(SELLER))


def test_what_is_gone_meanwhile_needs_no_repair(world: AuditWorld) -> None:
    """Between looking and repairing somebody may have done it."""
    gone = [Finding(kind, "north", "gone", world.clock()) for kind in FaultKind]
    before = world.deliveries()
    repair(world.books.work, gone, world.clock())
    assert world.deliveries() == before


def test_a_repair_that_fails_keeps_no_other_one_waiting(world: AuditWorld) -> None:
    """What it raised is raised when all have had their turn."""
    kill_claim(world)
    now = world.clock()
    stuck = Finding(FaultKind.OVERDUE_STEPS, "north", "north-1001", now)
    broken = Finding(FaultKind.UNDELIVERED_INCIDENTS, "north", "broken", now)

    @contextmanager
    def failing() -> Iterator[Work]:
        with world.books.work() as work:
            found = work.deliveries.get

            def get(delivery_id: str) -> Delivery | None:
                if delivery_id == "broken":
                    raise OSError(delivery_id)
                return found(delivery_id)

            work.deliveries.get = get  # type: ignore[method-assign]
            yield work

    with pytest.raises(OSError, match="broken"):
        repair(failing, [broken, stuck], now)
    world.tick()
    assert [who for _, who in world.calls()] == [ANA]


def test_what_was_said_is_not_said_again(world: AuditWorld) -> None:
    """Whoever says it: its id is taken."""
    fault = Fault(FaultKind.LATE_SWEEPS, "", ("alerts",), 1, MONDAY, MONDAY, MONDAY, MONDAY)
    for _ in range(2):
        with world.books.work() as work:
            tell_of_fault(work, fault, world.clock(), is_over=False)
    world.deliver()
    assert len(world.told()) == 1
