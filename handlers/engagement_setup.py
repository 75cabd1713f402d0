"""Creates or changes an engagement with its targets and rates, idempotently."""

from __future__ import annotations

from datetime import datetime

from handlers.ports import Work
from kpi.acquaintances import with_learnt
from kpi.engagements import Engagement
from kpi.rates import Rate
from kpi.targets import Target, require_measurable


def set_up_engagement(
    work: Work, engagement: Engagement, targets: tuple[Target, ...], rates: tuple[Rate, ...], at: datetime
) -> int:
    """Store an engagement as its file says, with the user ids learnt since; return how many rates were new or changed.

    Raises NotMeasurableError for a target no number could confirm or refute.
    """
    for target in targets:
        require_measurable(target)
    kept, _ = with_learnt(engagement, work.engagements.get(engagement.id))
    work.engagements.save(kept, at)
    work.targets.replace(engagement.id, targets)
    return work.rates.save(rates)
