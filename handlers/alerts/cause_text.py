"""What drives an alert, as one short line: which part, the mix, a step, everything, or that nobody can tell."""

from __future__ import annotations

from decimal import Decimal

from handlers.readings.figures import MEASURE_NAMES
from kpi.alerts.breakdown import CARTING, CONVERTING, PAYING, VISITING
from kpi.alerts.causes import LIKELY, Cause, CauseKind
from kpi.alerts.records import NoticedEpisode
from kpi.alerts.watched import BY_METRIC
from kpi.metrics.dimensions import DIMENSIONS, LISTING
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LONGEST_NAME = 40
"""Characters of a part's name; files may name parts in whole sentences."""
STEP_WORDS = {
    VISITING: phrase("Mostly fewer visits, not fewer orders per visit."),
    CONVERTING: phrase("Mostly fewer orders per visit, not fewer visits."),
    CARTING: phrase("Mostly the step from visit to cart."),
    PAYING: phrase("Mostly the step from cart to order."),
}


def cause_line(one: NoticedEpisode, wording: Wording) -> str:
    """Return what drives it; an outage of all stores needs no part."""
    if one.alert.first.is_pooled:
        return ""
    return cause_text(one.cause, one.alert.series.metric, wording)


def cause_text(cause: Cause, metric: str, wording: Wording) -> str:
    """Return what drives a metric, and that it is not certain where it is not."""
    line = _line(cause, metric, wording)
    if cause.kind is CauseKind.UNKNOWN or not 0 < cause.probability < LIKELY:
        return line
    return wording.say(phrase("%(cause)s Not certain: the counts are small."), cause=line)


def _line(cause: Cause, metric: str, wording: Wording) -> str:
    match cause.kind:
        case CauseKind.RATE:
            return _rate(cause, wording)
        case CauseKind.MIX:
            return _mix(cause, metric, wording)
        case CauseKind.STEP:
            return wording.say(STEP_WORDS[cause.name])
        case CauseKind.EVERYWHERE if cause.across:
            parts = wording.listed(wording.say(DIMENSIONS.get(name, name)) for name in cause.across)
            return wording.say(
                phrase("No single part: the same across everything that is counted (%(parts)s)."), parts=parts
            )
        case CauseKind.EVERYWHERE:
            return wording.say(phrase("No single part leads: it runs across everything."))
        case _:
            return wording.say(phrase("Which listings or sources: not reported, or too few to tell."))


def _rate(cause: Cause, wording: Wording) -> str:
    part = _part(cause, wording)
    if not cause.dimension:  # frozen before the change of the part itself was kept
        share = wording.whole_percent(Decimal(str(round(cause.share, 2))))
        return wording.say(phrase("Mostly %(part)s: %(share)s of the change."), part=part, share=share)
    if cause.change is None:
        return wording.say(phrase("Mostly %(part)s, where there was nothing before; elsewhere as usual."), part=part)
    return wording.say(
        phrase("Mostly %(part)s: %(change)s there, elsewhere as usual."),
        part=part,
        change=_change(cause.change, wording),
    )


def _mix(cause: Cause, metric: str, wording: Wording) -> str:
    exposure = BY_METRIC[metric].exposure or ""
    words = {"part": _part(cause, wording), "measure": wording.say(MEASURE_NAMES.get(exposure, exposure))}
    if cause.change is not None and cause.change < 0:
        return wording.say(phrase("The mix, not performance: fewer of the %(measure)s come from %(part)s."), **words)
    return wording.say(phrase("The mix, not performance: more of the %(measure)s come from %(part)s."), **words)


def _part(cause: Cause, wording: Wording) -> str:
    name = cause.name if len(cause.name) <= LONGEST_NAME else f"{cause.name[: LONGEST_NAME - 1]}…"
    dimension = cause.dimension or LISTING
    return wording.say(
        phrase("%(dimension)s “%(name)s”"), dimension=wording.say(DIMENSIONS.get(dimension, dimension)), name=name
    )


def _change(change: float, wording: Wording) -> str:
    return wording.change(Decimal(str(round(change, 4))))
