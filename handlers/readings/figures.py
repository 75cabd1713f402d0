"""Readings as figures: numbers, changes and judgements ready to read in one language."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from handlers.messages import Figure
from kpi.engagements import Engagement
from kpi.facts import FactStatus
from kpi.markets import Marketplace
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction, Metric, Unit
from kpi.money import Money
from kpi.phrases import phrase
from kpi.readings.reading import Comparison, Reading, Shortfall
from kpi.tones import Tone
from kpi.wording.wording import Wording

MARKETPLACE_NAMES: dict[str, str] = {
    Marketplace.MERCADO_LIBRE: phrase("ML"),
    Marketplace.SHOPEE: phrase("Shopee"),
    Marketplace.AMAZON: phrase("Amazon"),
    Marketplace.OTHER: phrase("other marketplace"),
}

STATUS_WORDS: dict[FactStatus, str] = {
    FactStatus.FINAL: phrase("final"),
    FactStatus.RESTATED: phrase("restated"),
    FactStatus.PRELIMINARY: phrase("preliminary"),
    FactStatus.PARTIAL: phrase("partial"),
    FactStatus.MISSING: phrase("missing"),
}

TONE_WORDS: dict[Tone, str] = {
    Tone.GOOD: phrase("normal"),
    Tone.WATCH: phrase("watch"),
    Tone.BAD: phrase("bad"),
    Tone.NEUTRAL: "",
    Tone.UNKNOWN: phrase("not judged"),
}

LEVEL_NAMES: dict[int, str] = {
    1: phrase("red"),
    2: phrase("orange"),
    3: phrase("yellow"),
    4: phrase("light green"),
    5: phrase("green"),
}


_FORMATS: dict[Unit, Callable[[Wording, Decimal], str]] = {
    Unit.COUNT: Wording.count,
    Unit.SHARE: Wording.share,
    Unit.HOURS: Wording.hours,
    Unit.MINUTES: Wording.minutes,
    Unit.STARS: Wording.stars,
    Unit.MULTIPLE: Wording.multiple,
    Unit.DAYS: Wording.days,
}


def value_text(metric: Metric, value: Decimal | None, currency: str | None, wording: Wording) -> str:
    """Return a metric's value with its unit, or the words for "no data"."""
    if value is None:
        return wording.missing()
    if metric.unit is Unit.MONEY:
        return wording.money(Money.of(value, currency or ""), compact=True)
    if metric.unit is Unit.LEVEL:
        name = LEVEL_NAMES.get(int(value))
        return wording.say(name) if name else wording.missing()
    return _FORMATS[metric.unit](wording, value)


def change_text(metric: Metric, comparison: Comparison | None, wording: Wording) -> str:
    """Return "▲ 4.0%" or "▼ 0.54 pp", or an empty text where nothing can be compared."""
    if comparison is None or comparison.change is None:
        return ""
    if comparison.is_relative:
        return wording.change(comparison.change)
    if metric.unit is Unit.SHARE:
        return wording.points(comparison.change)
    return wording.difference(comparison.change)


def metric_name(reading: Reading, wording: Wording) -> str:
    """Return the metric's name, with its marketplace where values of several would not mix."""
    metric = METRICS[reading.metric]
    name = wording.say(metric.name)
    if not metric.per_marketplace or not reading.scope.marketplace:
        return name
    return wording.say(
        phrase("%(metric)s (%(marketplace)s)"),
        metric=name,
        marketplace=wording.say(MARKETPLACE_NAMES[reading.scope.marketplace]),
    )


def judgement_word(reading: Reading, wording: Wording) -> str:
    """Return the word beside the colour: better, worse, normal, watch … or why nothing is judged."""
    if reading.shortfall is Shortfall.SMALL_SAMPLE:
        return wording.say(phrase("sample too small"))
    if reading.shortfall is not None:
        return wording.say(TONE_WORDS[Tone.UNKNOWN])
    if reading.is_unusual:
        return wording.say(phrase("worse")) if is_worse(reading) else wording.say(phrase("better"))
    word = TONE_WORDS[reading.tone]
    return wording.say(word) if word else ""


def is_worse(reading: Reading) -> bool:
    """Tell whether the value moved against the metric's good direction."""
    if reading.baseline is None or reading.value is None:
        return False
    is_lower = reading.value < reading.baseline.median
    return is_lower if METRICS[reading.metric].good is not Direction.DOWN else not is_lower


def target_text(reading: Reading, wording: Wording) -> str:
    """Return the target with its pace ("target R$ 3.2M · pace 88%"), or an empty text."""
    result = reading.standing
    if result is None:
        return ""
    metric = METRICS[reading.metric]
    at_most = result.target.direction is Direction.DOWN
    value = value_text(metric, result.target.value, result.target.currency, wording)
    text = wording.say(phrase("target ≤ %(value)s"), value=value) if at_most else ""
    text = text or wording.say(phrase("target %(value)s"), value=value)
    if result.pace is None:
        return text
    return f"{text} · " + wording.say(phrase("pace %(pace)s"), pace=wording.whole_percent(result.pace))


def count_text(reading: Reading, wording: Wording) -> str:
    """Return the counts behind a ratio of counts ("134 ÷ 7,404"), or an empty text."""
    metric = METRICS[reading.metric]
    if reading.denominator is None or metric.unit is not Unit.SHARE or reading.numerator is None:
        return ""
    if any(term.measure in MONEY_MEASURES for term in metric.numerator + metric.denominator):
        return ""
    return f"{wording.count(Decimal(reading.numerator))} ÷ {wording.count(reading.denominator)}"


MONEY_MEASURES = frozenset(
    {"gmv_gross", "gmv_cancelled", "ad_spend", "ad_sales", "refund_amount", "cogs", "platform_fees"}
)


def shortfall_text(reading: Reading, wording: Wording) -> str:
    """Return why there is no value or no judgement, or an empty text."""
    match reading.shortfall:
        case Shortfall.NO_DATA:
            return wording.say(phrase("Not enough data: nothing was reported for this period."))
        case Shortfall.ZERO_DENOMINATOR:
            return wording.say(phrase("Not enough data: the denominator is zero."))
        case Shortfall.IMPOSSIBLE:
            return wording.say(phrase("Not judged: more than 100%% means that two counters disagree."))
        case Shortfall.SMALL_SAMPLE if reading.gap is not None:
            return wording.say(
                phrase("Not enough data to judge: %(got)s %(measure)s, %(needed)s needed."),
                got=wording.count(Decimal(reading.gap.got)),
                needed=wording.count(Decimal(reading.gap.needed)),
                measure=wording.say(MEASURE_NAMES.get(reading.gap.measure, reading.gap.measure)),
            )
        case _:
            return ""


MEASURE_NAMES: dict[str, str] = {
    "orders_paid": phrase("paid orders"),
    "orders_created": phrase("orders"),
    "units_sold": phrase("units"),
    "visits": phrase("visits"),
    "impressions_listing": phrase("impressions"),
    "ad_impressions": phrase("ad impressions"),
    "ad_clicks": phrase("ad clicks"),
    "ad_orders": phrase("ad orders"),
    "dispatched": phrase("dispatched orders"),
    "dispatch_due": phrase("dispatches due"),
    "delivery_due": phrase("deliveries due"),
    "claims_opened": phrase("claims"),
    "reviews": phrase("reviews"),
    "questions_received": phrase("questions"),
    "sku_active": phrase("active SKUs"),
    "units_sold_28d": phrase("units in 28 days"),
}


def usual_text(reading: Reading, wording: Wording) -> str:
    """Return what is normal ("usual 2.17%–2.53%, 8 comparable periods"), or why it is not known yet."""
    if reading.baseline is None:
        return wording.say(phrase("no baseline yet"))
    metric = METRICS[reading.metric]
    low, high = (
        value_text(metric, bound, reading.scope.currency, wording)
        for bound in (reading.baseline.low, reading.baseline.high)
    )
    return wording.say(phrase("usual %(low)s–%(high)s"), low=low, high=high)


def figure_of(reading: Reading, wording: Wording, *, day_shown: bool = False) -> Figure:
    """Return the figure of a reading; its note holds status, counts, window and what is missing."""
    metric = METRICS[reading.metric]
    return Figure(
        name=metric_name(reading, wording),
        value=value_text(metric, reading.value, reading.scope.currency, wording),
        change=change_text(metric, reading.against_usual or reading.against_previous, wording),
        judgement=judgement_word(reading, wording),
        tone=reading.tone,
        target=target_text(reading, wording),
        note=note_of(reading, wording, day_shown=day_shown),
    )


def note_of(reading: Reading, wording: Wording, *, day_shown: bool = False) -> str:
    """Return the fine print of a reading: counts, window, status, coverage, usual band."""
    parts = [count_text(reading, wording)]
    if day_shown or reading.period.length > 1:
        parts.append(wording.period(reading.period.first, reading.period.last))
    if reading.status is not FactStatus.FINAL:
        parts.append(wording.say(STATUS_WORDS[reading.status]))
    if 0 < reading.days_present < reading.days_expected:
        parts.append(
            wording.say(
                phrase("%(present)s of %(expected)s store-days"),
                present=reading.days_present,
                expected=reading.days_expected,
            )
        )
    parts.append(shortfall_text(reading, wording) if reading.shortfall else usual_text(reading, wording))
    return " · ".join(part for part in parts if part)


def store_names(reading: Reading, engagement: Engagement) -> str:
    """Return the names of the stores a reading covers."""
    wanted = set(reading.scope.stores)
    return ", ".join(store.name for store in engagement.stores if store.id in wanted)
