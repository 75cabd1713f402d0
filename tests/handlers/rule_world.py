"""A world in which one seller has rules, its days are reported one by one, and each morning is watched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from handlers.alerts.notices import Turn, tell
from handlers.watch.alert_watch import WatchReport
from handlers.watch.rule_watch import watch_rules
from kpi.alert_rules import AlertRule, LimitRule, Side, Terms
from kpi.alerts.records import AlertEpisode, Judgement, SeriesKey
from kpi.days import ONE_DAY
from kpi.engagements import Engagement
from kpi.facts import Fact, FactStatus
from kpi.languages import Language
from tests.handlers.alert_world import JUDGED, AlertWorld
from tests.handlers.world import DAY, north, south
from tests.twins.book_samples import a_fact

STORE = "north-ml"
FEW_ORDERS = LimitRule("orders", Side.BELOW, Decimal(60), Decimal(80), for_days=2, clear_days=2)
FEW = SeriesKey("north", STORE, "orders", "few-orders")
CLAIMS = SeriesKey("north", STORE, "claims_rate", "red_line")
ORDERS = 100


def ruled(*rules: Terms | AlertRule, language: Language = Language.EN, red_lines: bool = True) -> Engagement:
    """Return North with rules for its Brazilian store."""
    made = tuple(
        one if isinstance(one, AlertRule) else AlertRule(f"rule-{number}", one, (STORE,))
        for number, one in enumerate(rules)
    )
    return replace(north(language), alert_rules=made, has_red_lines=red_lines)


def few_orders(language: Language = Language.EN) -> Engagement:
    """Return North with one limit: fewer than 60 orders on two days."""
    return ruled(AlertRule("few-orders", FEW_ORDERS, (STORE,)), language=language, red_lines=False)


def morning_of(day: date) -> datetime:
    """Return 08:00 in São Paulo on the morning after a day."""
    return datetime.combine(day + ONE_DAY, time(11), UTC)


def days(measures: Mapping[str, Sequence[int | None]], last: date = DAY) -> Iterator[Fact]:
    """Yield days of the store that end on `last`; None is a missing day."""
    for measure, values in measures.items():
        for back, value in enumerate(reversed(values)):
            if value is not None:
                yield a_fact(STORE, measure, value, last - timedelta(days=back))


class RuleWorld(AlertWorld):
    """A world whose mornings follow each other; only the rules watch, unless `scan` is called."""

    def __init__(self, *engagements: Engagement) -> None:
        super().__init__(*(engagements or (few_orders(), south())))

    def watch(self, at: datetime = JUDGED) -> WatchReport:
        """Run the rules' part of a sweep."""
        with self.books.work() as work:
            changed = [one for each in work.engagements.all() for one in watch_rules(work, each, at)]
            turns = Counter(one.turn for one in changed if one.remark is None)
            told = tell(work, changed, at)
        self.send(at)
        return WatchReport(0, turns[Turn.OPENED] + turns[Turn.WORSE], turns[Turn.ENDED], told)

    def scan(self, at: datetime) -> WatchReport:
        """Run a whole sweep."""
        return super().watch(at)

    def tell_day(self, day: date, measures: Mapping[str, int | None], status: FactStatus = FactStatus.FINAL) -> None:
        """Report a day at the dawn after it (None: not at all) and watch two hours later."""
        self.clock.set(morning_of(day) - timedelta(hours=2))
        known = {measure: value for measure, value in measures.items() if value is not None}
        if known:
            self.report(STORE, known, day, status)
        self.clock.set(morning_of(day))
        self.watch(self.clock())

    def tell_orders(self, *orders: int | None, first: date = DAY) -> date:
        """Report days of orders in a row from `first` on and watch each morning; return the last day."""
        for number, value in enumerate(orders):
            self.tell_day(first + timedelta(days=number), {"orders_paid": value})
        return first + timedelta(days=len(orders) - 1)

    def restate(self, at: datetime, measures: Mapping[str, int], day: date) -> None:
        """Report a day again and watch."""
        self.clock.set(at - timedelta(minutes=5))
        self.report(STORE, measures, day)
        self.clock.set(at)
        self.watch(at)

    def by_rule(self, series: SeriesKey = FEW) -> tuple[AlertEpisode, ...]:
        """Return a rule's episodes, oldest first."""
        return tuple(reversed([one for one in self.alerts(series.engagement) if one.series == series]))

    def reasons(self, series: SeriesKey = FEW) -> dict[date, Judgement]:
        """Return what the mornings said of a series, by day."""
        with self.books.view() as work:
            found = work.alerts.judgements(series, DAY - timedelta(days=90), DAY + timedelta(days=90))
        return {one.finding.day: one for one in found}

    def headlines(self, room: str = "north-ops") -> list[str]:
        """Return the headlines a room was told, oldest first."""
        return [reply.headline for reply in self.told().get(room, [])]
