"""What happens of incidents by itself: the steps that are due, each taken once, and messages that were lost."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.incidents.desk import happen, keep
from handlers.incidents.losses import follow_up, lost_deliveries
from handlers.incidents.retries import cards_to_retry, retry_card
from handlers.incidents.review import review_of
from handlers.ports import UnitOfWork, Work
from kpi.deliveries import Delivery
from kpi.incidents.changes import Changed, Outcome, Refusal, Refused
from kpi.incidents.escalations import Step, StepKind, take
from kpi.incidents.events import LoseDelivery
from kpi.incidents.incident import THE_CLOCK, Incident
from kpi.incidents.transitions import apply

CLAIM_FOR = timedelta(minutes=1)
"""A claimed step is free again after this long, should its process die. Taking one lasts milliseconds, and a step that
is taken late by a slow process does nothing: its incident is held, and its token has changed."""


@dataclass(frozen=True, slots=True)
class EscalationReport:
    """What one sweep did."""

    taken: int = 0
    called: int = 0
    lost: int = 0


def sweep_escalations(unit_of_work: UnitOfWork, now: datetime) -> EscalationReport:
    """Take the steps that are due, follow up the messages that were lost, and try again cards no room has seen.

    One that fails keeps no other one waiting: what it raised is raised again when all have had their turn.
    """
    with unit_of_work() as work:
        steps = work.incidents.claim_steps(now, now + CLAIM_FOR)
        lost = lost_deliveries(work, now)
        unseen = cards_to_retry(work, now)
    outcomes: list[Outcome] = []
    followed: list[bool] = []

    def take_one(step: Step) -> None:
        with unit_of_work() as work:
            outcomes.append(take_step(work, step, now))

    def follow_one(delivery: Delivery) -> None:
        with unit_of_work() as work:
            followed.append(follow_up(work, delivery, now))

    def try_again(delivery: Delivery) -> None:
        with unit_of_work() as work:
            retry_card(work, delivery, now)

    with ExitStack() as each:  # calls all of them, also after one has raised
        for delivery in reversed(unseen):
            each.callback(try_again, delivery)
        for delivery in reversed(lost):
            each.callback(follow_one, delivery)
        for step in reversed(steps):
            each.callback(take_one, step)
    changes = [one for one in outcomes if not isinstance(one, Refused)]
    return EscalationReport(len(changes), sum(one.call is not None for one in changes), sum(followed))


def take_step(work: Work, step: Step, now: datetime) -> Outcome:
    """Take a claimed step and store and tell what comes of it; after a refusal what is due is written down anew."""
    held = work.incidents.hold(step.incident)
    if held is None:
        return Refused(Refusal.STALE)
    outcome = _outcome(work, held, step, now)
    if isinstance(outcome, Refused):
        work.incidents.replan(held)
        return outcome
    changed = keep(work, held, outcome, now)
    return _after_call(work, changed, now) if changed.call else changed


def _after_call(work: Work, changed: Changed, now: datetime) -> Outcome:
    """Go on to the next level where everybody who was called has left the engagement."""
    engagement, call = work.engagements.get(changed.incident.engagement), changed.call
    if engagement is None or call is None or not call.people or any(map(engagement.person, call.people)):
        return changed
    left = LoseDelivery("", ", ".join(call.people), "nobody of this level is in the engagement any more", call.number)
    happen(work, changed.incident.id, left, THE_CLOCK, now)
    return changed


def _outcome(work: Work, held: Incident, step: Step, now: datetime) -> Outcome:
    is_current = step.token == held.token
    if step.kind is StepKind.REVIEW and is_current:
        return apply(held, review_of(work, held, now), THE_CLOCK, now)
    return take(held, step, now)
