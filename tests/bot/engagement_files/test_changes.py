"""Before anything is stored, every change is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.engagement_files.changes import changes, target_changes
from bot.samples.engagements import sample_engagements, sample_targets

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
