"""What applying an engagement file would change, line by line, before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from kpi.acquaintances import LearntHandle, Outcome
from kpi.engagements import Engagement
from kpi.promises import IncidentRules, Terms
from kpi.severities import Severity
from kpi.target_changes import TargetChange, is_same_scope
from kpi.targets import Target

_LEARNT: dict[Outcome, str] = {
    Outcome.KEPT: "= person {person}: {line} came by an invitation and is kept; write it into the file",
    Outcome.OVERRULED: "! person {person}: {line} came by an invitation; the file says {instead}, which counts now",
    Outcome.TAKEN: "! person {person}: {line} came by an invitation; the file gives it to {instead}, whose it is now",
    Outcome.GONE: "! person {person}: {line} came by an invitation; the file names them no more, and it is forgotten",
}
"""What is said of a user id that came by an invitation, when a file is applied."""


def changes(before: Engagement | None, after: Engagement) -> tuple[str, ...]:
    """Return "+ store x", "~ room y: digest_at 08:30 → 09:00", "− person z"; empty when nothing changes."""
    if before is None:
        return (f"+ engagement {after.id}", *_added(after))
    found = list(_head(before, after))
    for kind, old, new in (
        ("store", before.stores, after.stores),
        ("person", before.people, after.people),
        ("room", before.rooms, after.rooms),
        ("rule", before.alert_rules, after.alert_rules),
    ):
        found.extend(_compare(kind, {one.id: one for one in old}, {one.id: one for one in new}))
    return tuple(found)


def target_changes(before: tuple[Target, ...], after: tuple[Target, ...]) -> tuple[str, ...]:
    """Return what changes among the targets."""
    return tuple(_compare("target", {one.id: one for one in before}, {one.id: one for one in after}))


def learnt_line(learnt: LearntHandle) -> str:
    """Return what becomes of a user id that came by an invitation,."""
    return _LEARNT[learnt.outcome].format(
        person=learnt.person,
        line=f'{learnt.platform} = "{learnt.handle}"',
        instead=learnt.instead,
    )


def overruled(written: Iterable[Target], changes: Iterable[TargetChange]) -> Iterator[str]:
    """Yield which targets of the file do not count as written, because somebody set them anew."""
    said = tuple(changes)
    for target in written:
        later = next(
            (one for one in said if is_same_scope(one.target, target) and one.target.period.overlaps(target.period)),
            None,
        )
        if later is not None:
            yield f"target {target.id}: what {later.by} set on {later.at:%Y-%m-%d} counts before it"


def _added(engagement: Engagement) -> Iterator[str]:
    for kind, ids in (
        ("store", [one.id for one in engagement.stores]),
        ("person", [one.id for one in engagement.people]),
        ("room", [one.id for one in engagement.rooms]),
        ("rule", [one.id for one in engagement.alert_rules]),
    ):
        yield from (f"+ {kind} {one}" for one in ids)


def _head(before: Engagement, after: Engagement) -> Iterator[str]:
    for name in ("name", "seller", "shown_currencies", "alert_presets", "has_red_lines"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"~ engagement {after.id}: {name} {_shown(old)} → {_shown(new)}"
    for name, old, new in _rules(before.incident_rules, after.incident_rules):
        yield f"~ engagement {after.id}: incidents {name} {old} → {new}"


def _rules(before: IncidentRules, after: IncidentRules) -> Iterator[tuple[str, str, str]]:
    for name in ("hours", "repeats", "stale_after", "answer_after", "has_monthly_drill"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield name, _shown(old), _shown(new)
    for severity in Severity:
        for field in fields(Terms):
            old, new = (getattr(rules.terms_of(severity), field.name) for rules in (before, after))
            if old != new:
                yield f"{severity} {field.name}", _shown(old), _shown(new)


def _compare(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in new:
        if key not in old:
            yield f"+ {kind} {key}"
            continue
        for field in fields(new[key]):
            was, now = getattr(old[key], field.name), getattr(new[key], field.name)
            if was != now:
                yield f"~ {kind} {key}: {field.name} {_shown(was)} → {_shown(now)}"
    yield from (f"− {kind} {key} (its history stays)" for key in old if key not in new)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "none"
    return "none" if value is None or value == "" else str(value)
