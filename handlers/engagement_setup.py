"""Creates or changes an engagement with its targets and rates, idempotently."""

from __future__ import annotations

from datetime import datetime

from handlers.ports import Work
from kpi.acquaintances import with_learnt
from kpi.engagements import Audience, Engagement
from kpi.rates import Rate
from kpi.targets import Target, require_measurable

BY_FILE = "engagement file"
"""Who confirmed what was shared already when it was bound."""


def set_up_engagement(
    work: Work, engagement: Engagement, targets: tuple[Target, ...], rates: tuple[Rate, ...], at: datetime
) -> int:
    """Store an engagement as its file says, with the user ids learnt since; return how many rates were new or changed.

    Raises NotMeasurableError for a target no number could confirm or refute.
    """
    for target in targets:
        require_measurable(target)
    known = work.engagements.get(engagement.id)
    kept, _ = with_learnt(engagement, known)
    work.engagements.save(kept, at)
    _confirm_new_places(work, kept, known)
    work.targets.replace(engagement.id, targets)
    return work.rates.save(rates)


def _confirm_new_places(work: Work, engagement: Engagement, known: Engagement | None) -> None:
    """Take the binding of a seller's room for the word that its company may read it; who joins later is asked about."""
    bound = {(one.platform, one.address) for one in known.rooms} if known else set()
    for room in engagement.rooms:
        if room.audience is Audience.SELLER and (room.platform, room.address) not in bound:
            work.shared_places.confirm(room.platform, room.address, BY_FILE)
