"""`[[alerts.rules]]` of an engagement file: the rows as pydantic models, and the rules they become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bot.engagement_files.row_types import Id, Row
from kpi.alert_rules import AlertRule, LimitRule, PaceRule, RedLineRule, Side, Terms
from kpi.engagements import Store
from kpi.limits import limit_for
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Kind, Unit

LONGEST_DAYS = 90


def _known_metric(name: str) -> str:
    if name not in METRICS:
        msg = f"no metric of the catalogue is called “{name}”"
        raise ValueError(msg)
    return name


MetricName = Annotated[str, AfterValidator(_known_metric)]
Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
Share = Annotated[Decimal, Field(gt=0, le=1)]


class LimitRow(Row):
    """`kind = "limit"`: a constant limit of any metric, with the value at which it clears."""

    kind: Literal["limit"]
    metric: MetricName
    id: Id | None = None
    stores: tuple[str, ...] = ()
    above: Decimal | None = None
    below: Decimal | None = None
    clear_at: Decimal | None = None
    for_days: Days = 2
    clear_days: Days = 3
    over_days: Days | None = None

    @model_validator(mode="after")
    def is_sound(self) -> Self:
        """Refuse a rule without exactly one limit, and one that would flap or could never fire."""
        if (self.above is None) == (self.below is None):
            msg = "give exactly one of above and below"
            raise ValueError(msg)
        if METRICS[self.metric].unit is Unit.SHARE and self.limit > 1:
            msg = "a share is between 0 and 1 (write 0.02 for 2 %)"
            raise ValueError(msg)
        self.terms()
        return self

    @property
    def limit(self) -> Decimal:
        """The value that is not to be crossed."""
        limit = self.above if self.above is not None else self.below
        return limit if limit is not None else Decimal(0)

    def terms(self) -> LimitRule:
        """Return the rule; raises ValueError where it would flap."""
        side = Side.ABOVE if self.above is not None else Side.BELOW
        clear_at = self.limit if self.clear_at is None else self.clear_at
        return LimitRule(self.metric, side, self.limit, clear_at, self.for_days, self.clear_days, self.over_days)

    def derived_id(self) -> str:
        """Return the id of a rule that was given none: it stays when the numbers change."""
        return f"{self.metric}-{'above' if self.above is not None else 'below'}"


class PaceRow(Row):
    """`kind = "pace"`: the share of what was due of a target by now."""

    kind: Literal["pace"]
    metric: MetricName = ""
    id: Id | None = None
    stores: tuple[str, ...] = ()
    least_share: Share = Decimal("0.9")
    clear_share: Share = Decimal("0.95")
    least_days: Days = 7

    @model_validator(mode="after")
    def is_sound(self) -> Self:
        """Refuse a rule that would flap, and a metric that does not add up towards a target."""
        if self.metric and METRICS[self.metric].kind is not Kind.ADDITIVE:
            msg = f"{self.metric} does not add up towards a target; only amounts have a pace"
            raise ValueError(msg)
        self.terms()
        return self

    def terms(self) -> PaceRule:
        """Return the rule; raises ValueError where it would flap."""
        return PaceRule(self.least_share, self.clear_share, self.least_days, self.metric)

    def derived_id(self) -> str:
        """Return the id of a rule that was given none."""
        return f"pace-{self.metric}" if self.metric else "pace"


class RedLineRow(Row):
    """`kind = "red_line"`: a marketplace's official limit, watched, kept at another level, or switched off."""

    kind: Literal["red_line"]
    metric: MetricName
    id: Id | None = None
    stores: tuple[str, ...] = ()
    keep_level: str = ""
    on: bool = True

    def terms(self) -> RedLineRule:
        """Return the rule."""
        return RedLineRule(self.metric, self.keep_level, self.on)

    def derived_id(self) -> str:
        """Return the id of a rule that was given none."""
        return f"red_line-{self.metric}"


RuleRow = Annotated[LimitRow | PaceRow | RedLineRow, Field(discriminator="kind")]


def rule_of(row: LimitRow | PaceRow | RedLineRow) -> AlertRule:
    """Return the rule a row says."""
    terms: Terms = row.terms()
    return AlertRule(row.id or row.derived_id(), terms, row.stores)


def rule_mistakes(rules: Sequence[AlertRule], stores: Sequence[Store]) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with rules beside each other and beside the stores: index, key and sentence."""
    ids = Counter(rule.id for rule in rules)
    known = {store.id for store in stores}
    for index, rule in enumerate(rules):
        if ids[rule.id] > 1:
            yield index, "id", f"“{rule.id}” is used twice; give each rule an id of its own"
        unknown = [store for store in rule.stores if store not in known]
        yield from ((index, "stores", f"no store is called “{store}”") for store in unknown)
        if not unknown:
            meant = [store for store in stores if rule.applies_to(store.id)]
            yield from ((index, key, sentence) for key, sentence in _unfit(rule.terms, meant))


def _unfit(terms: Terms, stores: Sequence[Store]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong between a rule and the stores it is meant for."""
    if isinstance(terms, LimitRule):
        currencies = sorted({store.currency for store in stores})
        if METRICS[terms.metric].unit is Unit.MONEY and len(currencies) > 1:
            yield "stores", f"an amount needs stores of one currency; these have {', '.join(currencies)}"
    if isinstance(terms, RedLineRule):
        yield from _unfit_red_line(terms, stores)


def _unfit_red_line(terms: RedLineRule, stores: Sequence[Store]) -> Iterator[tuple[str, str]]:
    limits = [limit for store in stores if (limit := limit_for(terms.metric, store)) is not None]
    if not limits:
        yield "metric", f"no marketplace of these stores states an official limit of {terms.metric}"
    elif METRICS[terms.metric].kind is not Kind.RATIO:
        yield "metric", f'{terms.metric} comes without counts, so nobody can say how many more; use kind = "limit"'
    elif terms.keep_level:
        levels = sorted({level for limit in limits if terms.keep_level not in limit.levels for level in limit.levels})
        if levels:
            yield "keep_level", f"no level “{terms.keep_level}”; levels are {', '.join(levels)}"
