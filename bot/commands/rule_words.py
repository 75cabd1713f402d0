"""A rule written on the command line: `claims_rate>0.02/0.018`, `orders<60`, `pace:gmv`, `red_line:claims_rate`."""

from __future__ import annotations

import re
from decimal import Decimal

from kpi.alert_rules import AlertRule, LimitRule, PaceRule, RedLineRule, Side, Terms
from kpi.errors import QuestionError
from kpi.metrics.catalogue import metric_by_id
from kpi.metrics.metric import Kind
from kpi.phrases import phrase

TRIED = "tried"
"""Id of a rule that is tried and not switched on."""
_NUMBER = r"(\d+(?:\.\d+)?%?)"
_LIMIT = re.compile(rf"^\s*([a-z_0-9]+)\s*([<>])\s*{_NUMBER}\s*(?:/\s*{_NUMBER}\s*)?$")
_WRITE = phrase(
    "Write a rule as METRIC=PRESET (%(presets)s), METRIC>LIMIT or METRIC<LIMIT with an optional /CLEAR_AT, "
    "pace:METRIC or red_line:METRIC."
)


def written_rule(words: str, presets: str) -> AlertRule:
    """Return the rule some words say; raises QuestionError with how to write one, UnknownNameError for a metric."""
    kind, colon, metric = (part.strip() for part in words.partition(":"))
    if colon and kind in {"pace", "red_line"}:
        return AlertRule(TRIED, _named(kind, metric, presets))
    limit = _LIMIT.match(words)
    if limit is None:
        raise QuestionError(_WRITE, presets=presets)
    name, sign, line, clear = limit.groups()
    side = Side.ABOVE if sign == ">" else Side.BELOW
    at = _number(line)
    try:
        terms = LimitRule(metric_by_id(name).id, side, at, _number(clear) if clear else at)
    except ValueError as error:
        raise QuestionError(phrase("This rule would not work: %(problem)s."), problem=error) from error
    return AlertRule(TRIED, terms)


def _named(kind: str, metric: str, presets: str) -> Terms:
    if kind == "red_line":
        if not metric:
            raise QuestionError(_WRITE, presets=presets)
        return RedLineRule(metric_by_id(metric).id)
    if metric and metric_by_id(metric).kind is not Kind.ADDITIVE:
        raise QuestionError(
            phrase("%(metric)s does not add up towards a target; only amounts have a pace."), metric=metric
        )
    return PaceRule(metric=metric)


def _number(text: str) -> Decimal:
    return Decimal(text.rstrip("%")) / 100 if text.endswith("%") else Decimal(text)
