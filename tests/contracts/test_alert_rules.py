"""Rules in the books: an engagement keeps them, and a rule's days and episodes stand beside the scan's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.samples.engagements import sample_engagements
from kpi.alert_rules import AlertRule, LimitRule, PaceDays, PaceRule, RedLineRule, Side, pace_reading
from kpi.alerts.alert import Phase, begin
from kpi.alerts.records import (
    AlertEpisode,
    AlertNotice,
    Finding,
    Judgement,
    NoticedEpisode,
    NoticeKind,
    SeriesKey,
    Silence,
    Stake,
)
from kpi.alerts.red_lines import DayCount, red_line
from kpi.alerts.rule_findings import LimitFinding, PaceFinding, RedLineFinding, RuleFinding
from kpi.days import Period
from kpi.digests import TrendLine
from kpi.limits import limit_for
from kpi.metrics.metric import Direction
from kpi.rule_states import RuleState, Turn
from kpi.targets import FLAT_WEEK, Target
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, 0, 0, 123_456, tzinfo=UTC)
DAY = date(2026, 11, 22)
ONE_DAY = timedelta(days=1)
LUMINA = sample_engagements()[0]
STORE = LUMINA.stores[0].id
SCAN = SeriesKey("lumina", STORE, "claims_rate")
RULED = replace(SCAN, rule="red_line")
FIRING = RuleState(DAY, True, DAY - ONE_DAY, DAY, Decimal("0.0312"), 2, 0, Turn.FIRED)
LIMIT_TERMS = LimitRule("claims_rate", Side.ABOVE, Decimal("0.03"), Decimal("0.025"), 1, 4, 7)


def _findings() -> Iterator[RuleFinding]:
    limit = limit_for("claims_rate", LUMINA.stores[0])
    assert limit is not None
    counts = {DAY - back * ONE_DAY: DayCount(2, 100) for back in range(60)}
    yield LimitFinding(LIMIT_TERMS, FIRING, Decimal("0.0312"), 7, 31, Decimal(993))
    target = Target("t", "lumina", "gmv", (STORE,), Period.month_of(DAY), Direction.UP, Decimal(90), "BRL")
    days = PaceDays({DAY - back * ONE_DAY: Decimal(1) for back in range(10)}, DAY, FLAT_WEEK)
    yield PaceFinding(PaceRule(metric="gmv"), FIRING, pace_reading(PaceRule(), target, days))
    yield RedLineFinding(RedLineRule("claims_rate", "leader"), FIRING, red_line(limit, counts, DAY, "leader"))


def _judgement(found: RuleFinding, day: date = DAY, series: SeriesKey = RULED) -> Judgement:
    return Judgement(series, Finding(day, Silence.FIRES, by_rule=found), NOW)


@pytest.mark.parametrize("found", tuple(_findings()), ids=lambda found: type(found).__name__)
def test_every_kind_of_finding_comes_back_as_it_was(database: Books, found: RuleFinding) -> None:
    """The rule, its state and every number, exactly; in a day, an episode and a notice."""
    judgement = _judgement(found)
    alert = AlertEpisode("r1", RULED, begin(DAY, 2), judgement.finding, judgement.finding, judgement.finding, NOW, "S2")
    line = TrendLine("claims_rate", "", None, (DAY,), (Decimal("0.02"),), (None,), Decimal("0.02"))
    told = NoticedEpisode(alert, Stake(0.0, 0.0), line)
    notice = AlertNotice("n1", "lumina", NoticeKind.OPENED, NOW, (told,))
    with database.work() as work:
        work.alerts.record([judgement])
        work.alerts.save(alert)
        work.alerts.freeze_notice(notice)
    with database.view() as work:
        assert work.alerts.judgements(RULED, DAY, DAY) == (judgement,)
        assert work.alerts.get("r1") == alert
        assert work.alerts.notice("n1") == notice


def test_the_scan_never_meets_a_rules_days_and_episodes(database: Books) -> None:
    """A day a rule judged is not judged by the scan; both may have an alert that began the same day."""
    found = next(_findings())
    alerts = [
        AlertEpisode(f"a{number}", series, begin(DAY, 3), finding, finding, finding, NOW)
        for number, series in enumerate((SCAN, RULED))
        for finding in (Finding(DAY, Silence.FIRES, by_rule=found if series.rule else None),)
    ]
    unread = Judgement(RULED, Finding(DAY + ONE_DAY, Silence.NOT_SEEN), NOW)
    with database.work() as work:
        work.alerts.record([Judgement(SCAN, Finding(DAY, Silence.USUAL), NOW), _judgement(found), unread])
        for alert in alerts:
            work.alerts.save(alert)
    with database.view() as work:
        assert dict(work.alerts.judged_until("claims_rate")) == {STORE: DAY}
        assert work.alerts.unread("claims_rate", DAY) == ()
        assert [one.series.rule for one in work.alerts.judgements(SCAN, DAY, DAY + ONE_DAY)] == [""]
        assert [one.id for one in work.alerts.episodes("claims_rate", DAY)] == ["a0"]
        assert [one.id for one in work.alerts.of_engagement("lumina", DAY)] == ["a0", "a1"]


def test_the_newest_day_of_each_series_under_a_rule_is_found(database: Books) -> None:
    """One each, of this engagement, without the scan's; by store, metric and rule."""
    found = next(_findings())
    other = replace(RULED, rule="claims_rate-above")
    elsewhere = replace(RULED, engagement="andes", store="andes-ml")
    with database.work() as work:
        work.alerts.record(_judgement(found, DAY - back * ONE_DAY) for back in range(3))
        work.alerts.record([_judgement(found, DAY - ONE_DAY, other), _judgement(found, DAY, elsewhere)])
        work.alerts.record([Judgement(SCAN, Finding(DAY, Silence.USUAL), NOW)])
    with database.view() as work:
        newest = work.alerts.rule_judgements("lumina")
        assert [(one.series, one.finding.day) for one in newest] == [(other, DAY - ONE_DAY), (RULED, DAY)]
        assert work.alerts.rule_judgements("nobody") == ()


def test_the_days_of_many_series_under_a_rule_are_read_together(database: Books) -> None:
    """Of some stores of one engagement, from a day on, by series and day; the scan's days are not theirs."""
    found = next(_findings())
    other = replace(RULED, rule="claims_rate-above")
    both = replace(RULED, store=f"{STORE}+another")
    with database.work() as work:
        work.alerts.record(
            _judgement(found, DAY - back * ONE_DAY, series) for back in range(3) for series in (RULED, other, both)
        )
        work.alerts.record([Judgement(SCAN, Finding(DAY, Silence.USUAL), NOW)])
        work.alerts.record([_judgement(found, DAY, replace(RULED, engagement="andes"))])
    with database.view() as work:
        days = work.alerts.rule_days("lumina", (STORE, STORE, "nobody"), DAY - ONE_DAY)
        assert [(one.series, one.finding.day) for one in days] == [
            (series, day) for series in (other, RULED) for day in (DAY - ONE_DAY, DAY)
        ]
        assert days[-1] == _judgement(found)
        assert {one.series for one in work.alerts.rule_days("lumina", (both.store,), DAY)} == {both}
        assert work.alerts.rule_days("lumina", (), DAY) == ()


def test_two_episodes_of_a_rule_cannot_begin_the_same_day(database: Books) -> None:
    """The once-only key holds for rules as for the scan."""
    finding = Finding(DAY, Silence.FIRES, by_rule=next(_findings()))
    first = AlertEpisode("a1", RULED, replace(begin(DAY, 2), phase=Phase.RESOLVED), finding, finding, finding, NOW)
    with database.work() as work:
        work.alerts.save(first)
    with pytest.raises(ValueError, match="began on"), database.work() as work:
        work.alerts.save(replace(first, id="a2"))


def test_an_engagement_keeps_its_rules(database: Books) -> None:
    """Each kind, exactly, in their order; and whether red lines are watched."""
    rules = (
        AlertRule("claims", LIMIT_TERMS, (STORE,)),
        AlertRule("pace", PaceRule(Decimal("0.8"), Decimal("0.9"), 5, "gmv")),
        AlertRule("red_line-claims_rate", RedLineRule("claims_rate", is_on=False)),
    )
    agreed = replace(LUMINA, alert_rules=rules, has_red_lines=False)
    with database.work() as work:
        work.engagements.save(agreed, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == agreed
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
    with database.view() as work:
        assert work.engagements.get("lumina") == LUMINA
