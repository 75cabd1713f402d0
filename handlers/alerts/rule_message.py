"""A rule's alert in words: the value against its limit, the target against its pace, the share against the red line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from handlers.alerts.advice import ADVICE, advice_for
from handlers.readings.figures import value_text
from handlers.readings.trends import worded
from kpi.alert_rules import Side
from kpi.alerts.alert import Phase
from kpi.alerts.records import AlertEpisode, Finding, NoticedEpisode, SeriesKey
from kpi.alerts.red_lines import LineAhead, line_to_keep
from kpi.alerts.rule_findings import LimitFinding, PaceFinding, RedLineFinding, RuleFinding, is_beyond
from kpi.digests import WatchLine
from kpi.engagements import Engagement
from kpi.markets import Marketplace
from kpi.metrics.catalogue import METRICS
from kpi.metrics.measures import MEASURES, MeasureUnit
from kpi.metrics.metric import Unit
from kpi.phrases import phrase
from kpi.pictures import Label, TrendPicture
from kpi.tones import Tone
from kpi.wording.wording import Wording

EVENT_NAMES: dict[str, str] = {
    "claims_rate": phrase("Claims"),
    "seller_cancellation_rate": phrase("Cancellations by the seller"),
    "late_shipment_rate": phrase("Late shipments"),
    "odr": phrase("Orders with a defect"),
    "valid_tracking_rate": phrase("Shipments without valid tracking"),
    "on_time_delivery_rate": phrase("Late deliveries"),
    "return_rate": phrase("Returned units"),
}
"""What a bad event of an official limit's metric is called."""
CONSEQUENCES: dict[Marketplace, str] = {
    Marketplace.MERCADO_LIBRE: phrase(
        "Beyond it Mercado Libre lowers the store's reputation and shows its listings less."
    ),
    Marketplace.AMAZON: phrase("Beyond it Amazon may take the store's offers down."),
    Marketplace.SHOPEE: phrase("Beyond it Shopee gives penalty points, which cost visibility and promotions."),
}
RULE_LINE_WORDS: dict[str, str] = {
    "limit": phrase("beyond its limit"),
    "pace": phrase("behind the pace of its target"),
    "near": phrase("close to the official limit"),
    "breached": phrase("beyond the official limit"),
}
"""What a digest says of a rule's open alert."""
LEVEL_WORDS: dict[str, str] = {
    "leader": phrase("leader level"),
    "green": phrase("green"),
    "light_green": phrase("light green"),
    "yellow": phrase("yellow"),
    "orange": phrase("orange"),
    "red": phrase("red"),
    "healthy": phrase("healthy"),
}


def shown(alert: AlertEpisode) -> Finding:
    """Return the day a message tells of: the newest one if it is beyond the line, else the worst."""
    newest = alert.newest
    return newest if newest.by_rule is not None and is_beyond(newest.by_rule) else alert.worst


def place_name(series: SeriesKey, engagement: Engagement) -> str:
    """Return the store's name, the stores' names, or the engagement's where all of its stores are meant."""
    if not series.store:
        return engagement.name
    names = {store.id: store.name for store in engagement.stores}
    return " + ".join(names.get(store, store) for store in series.store.split("+"))


def rule_headline(one: NoticedEpisode, wording: Wording) -> str:
    """Return what a rule found in one line, without the store."""
    name = wording.say(METRICS[one.alert.series.metric].name)
    match shown(one.alert).by_rule:
        case LimitFinding() as found:
            above, below = (
                phrase("%(metric)s %(value)s: above %(limit)s"),
                phrase("%(metric)s %(value)s: below %(limit)s"),
            )
            return wording.say(
                above if found.terms.side is Side.ABOVE else below,
                metric=name,
                value=_value(one, found.value, wording),
                limit=_value(one, found.terms.limit, wording),
            )
        case PaceFinding() as found:
            share = found.reading.share or Decimal(0)
            return wording.say(
                phrase("%(metric)s: %(share)s of what was due by now"), metric=name, share=wording.whole_percent(share)
            )
        case RedLineFinding() as found:
            beyond = phrase("%(metric)s %(value)s: beyond the official limit of %(limit)s")
            near = phrase("%(metric)s %(value)s: close to the official limit of %(limit)s")
            return wording.say(
                beyond if found.line.is_breached else near,
                metric=name,
                value=_share(found.line.share, wording),
                limit=_share(_kept(found), wording),
            )
        case _:
            return name


def rule_lines(one: NoticedEpisode, engagement: Engagement, wording: Wording) -> list[str]:
    """Return what a rule found, line by line: the numbers, since when, what clears it, what to look at."""
    alert = one.alert
    lines = [wording.labelled(place_name(alert.series, engagement), rule_headline(one, wording))]
    match shown(alert).by_rule:
        case LimitFinding() as found:
            lines.extend(_limit_lines(one, found, wording))
        case PaceFinding() as found:
            lines.extend(_pace_lines(alert, found, wording))
        case RedLineFinding() as found:
            lines.extend(_red_line_lines(alert, found, engagement, wording))
    if alert.series.metric in ADVICE:
        lines.append(wording.say(phrase("Look at: %(advice)s."), advice=advice_for(one, wording)))
    return lines


def _limit_lines(one: NoticedEpisode, found: LimitFinding, wording: Wording) -> list[str]:
    alert = one.alert

    return [
        *_counted(alert, found.numerator, found.denominator, found.window_days, wording),
        _since(alert, _value(one, found.state.worst, wording), wording),
        wording.say(
            phrase("It clears at %(value)s or better on %(days)s final days in a row."),
            value=_value(one, found.terms.clear_at, wording),
            days=found.terms.clear_days,
        ),
    ]


def _since(alert: AlertEpisode, worst: str, wording: Wording) -> str:
    return wording.say(
        phrase("Since %(day)s; worst so far %(worst)s."), day=wording.weekday_day(alert.episode.onset), worst=worst
    )


def _counted(
    alert: AlertEpisode, numerator: int | None, denominator: Decimal | int | None, days: int, wording: Wording
) -> list[str]:
    """Return the counts behind a share of events; amounts and reported values have none."""
    metric = METRICS[alert.series.metric]
    is_amount = MEASURES[metric.numerator[0].measure].unit in {MeasureUnit.MONEY, MeasureUnit.SHARE}
    if numerator is None or not denominator or metric.unit is not Unit.SHARE or is_amount:
        return []
    return [
        wording.say(
            phrase("%(events)s of %(exposure)s in %(days)s days up to %(last)s."),
            events=wording.count(numerator),
            exposure=wording.count(Decimal(round(denominator))),
            days=days,
            last=wording.short_day(shown(alert).day),
        )
    ]


def _pace_lines(alert: AlertEpisode, found: PaceFinding, wording: Wording) -> list[str]:
    reading = found.reading
    target, metric = reading.target, METRICS[alert.series.metric]

    def said(value: Decimal | None) -> str:
        return value_text(metric, value, target.currency, wording)

    lines = [
        wording.say(
            phrase("%(actual)s of %(due)s due by %(day)s; the target is %(target)s by %(last)s."),
            actual=said(reading.actual),
            due=said(reading.due),
            day=wording.short_day(reading.until),
            target=said(target.value),
            last=wording.short_day(target.period.last),
        )
    ]
    if reading.needed_a_day is not None:
        lines.append(
            wording.say(
                phrase("Each of the %(days)s days left must bring %(needed)s; so far a day brought %(brought)s."),
                days=reading.left_days,
                needed=said(reading.needed_a_day),
                brought=said(reading.so_far_a_day),
            )
        )
    if reading.known_days < reading.passed_days:
        lines.append(
            wording.say(
                phrase("%(known)s of %(passed)s days are known; nothing is due for the others."),
                known=reading.known_days,
                passed=reading.passed_days,
            )
        )
    return lines


def _red_line_lines(alert: AlertEpisode, found: RedLineFinding, engagement: Engagement, wording: Wording) -> list[str]:
    line = found.line
    lines = _counted(alert, line.numerator, line.denominator, line.limit.window_days, wording)
    lines.append(_since(alert, _share(found.state.worst, wording), wording))
    if line.known_days < line.limit.window_days:
        lines.append(
            wording.say(
                phrase("%(known)s of the %(days)s days the marketplace counts are known."),
                known=line.known_days,
                days=line.limit.window_days,
            )
        )
    if line.guarded is not None:
        lines.append(_ahead(alert, line.guarded, wording))
    elif line.level is not None:
        lines.append(wording.say(phrase("Level by these counts: %(level)s."), level=level_name(line.level, wording)))
        if line.next is not None:
            lines.append(_ahead(alert, line.next, wording))
    store = engagement.store(alert.series.store)
    if store is not None and store.marketplace in CONSEQUENCES:
        lines.append(wording.say(CONSEQUENCES[store.marketplace]))
    if not line.limit.is_confirmed:
        lines.append(wording.say(phrase("This limit is guidance: the marketplace's own pages do not agree on it.")))
    return lines


def _ahead(alert: AlertEpisode, ahead: LineAhead, wording: Wording) -> str:
    events = wording.say(EVENT_NAMES.get(alert.series.metric, METRICS[alert.series.metric].name))
    params = {
        "events": events,
        "count": ahead.events_to_cross,
        "line": _share(ahead.line, wording),
        "level": level_name(ahead.level, wording),
    }
    if ahead.days is None:
        return wording.say(phrase("%(events)s: %(count)s more cross %(line)s (then: %(level)s)."), **params)
    return wording.say(
        phrase("%(events)s: %(count)s more cross %(line)s (then: %(level)s); at the present rate in %(days)s days."),
        **params,
        days=ahead.days,
    )


def level_name(level: str, wording: Wording) -> str:
    """Return a marketplace's level in words."""
    return wording.say(LEVEL_WORDS[level]) if level in LEVEL_WORDS else level


def rule_end(one: NoticedEpisode, wording: Wording) -> str:
    """Return how a rule's alert ended."""
    alert = one.alert
    name = wording.say(METRICS[alert.series.metric].name)
    if alert.episode.phase is Phase.RETRACTED:
        return wording.say(phrase("%(metric)s: the data was restated, the alert no longer holds"), metric=name)
    if alert.episode.phase is Phase.WITHDRAWN:
        return wording.say(
            phrase("%(metric)s: the rule was changed or is off, or its period is over; the alert ends"), metric=name
        )
    match alert.newest.by_rule:
        case PaceFinding():
            return wording.say(phrase("%(metric)s is on pace again"), metric=name)
        case RedLineFinding():
            return wording.say(phrase("%(metric)s is clear of the official limit again"), metric=name)
        case _:
            return wording.say(phrase("%(metric)s is back inside its limit"), metric=name)


def rule_kind(found: RuleFinding | None, wording: Wording) -> str:
    """Return what kind of rule it is, in a word or two."""
    match found:
        case LimitFinding():
            return wording.say(phrase("limit"))
        case PaceFinding():
            return wording.say(phrase("pace"))
        case RedLineFinding():
            return wording.say(phrase("red line"))
        case _:
            return ""


def rule_value_text(found: RuleFinding | None, metric: str, currency: str | None, wording: Wording) -> str:
    """Return the value a rule judged, or a dash."""
    match found:
        case LimitFinding(value=Decimal() as value):
            return value_text(METRICS[metric], value, currency, wording)
        case PaceFinding(reading=reading) if reading.share is not None:
            return wording.whole_percent(reading.share)
        case RedLineFinding(line=line) if line.share is not None:
            return wording.share(line.share)
        case _:
            return "—"


def rule_line_text(found: RuleFinding | None, metric: str, currency: str | None, wording: Wording) -> str:
    """Return the line a rule holds a value against, with the side that is good."""
    match found:
        case LimitFinding(terms=terms):
            limit = value_text(METRICS[metric], terms.limit, currency, wording)
            return f"{'≤' if terms.side is Side.ABOVE else '≥'} {limit}"
        case PaceFinding(terms=terms):
            return f"≥ {wording.whole_percent(terms.least_share)}"
        case RedLineFinding():
            return f"{'>' if found.line.limit.at_least else '≤'} {_share(_kept(found), wording)}"
        case _:
            return "—"


def watched_name(alert: AlertEpisode, wording: Wording) -> str:
    """Return the metric's name, with the kind of rule where one watches it."""
    name = wording.say(METRICS[alert.series.metric].name)
    kind = rule_kind(alert.newest.by_rule, wording)
    return f"{name} · {kind}" if kind else name


def rule_watch_line(alert: AlertEpisode) -> WatchLine:
    """Return a rule's open alert as a line of a digest."""
    found = alert.newest.by_rule
    if isinstance(found, RedLineFinding):
        kind = "breached" if found.line.is_breached else "near"
    else:
        kind = "pace" if isinstance(found, PaceFinding) else "limit"
    return WatchLine(alert.series.store, alert.series.metric, Decimal(0), is_alert=True, by_rule=kind)


def rule_picture(one: NoticedEpisode, engagement: Engagement, wording: Wording) -> TrendPicture:
    """Return the days as the rule reads them, with its line and the days beyond it shaded."""
    alert, line = one.alert, one.line
    place = {day: index for index, day in enumerate(line.days)}
    onset, newest = place.get(alert.episode.onset), place.get(alert.newest.day)
    trend = worded(line, METRICS[alert.series.metric], wording)
    marks = trend.marks if onset is None else (*trend.marks, Label(onset, wording.say(phrase("began"))))
    window = (onset or 0, newest) if newest is not None else None
    title = rule_headline(one, wording) if alert.episode.is_open else rule_end(one, wording)
    where = place_name(alert.series, engagement)
    return TrendPicture(
        title=title,
        subtitle=where,
        tone=Tone.BAD if alert.episode.is_open else Tone.GOOD,
        trend=replace(trend, window=window, marks=marks),
        footer=wording.say(phrase("dashed: the line of the rule · shaded: since the alert began")),
        alt_text=wording.labelled(where, title),
    )


def _kept(found: RedLineFinding) -> Decimal:
    return line_to_keep(found.line.limit, found.terms.keep_level or None)


def _share(share: Decimal | None, wording: Wording) -> str:
    return wording.missing() if share is None else wording.share(share)


def _value(one: NoticedEpisode, value: Decimal | None, wording: Wording) -> str:
    return value_text(METRICS[one.alert.series.metric], value, one.line.currency, wording)
