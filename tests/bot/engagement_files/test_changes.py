"""Before anything is stored, every change is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from bot.engagement_files.changes import changes, learnt_line, overruled, target_changes
from bot.samples.engagements import sample_engagements, sample_targets
from kpi.acquaintances import LearntHandle, Outcome
from kpi.days import Period
from kpi.engagements import Platform
from kpi.markets import BEIJING
from kpi.promises import IncidentRules, Terms
from kpi.severities import Severity
from kpi.target_changes import TargetChange
from kpi.working_hours import usual_hours

LUMINA = sample_engagements()[0]


def test_a_new_engagement_is_all_additions() -> None:
    """Engagement, stores, people and rooms."""
    found = changes(None, LUMINA)
    assert found[0] == "+ engagement lumina"
    assert len(found) == 1 + len(LUMINA.stores) + len(LUMINA.people) + len(LUMINA.rooms)


def test_the_same_engagement_changes_nothing() -> None:
    """Applying twice is silent."""
    assert changes(LUMINA, LUMINA) == ()


def test_a_changed_field_shows_both_values() -> None:
    """From what to what."""
    moved = replace(LUMINA.rooms[1], digest_at=time(9, 15))
    after = replace(LUMINA, rooms=(LUMINA.rooms[0], moved))
    assert changes(LUMINA, after) == ("~ room lumina-ops: digest_at 08:30:00 → 09:15:00",)


def test_a_store_that_leaves_keeps_its_history() -> None:
    """And the line says so."""
    after = replace(LUMINA, stores=LUMINA.stores[1:])
    assert changes(LUMINA, after) == ("− store lumina-ml-br (its history stays)",)


def test_targets_are_compared_too() -> None:
    """A new target is an addition."""
    targets = sample_targets("lumina", date(2026, 11, 24))
    assert len(target_changes((), targets)) == len(targets)
    assert target_changes(targets, targets) == ()


def test_what_was_set_in_chat_is_named_where_it_counts_before_the_file() -> None:
    """By whom and when; a target of other days is as written."""
    targets = sample_targets("lumina", date(2026, 11, 22))
    acos = next(one for one in targets if one.metric == "acos")
    december = replace(acos, period=Period.month_of(date(2026, 12, 1)))
    set_at = datetime(2026, 11, 26, 9, tzinfo=UTC)
    said = TargetChange("1", replace(acos, value=Decimal("0.12")), acos, "ana", set_at)
    assert list(overruled(targets, (said,))) == [f"target {acos.id}: what ana set on 2026-11-26 counts before it"]
    assert list(overruled((december,), (said,))) == []


def test_what_is_owed_changes_line_by_line() -> None:
    """The terms of one severity, and in which hours they are counted."""
    terms = Terms(acknowledgement=timedelta(minutes=15))
    rules = IncidentRules(((Severity.S1, terms),), usual_hours(BEIJING), repeats=1)
    assert changes(LUMINA, replace(LUMINA, incident_rules=rules)) == (
        "~ engagement lumina: incidents hours none → mon tue wed thu fri 09:00-18:00 Asia/Shanghai, holidays CN",
        "~ engagement lumina: incidents repeats 2 → 1",
        "~ engagement lumina: incidents S1 acknowledgement 0:30:00 → 0:15:00",
    )


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_becomes_of_a_learnt_user_id_is_one_line(outcome: Outcome) -> None:
    """With the line of the file it is about."""
    line = learnt_line(LearntHandle("wei", "Wei", Platform.SLACK, "U0WEI", outcome, "U0OTHER"))
    assert line.startswith(("= person wei: ", "! person wei: "))
    assert 'slack = "U0WEI"' in line
    assert "\n" not in line
    assert ("U0OTHER" in line) == (outcome in {Outcome.OVERRULED, Outcome.TAKEN})
