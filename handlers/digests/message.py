"""A frozen digest as the message of one room: its language, its clock, the same figures."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from handlers.alerts.lines import watch_notes
from handlers.grammar.incident_words import REPORT_A_PROBLEM
from handlers.messages import Button, Reply, Table
from handlers.readings.conversions import total_text
from handlers.readings.figures import (
    MEASURE_NAMES,
    STATUS_WORDS,
    change_text,
    count_text,
    figure_of,
    is_worse,
    judgement_word,
    metric_name,
    usual_text,
    value_text,
)
from handlers.readings.sheets import panel_of, sheet_with_fallback
from kpi.days import day_closes_at, day_opens_at
from kpi.digest_rules import MOST_FIGURES, leading
from kpi.digests import Coverage, CoverageState, Digest, Driver, Factor
from kpi.drivers import leading_factor
from kpi.engagements import Audience, Engagement, Room, Store
from kpi.languages import Language
from kpi.markets import BEIJING
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.pictures import MOST_PANELS, DigestSheet
from kpi.readings.reading import Reading
from kpi.tones import Tone
from kpi.wording.wording import Wording

_LEAST_SHARE = Decimal("0.3")
"""A cause is named when it explains at least this share of the change."""


def digest_message(digest: Digest, engagement: Engagement, room: Room) -> Reply:
    """Return the digest as `room` reads it; a good day takes one line and its picture."""
    wording = Wording(room.language)
    headline = headline_of(digest, engagement, wording)
    short = digest.is_good_day
    return Reply(
        headline=headline,
        language=room.language,
        text="" if short else _text(digest, engagement, wording),
        tone=digest.tone,
        figures=tuple(figure_of(reading, wording) for reading in digest.readings[:MOST_FIGURES]) if not short else (),
        table=None if short or room.audience is Audience.SELLER else _per_store(digest, engagement, wording),
        picture=_sheet(digest, engagement, wording, headline),
        notes=() if short else _notes(digest, engagement, wording),
        footer=_footer(digest, engagement, room, wording),
        buttons=_buttons(digest, wording),
        page=(f"/kpi {digest.day.isoformat()}", "/kpi targets"),
        mention=engagement.person(digest.owner) if digest.tone is Tone.BAD and digest.owner else None,
        reference=digest.id,
    )


def headline_of(digest: Digest, engagement: Engagement, wording: Wording) -> str:
    """Return the verdict with its numbers: the first ~80 characters are all a locked phone shows."""
    return wording.labelled(_subject(digest, engagement, wording), verdict_of(digest, wording))


def _subject(digest: Digest, engagement: Engagement, wording: Wording) -> str:
    return f"{engagement.name} {wording.weekday_day(digest.day)}"


def verdict_of(digest: Digest, wording: Wording) -> str:
    """Return what the day came to: the worst finding, GMV, what day it was, what is missing."""
    if digest.tone is Tone.UNKNOWN:
        return _no_verdict(digest, wording)
    sales = next((reading for reading in digest.readings if reading.metric == "gmv"), None)
    worst = leading(digest.readings)
    parts = [wording.listed(map(wording.say, digest.events))] if digest.events else []
    parts.append(_finding(worst, wording) if worst else wording.say(phrase("nothing worse than usual")))
    if sales is not None and sales is not worst and sales.value is not None:
        parts.append(_plain(sales, wording))
    if worst is None and digest.is_good_day:
        parts.append(wording.say(phrase("nothing to do")))
    if digest.is_partial:
        parts.append(wording.say(phrase("partial data")))
    return ("，" if wording.language is Language.ZH else ", ").join(parts)  # "、" lists things; these are clauses


def _no_verdict(digest: Digest, wording: Wording) -> str:
    if all(one.state is CoverageState.MISSING for one in digest.coverage):
        return wording.say(phrase("no data has arrived for this day"))
    return wording.say(phrase("too little data to judge the day"))


def _plain(reading: Reading, wording: Wording) -> str:
    metric = METRICS[reading.metric]
    value = value_text(metric, reading.value, reading.scope.currency, wording)
    change = change_text(metric, reading.against_usual, wording)
    return f"{metric_name(reading, wording)} {value} {change}".strip()


def _finding(reading: Reading, wording: Wording) -> str:
    metric = METRICS[reading.metric]
    value = value_text(metric, reading.value, reading.scope.currency, wording)
    if not reading.is_unusual and reading.standing is not None:
        return wording.say(
            phrase("%(metric)s %(value)s behind its target"), metric=metric_name(reading, wording), value=value
        )
    return f"{metric_name(reading, wording)} {value} {judgement_word(reading, wording)}"


def _text(digest: Digest, engagement: Engagement, wording: Wording) -> str:
    lines = []
    worst = leading(digest.readings)
    if worst is not None and worst.is_unusual:
        msgid = (
            phrase("%(metric)s is worse than usual: %(value)s (%(usual)s; %(counts)s).")
            if is_worse(worst)
            else phrase("%(metric)s is better than usual: %(value)s (%(usual)s; %(counts)s).")
        )
        lines.append(
            wording.say(
                msgid,
                metric=metric_name(worst, wording),
                value=value_text(METRICS[worst.metric], worst.value, worst.scope.currency, wording),
                usual=usual_text(worst, wording),
                counts=_counts_or_change(worst, wording),
            )
        )
    lines.extend(_cause(driver, engagement, wording) for driver in digest.drivers)
    if digest.owner and digest.tone in {Tone.BAD, Tone.WATCH}:
        person = engagement.person(digest.owner)
        if person:
            lines.append(wording.say(phrase("Account manager: %(name)s."), name=person.name))
    return "\n".join(line for line in lines if line)


def _counts_or_change(reading: Reading, wording: Wording) -> str:
    """Return the counts behind a ratio; an amount has none, its change stands there instead."""
    change = change_text(METRICS[reading.metric], reading.against_usual, wording)
    return count_text(reading, wording) or change or wording.say(STATUS_WORDS[reading.status])


def _cause(driver: Driver, engagement: Engagement, wording: Wording) -> str:
    """Return the driver line: what the change of GMV is made of, with shares."""
    if not driver.change:
        return ""
    parts = [
        _share_of(wording.say(factor.name), factor, wording)
        for factor in (leading_factor(driver.factors),)
        if factor is not None and factor.share >= _LEAST_SHARE
    ]
    names = {store.id: store.name for store in engagement.stores}
    for ranked in (driver.stores, driver.listings):
        top = leading_factor(ranked)
        if top is not None and top.share >= _LEAST_SHARE:
            parts.append(_share_of(names.get(top.name, top.name), top, wording))
    if not parts:
        return ""
    return wording.say(
        phrase("GMV (%(currency)s) against usual: %(parts)s."), currency=driver.currency, parts=wording.listed(parts)
    )


def _share_of(name: str, factor: Factor, wording: Wording) -> str:
    share = wording.whole_percent(min(factor.share, Decimal(1)))
    return wording.say(phrase("%(name)s explains %(share)s"), name=name, share=share)


def _per_store(digest: Digest, engagement: Engagement, wording: Wording) -> Table | None:
    if not digest.per_store:
        return None
    names = {store.id: store.name for store in engagement.stores}
    return Table(
        (
            wording.say(phrase("Store")),
            wording.say(phrase("Metric")),
            wording.say(phrase("Value")),
            wording.say(phrase("against usual")),
            wording.say(phrase("judgement")),
        ),
        tuple(
            (
                names.get(reading.scope.stores[0], reading.scope.stores[0]),
                wording.say(METRICS[reading.metric].name),
                value_text(METRICS[reading.metric], reading.value, reading.scope.currency, wording),
                change_text(METRICS[reading.metric], reading.against_usual, wording) or "—",
                judgement_word(reading, wording) or "—",
            )
            for reading in digest.per_store
        ),
        caption=wording.say(phrase("By store")),
    )


def _sheet(digest: Digest, engagement: Engagement, wording: Wording, headline: str) -> DigestSheet | None:
    lines = {(line.metric, line.marketplace, line.currency): line for line in digest.trends}
    pairs = [
        (reading, line)
        for reading in digest.readings[:MOST_PANELS]
        if (line := lines.get((reading.metric, reading.scope.marketplace, reading.scope.currency))) is not None
        and any(value is not None for value in line.values)
    ]
    if not pairs:
        return None

    def drawn(words: Wording) -> DigestSheet:
        return DigestSheet(
            title=verdict_of(digest, words),
            subtitle=_subject(digest, engagement, words),
            tone=digest.tone,
            verdict=_verdict_word(digest.tone, words),
            panels=tuple(panel_of(reading, line, words) for reading, line in pairs),
            footer=words.say(phrase("grey band: usual for the weekday · hollow: not final yet")) + f" · {digest.id}",
            alt_text=headline,
        )

    return sheet_with_fallback(drawn, wording)


def _verdict_word(tone: Tone, wording: Wording) -> str:
    words = {
        Tone.GOOD: phrase("normal"),
        Tone.WATCH: phrase("watch"),
        Tone.BAD: phrase("bad"),
        Tone.NEUTRAL: phrase("normal"),
        Tone.UNKNOWN: phrase("not judged"),
    }
    return wording.say(words[tone])


def _notes(digest: Digest, engagement: Engagement, wording: Wording) -> tuple[str, ...]:
    notes = []
    if digest.total is not None:
        notes.append(f"GMV {total_text(digest.total, wording)}")
    if digest.targets_set:
        notes.append(
            wording.say(phrase("Targets on pace: %(met)s of %(all)s"), met=digest.targets_met, all=digest.targets_set)
        )
    notes.extend(watch_notes(digest, engagement, wording))
    notes.append(_coverage(digest.coverage, engagement, wording))
    return tuple(notes)


def _coverage(coverage: tuple[Coverage, ...], engagement: Engagement, wording: Wording) -> str:
    names = {store.id: store.name for store in engagement.stores}
    return wording.labelled(
        wording.say(phrase("Data")),
        " · ".join(_covered(one, names.get(one.store, one.store), wording) for one in coverage),
    )


def _covered(one: Coverage, name: str, wording: Wording) -> str:
    if one.state is CoverageState.COMPLETE:
        return f"{name} ✓"
    if one.state is CoverageState.PARTIAL:
        missing = wording.listed(wording.say(MEASURE_NAMES.get(measure, measure)) for measure in one.missing)
        return wording.say(phrase("%(store)s ⏳ partial (%(missing)s missing)"), store=name, missing=missing)
    if one.last_day is None:
        return wording.say(phrase("%(store)s: no data yet"), store=name)
    return wording.say(phrase("%(store)s: no data since %(day)s"), store=name, day=wording.short_day(one.last_day))


def _footer(digest: Digest, engagement: Engagement, room: Room, wording: Wording) -> str:
    zones = dict.fromkeys(store.zone for store in engagement.stores)
    days = " · ".join(_data_day(digest, zone, wording) for zone in zones)
    return " · ".join(
        (
            wording.say(phrase("Data day %(days)s"), days=days),
            wording.say(phrase("composed %(clocks)s"), clocks=_clocks(digest, engagement.stores[0], room, wording)),
            digest.id,
        )
    )


def _data_day(digest: Digest, zone: ZoneInfo, wording: Wording) -> str:
    opens, closes = day_opens_at(digest.day, zone), day_closes_at(digest.day, zone)
    return wording.say(
        phrase("%(day)s in %(city)s (%(opens)s–%(closes)s in Beijing)"),
        day=wording.short_day(digest.day),
        city=wording.city(zone),
        opens=f"{wording.short_day(opens.astimezone(BEIJING).date())} {wording.clock(opens, BEIJING)}",
        closes=f"{wording.short_day(closes.astimezone(BEIJING).date())} {wording.clock(closes, BEIJING)}",
    )


def _clocks(digest: Digest, store: Store, room: Room, wording: Wording) -> str:
    if room.audience is Audience.SELLER:
        return wording.both_clocks(digest.composed_at, BEIJING, store.zone)
    return wording.both_clocks(digest.composed_at, store.zone, BEIJING)


def _buttons(digest: Digest, wording: Wording) -> tuple[Button, ...]:
    day = digest.day.isoformat()
    worst = leading(digest.readings)
    why = f"/kpi why {worst.metric} {day}" if worst else f"/kpi why gmv {day}"
    return (
        Button(wording.say(phrase("All numbers")), f"/kpi {day}", is_primary=True),
        Button(wording.say(phrase("How was this made?")), why),
        Button(wording.say(phrase("Targets")), "/kpi targets"),
        Button(wording.say(REPORT_A_PROBLEM), f"/incident digest {digest.id}"),
    )
