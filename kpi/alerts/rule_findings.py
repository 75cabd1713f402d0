"""What a rule found on a day, enough to say it again word for word: the rule, its state, the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kpi.alert_rules import LimitRule, PaceReading, PaceRule, RedLineRule, Side
from kpi.alerts.red_lines import RedLine, line_to_keep
from kpi.rule_states import RuleState


@dataclass(frozen=True, slots=True)
class LimitFinding:
    """A value against a constant limit; `numerator` of `denominator` for a ratio, over `window_days` days."""

    terms: LimitRule
    state: RuleState
    value: Decimal | None = None
    window_days: int = 1
    numerator: int | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaceFinding:
    """An amount against what was due of its target."""

    terms: PaceRule
    state: RuleState
    reading: PaceReading


@dataclass(frozen=True, slots=True)
class RedLineFinding:
    """A share between the lines of an official limit."""

    terms: RedLineRule
    state: RuleState
    line: RedLine


RuleFinding = LimitFinding | PaceFinding | RedLineFinding


def is_beyond(found: RuleFinding) -> bool:
    """Tell whether the day itself was beyond the line; an alert may be open over days that are not."""
    match found:
        case LimitFinding(terms=terms, value=value):
            return value is not None and terms.is_beyond(value)
        case PaceFinding(reading=reading):
            return reading.is_behind
        case RedLineFinding(line=line):
            return line.is_breached or line.is_near


def is_worse(one: RuleFinding, other: RuleFinding) -> bool:
    """Tell whether a finding of a rule is worse than another one of the same rule."""
    if isinstance(one, LimitFinding) and isinstance(other, LimitFinding):
        return _is_further(one.value, other.value, upwards=one.terms.side is Side.ABOVE)
    if isinstance(one, PaceFinding) and isinstance(other, PaceFinding):
        return _is_further(one.reading.share, other.reading.share, upwards=False)
    if isinstance(one, RedLineFinding) and isinstance(other, RedLineFinding):
        return _is_further(one.line.share, other.line.share, upwards=not one.line.limit.at_least)
    return False


def excess(found: RuleFinding) -> float:
    """Return how many times its line a finding is: 1 is on it, 2 twice as far on the bad side."""
    match found:
        case LimitFinding(terms=terms, value=Decimal() as value):
            return _times(value, terms.limit, upwards=terms.side is Side.ABOVE)
        case PaceFinding(reading=reading) if reading.share is not None:
            return _times(reading.share, Decimal(1), upwards=False)
        case RedLineFinding(terms=terms, line=line) if line.share is not None:
            kept = line_to_keep(line.limit, terms.keep_level or None)
            return _times(line.share, kept, upwards=not line.limit.at_least)
        case _:
            return 0.0


def _times(value: Decimal, line: Decimal, *, upwards: bool) -> float:
    far, near = (value, line) if upwards else (line, value)
    return float(far / near) if near > 0 else float("inf")


def _is_further(one: Decimal | None, other: Decimal | None, *, upwards: bool) -> bool:
    if one is None or other is None:
        return one is not None
    return one > other if upwards else one < other
