"""What drives a fall or rise, as far as parts are counted: one listing, one funnel step, or everything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LEADING_SHARE = 0.45
"""From this share of the change on, one listing is named."""
STEP_SHARE = 0.6
"""From this share of the logarithmic change on, one funnel step is named."""
LEAST_EVENTS = 10.0
"""Fewer events in the earlier days name nobody: it would be chance."""


class CauseKind(StrEnum):
    """What kind of part drives a change."""

    LISTING = "listing"
    STEP = "step"
    EVERYWHERE = "everywhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """The leading part: its name (a listing id or a measure) and its share of the change (0-1)."""

    kind: CauseKind = CauseKind.UNKNOWN
    name: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Moved:
    """A part's mean a day, before and in the window."""

    before: float
    after: float


def leading_listing(listings: Mapping[str, Moved], *, is_fall: bool, days_before: int) -> Cause:
    """Return the listing behind a change of a sum, EVERYWHERE where none leads, UNKNOWN without enough counts.

    Shares are of all listings that moved in the bad direction, so that one that recovers hides nobody.
    """
    if math.fsum(moved.before for moved in listings.values()) * days_before < LEAST_EVENTS:
        return Cause()
    sign = -1.0 if is_fall else 1.0
    worse = {name: sign * (moved.after - moved.before) for name, moved in listings.items()}
    total = math.fsum(change for change in worse.values() if change > 0)
    if total <= 0:
        return Cause()
    name = max(sorted(worse), key=worse.__getitem__)
    share = worse[name] / total
    if share < LEADING_SHARE or len(listings) == 1:
        return Cause(CauseKind.EVERYWHERE)
    return Cause(CauseKind.LISTING, name, share)


def leading_step(steps: Mapping[str, Moved]) -> Cause:
    """Return the factor of a product behind its change (log-additive), UNKNOWN where none leads or one is zero."""
    if any(moved.before <= 0 or moved.after <= 0 for moved in steps.values()):
        return Cause()
    logs = {name: math.log(moved.after / moved.before) for name, moved in steps.items()}
    total = sum(logs.values())
    if not total:
        return Cause()
    name = max(sorted(logs), key=lambda step: logs[step] / total)
    share = logs[name] / total
    return Cause(CauseKind.STEP, name, min(share, 1.0)) if share >= STEP_SHARE else Cause(CauseKind.EVERYWHERE)
