"""The life of an incident under everything at once: people, two replicas, clocks that jump, processes that die.

The storage is modelled as what it promises: a change is stored only over the state it was made from, together with the
steps that are due, the delivery of a call and the timeline. What is checked is what a seller relies on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kpi.incidents.changes import Call, Changed
from kpi.incidents.climbs import NOBODY_YET
from kpi.incidents.escalation_policies import Contact, Cover, EscalationPolicy, Level, Rank
from kpi.incidents.escalations import Step, StepKind, agenda, take
from kpi.incidents.events import (
    Acknowledge,
    ChangeSeverity,
    Comment,
    ConfirmFixed,
    Event,
    HandOver,
    KeepAcknowledgement,
    LoseDelivery,
    Measure,
    Merge,
    PostUpdate,
    Publish,
    Reassign,
    RecordAnalysis,
    RecordPlan,
    Reopen,
    RequestEscalation,
    Resolve,
    Review,
    Snooze,
    StartWatching,
    StopReminders,
    Unacknowledge,
    Verdict,
)
from kpi.incidents.incident import THE_CLOCK, Actor, Incident, Status, TimelineEntry
from kpi.incidents.transitions import apply
from kpi.languages import Language
from kpi.promises import IncidentRules
from kpi.severities import Severity
from tests.kpi.incident_samples import (
    ALWAYS,
    ANA,
    BRUNO,
    DAY,
    HOUR,
    IN_BRAZIL,
    IN_CHINA,
    LI,
    MINUTE,
    MONDAY_TEN,
    a_plan,
    a_sighting,
    an_analysis,
    an_incident,
)

REPLICAS = (0, 1)
CLAIM = timedelta(minutes=5)
OTHER = replace(an_incident(), number=7)
JUMPS = st.sampled_from([timedelta(0), timedelta(seconds=6), 15 * MINUTE, HOUR, 5 * HOUR, DAY, 4 * DAY, -HOUR])
ACTORS = st.sampled_from((ANA, ANA, BRUNO, LI))
ENDINGS: tuple[Event, ...] = (
    Resolve("ads", "pictures", Language.PT),
    Resolve("ads", "pictures", Language.PT, "it is back"),
    Merge(OTHER),
)
SIMPLE_EVENTS: tuple[Event, ...] = (
    *(Acknowledge(), Acknowledge(), Acknowledge(), Acknowledge(), Acknowledge()),
    *(Unacknowledge(), Unacknowledge(), StartWatching(), StartWatching(), RequestEscalation(), RequestEscalation()),
    KeepAcknowledgement(),
    Reassign("bruno"),
    HandOver("ana", Contact("eva", IN_CHINA)),
    RecordAnalysis(an_analysis()),
    PostUpdate("at work", Language.PT),
    Comment("还没好？", Language.ZH),
    ConfirmFixed(),
    ChangeSeverity(Severity.S1),
    ChangeSeverity(Severity.S3, "one store only"),
    Snooze(2 * HOUR),
    StopReminders(),
    Publish(1, "bruno", "the listing is back", Language.PT),
    Reopen("again", Language.ZH, EscalationPolicy(IncidentRules(), IN_BRAZIL)),
)
"""What happens often stands here often; endings come by a rule of their own, so that lives are long."""
HOURS = st.sampled_from((IN_BRAZIL, IN_CHINA, ALWAYS))
AWAY = (
    (),
    (Cover(MONDAY_TEN, MONDAY_TEN + 3 * DAY),),
    (Cover(MONDAY_TEN + HOUR, MONDAY_TEN + 2 * DAY, "fay", IN_CHINA),),
)


@dataclass(frozen=True)
class Hand:
    """What a process has read and not yet written: the incident as it was, and the step it took."""

    read: Incident
    step: Step


class IncidentLife(RuleBasedStateMachine):
    """One incident, everybody at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY_TEN
        self.hands: dict[int, Hand] = {}
        self.drafts: list[tuple[Incident, Event, Actor]] = []
        self.claims: dict[StepKind, datetime] = {}
        self.deliveries: dict[str, Call] = {}
        self.timeline: list[TimelineEntry] = []
        self.told: dict[bool, set[int]] = {}

    @initialize(
        severity=st.sampled_from(Severity),
        hours=st.lists(HOURS, max_size=4),
        away=st.sampled_from(AWAY),
        is_drill=st.booleans(),
    )
    def opens(self, severity: Severity, hours: list[object], away: tuple[Cover, ...], *, is_drill: bool) -> None:
        """Somebody reports, or it is a drill; up to four levels answer for it, some of them away for a while."""
        names = ("ana", "bruno", "carla", "davi")
        levels = tuple(
            Level(rank, (Contact(name, worked, away),))  # type: ignore[arg-type]
            for rank, name, worked in zip(Rank, names, hours, strict=False)
        )
        policy = EscalationPolicy(IncidentRules(), IN_BRAZIL, levels)
        self.stored = replace(an_incident(severity, policy), is_drill=is_drill)
        self.first = self.stored

    @rule(by=JUMPS)
    def time_passes(self, by: timedelta) -> None:
        """Or goes back: a machine's clock was wrong."""
        self.now += by

    @rule(by=JUMPS)
    def a_healthy_sweep_runs(self, by: timedelta) -> None:
        """Time passes, and whatever is due and not claimed is done at once."""
        self.now += by
        for _ in range(3):
            if 0 not in self.hands:
                self.a_replica_claims_what_is_due(0)
            if 0 in self.hands:
                self._finish(self.hands.pop(0), Verdict.NOT_IMPROVED)

    @rule(event=st.sampled_from(SIMPLE_EVENTS), by=ACTORS)
    def somebody_acts_at_once(self, event: Event, by: Actor) -> None:
        """As most people do."""
        outcome = apply(self.stored, event, by, self.now)
        if isinstance(outcome, Changed):
            assert self._store(self.stored, outcome)

    @rule(wait=st.sampled_from((HOUR, 3 * DAY)))
    def ana_does_what_she_planned(self, wait: timedelta) -> None:
        """Take it, plan, act, and wait for the review."""
        for event in (Acknowledge(), RecordPlan(a_plan(self.now + wait)), StartWatching()):
            self.somebody_acts_at_once(event, ANA)

    @rule(replica=st.sampled_from(REPLICAS))
    def a_replica_claims_what_is_due(self, replica: int) -> None:
        """As the sweep does; a claimed step is nobody else's until its claim ends."""
        if replica in self.hands:
            return
        for step in agenda(self.stored):
            if step.due_at <= self.now and self.claims.get(step.kind, self.now) <= self.now:
                self.claims[step.kind] = self.now + CLAIM
                self.hands[replica] = Hand(self.stored, step)
                return

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def a_replica_finishes(self, data: st.DataObject) -> None:
        """With what it had read, however long ago that was."""
        hand = self.hands.pop(data.draw(st.sampled_from(sorted(self.hands))))
        self._finish(hand, data.draw(st.sampled_from(Verdict)))

    def _finish(self, hand: Hand, verdict: Verdict) -> None:
        if hand.step.kind is StepKind.REVIEW:
            again_at = self.now + DAY if verdict is Verdict.TOO_EARLY else None
            outcome = apply(hand.read, Review(verdict, a_sighting("0.02"), again_at), THE_CLOCK, self.now)
        else:
            outcome = take(hand.read, hand.step, self.now)
        if isinstance(outcome, Changed):
            self._store(hand.read, outcome)

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def a_replica_dies(self, data: st.DataObject) -> None:
        """Between reading and writing; its claim stays until it ends."""
        del self.hands[data.draw(st.sampled_from(sorted(self.hands)))]

    @rule(event=st.sampled_from(SIMPLE_EVENTS), by=ACTORS)
    def somebody_begins_to_act(self, event: Event, by: Actor) -> None:
        """On what they see now."""
        self.drafts.append((self.stored, event, by))

    @rule(event=st.sampled_from(ENDINGS), by=ACTORS)
    def somebody_begins_to_end_it(self, event: Event, by: Actor) -> None:
        """On what they see now."""
        self.drafts.append((self.stored, event, by))

    @rule(wait=st.sampled_from((HOUR, 3 * DAY)))
    def ana_begins_to_plan(self, wait: timedelta) -> None:
        """Plan with a review some time later."""
        self.drafts.append((self.stored, RecordPlan(a_plan(self.now + wait)), ANA))

    @rule(value=st.sampled_from(("0.0170", "0.0181", "0.0230")))
    def the_metric_is_read(self, value: str) -> None:
        """Every morning."""
        self.drafts.append((self.stored, Measure(a_sighting(value, self.now)), THE_CLOCK))

    @rule()
    def nobody_can_hear_the_newest_call(self) -> None:
        """Its messages failed for good in every room."""
        self.drafts.append((self.stored, LoseDelivery("d1", "ops", "gone", self.stored.calls), THE_CLOCK))

    @precondition(lambda self: self.drafts)
    @rule(data=st.data())
    def somebody_finishes_acting(self, data: st.DataObject) -> None:
        """Where the incident has changed meanwhile, on what it has become."""
        index = data.draw(st.integers(0, len(self.drafts) - 1))
        read, event, by = self.drafts.pop(index)
        outcome = apply(read, event, by, self.now)
        if isinstance(outcome, Changed) and not self._store(read, outcome):
            again = apply(self.stored, event, by, self.now)
            if isinstance(again, Changed):
                assert self._store(self.stored, again)

    def _store(self, read: Incident, changed: Changed) -> bool:
        """Store all of a change or nothing: the incident only over the state it was made from."""
        if (read.token, read.status) != (self.stored.token, self.stored.status):
            return False
        if changed.call is not None:
            self._check_call(read, changed.call)
            self.deliveries[changed.call.key] = changed.call
        self._check_change(self.stored, changed.incident)
        if changed.incident != self.stored:
            self.claims.clear()
        self.stored = changed.incident
        self.timeline.extend(changed.entries)
        return True

    def _check_call(self, read: Incident, call: Call) -> None:
        assert call.key not in self.deliveries, "two calls for one step"
        owner_is_late = bool(read.unkept) or read.keeping.is_single
        assert read.status is Status.OPEN or owner_is_late, "a call after an acknowledgement that stands"
        assert not read.is_closed
        self._check_level(read, call)

    def _check_level(self, read: Incident, call: Call) -> None:
        """No level is skipped: those below were told in this round, or all sleep there and nothing is critical."""
        is_unanswered = read.status is Status.OPEN
        climb = read.answering if is_unanswered else read.keeping
        if climb.reached == NOBODY_YET or (climb.level == 0 and not climb.is_single):
            self.told[is_unanswered] = set()
        told = self.told[is_unanswered] | (set(climb.told) if climb.rounds == read.policy.rules.repeats else set())
        for level in set(range(call.level)) - told - set(range(max(read.asked, default=NOBODY_YET) + 1)):
            contacts = read.policy.levels[level].contacts
            sleeps = not any(one.reached_at(call.at).is_at_work(call.at) for one in contacts)
            assert sleeps, f"level {level} was skipped"
            assert read.severity is not Severity.S1, f"level {level} was let sleep"
        self.told[is_unanswered] |= set(range(call.level + 1))
        assert call.level < max(len(read.policy.reach(read.severity)), 1)
        reached = {one.person for level in read.policy.levels[call.level :][:1] for one in level.reached_at(call.at)}
        assert set(call.people) <= reached, "somebody was called who is away"

    def _check_change(self, before: Incident, after: Incident) -> None:
        if before.is_closed:
            assert after == before, "what is over has changed"
        assert after.at_alert == self.first.at_alert
        assert (after.opened_at, after.key, after.number) == (
            self.first.opened_at,
            self.first.key,
            self.first.number,
        )
        assert after.acknowledged_at == before.acknowledged_at or before.acknowledged_at is None
        assert set(after.missed) >= set(before.missed)
        assert (after.token == before.token) == (after == before)
        if after.status is Status.RESOLVED:
            assert after.resolved_at is not None
            assert after.closing is not None

    @invariant()
    def every_call_has_a_delivery(self) -> None:
        """Written in the same transaction; and none without a call."""
        if hasattr(self, "stored"):
            assert [call.number for call in self.deliveries.values()] == list(range(1, self.stored.calls + 1))

    @invariant()
    def nobody_is_left_waiting(self) -> None:
        """See that what is open has something due, and what is held a name and an hour at which that ends."""
        if not hasattr(self, "stored"):
            return
        due = {step.kind for step in agenda(self.stored)}
        match self.stored.status:
            case Status.OPEN:
                assert StepKind.CALL in due
                assert self.stored.owner == ""
            case Status.ACKNOWLEDGED:
                assert self.stored.owner
                assert due & {StepKind.REMINDER, StepKind.EXPIRY}
            case Status.WATCHING:
                assert self.stored.owner
                assert StepKind.REVIEW in due
            case _:
                assert due == set()
        if self.stored.unkept and self.stored.status in {Status.ACKNOWLEDGED, Status.WATCHING}:
            assert StepKind.CALL in due

    def teardown(self) -> None:
        """When people do nothing more, everybody in reach is told, whoever has it and whoever sleeps."""
        if not hasattr(self, "stored") or self.stored.is_closed:
            return
        for _ in range(100):
            step = agenda(self.stored)[0]
            self.now = max(self.now, step.due_at)
            if step.kind is StepKind.REVIEW:
                outcome = apply(self.stored, Review(Verdict.NOT_IMPROVED, None), THE_CLOCK, self.now)
            else:
                outcome = take(self.stored, step, self.now)
            assert isinstance(outcome, Changed), outcome
            assert self._store(self.stored, outcome)
        assert self.stored.status is Status.OPEN
        in_reach = range(len(self.stored.policy.reach(self.stored.severity)))
        assert set(self.stored.answering.told) >= set(in_reach)


IncidentLife.TestCase.settings = settings(max_examples=300, stateful_step_count=60)
TestIncidentLife = IncidentLife.TestCase
