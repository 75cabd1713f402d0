"""A frozen alert notice as the message of one room: what, where, since when, what is at stake, who answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from handlers.alerts.advice import advice_for
from handlers.alerts.answers import alert_answer, with_others
from handlers.alerts.card_text import (
    end_text,
    lasted_text,
    owner_text,
    stake_text,
    then_and_now,
    title_text,
    verdict_text,
    what_text,
)
from handlers.alerts.cause_text import cause_line
from handlers.alerts.rule_message import place_name, rule_lines, rule_picture
from handlers.alerts.together import together_of, together_text, together_title
from handlers.gaps.gap_message import gap_message
from handlers.grammar.incident_words import REPORT_A_PROBLEM
from handlers.messages import Button, Reply
from handlers.readings.figures import value_text
from handlers.readings.trends import worded
from kpi.alerts.records import AlertNotice, NoticedEpisode, NoticeKind
from kpi.alerts.watched import BY_METRIC
from kpi.engagements import Audience, Engagement, Person, Room
from kpi.languages import Language
from kpi.markets import BEIJING
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Kind
from kpi.phrases import phrase
from kpi.pictures import Label, TrendPicture
from kpi.severities import Severity
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_SHOWN = 5
"""Episodes told in full in one message …"""
MOST_NAMED = 10
"""… and those named in a line each after them; the rest are counted."""
MOST_EXPLAINED = 3
"""Alerts a page explains one below the other."""
RANGE_SIGMAS = 1.8
CARDS = frozenset({NoticeKind.OPENED, NoticeKind.CHANGED})
"""Kinds of notices that are the message itself; the others answer it."""
MENTIONED = frozenset({Severity.S1, Severity.S2})
"""Severities whose message names the account manager; milder ones are read in the morning."""

CONFIDENCE: tuple[tuple[float, str], ...] = (
    (5.0, phrase("almost certain (at least 19 of 20 such alerts were real)")),
    (4.2, phrase("very likely (9 of 10 such alerts were real)")),
    (0.0, phrase("likely (8 of 10 such alerts were real)")),
)
"""How often alerts from a score on were real, measured on labelled histories."""


def alert_message(notice: AlertNotice, engagement: Engagement, room: Room) -> Reply:
    """Return a notice as `room` reads it."""
    wording = Wording(room.language)
    if notice.gap is not None:
        return gap_message(notice, notice.gap, engagement, room)
    if notice.kind not in CARDS:
        return alert_answer(notice, engagement, room)
    worst = notice.episodes[0]
    is_open = worst.alert.episode.is_open
    return Reply(
        headline=_headline(notice, engagement, wording),
        language=room.language,
        text="\n\n".join(_paragraphs(notice, engagement, room, wording)),
        tone=Tone.BAD if is_open else Tone.GOOD,
        picture=_picture(worst, engagement, wording),
        footer=_footer(notice, engagement, room, wording),
        buttons=_buttons(worst, engagement, wording) if is_open else (),
        page=tuple(f"/alert why {one.alert.id}" for one in notice.episodes[:MOST_EXPLAINED]),
        mention=_called(notice, engagement) if is_open else None,
        reference=worst.alert.id,
    )


def _paragraphs(notice: AlertNotice, engagement: Engagement, room: Room, wording: Wording) -> list[str]:
    together = together_of(notice, engagement)
    rest = [one for one in notice.episodes if together is None or one not in together.episodes]
    shown = rest[:MOST_SHOWN]
    paragraphs = [_told(one, engagement, wording) for one in shown]
    if together is not None:
        paragraphs.insert(0, together_text(together, engagement, wording))
    elif len(notice.episodes) == 1:  # the headline has said the first line already
        paragraphs = [paragraphs[0].split("\n", 1)[1]]
    if len(rest) > len(shown):
        paragraphs.append("\n".join(_named(rest[MOST_SHOWN:], engagement, wording)))
    worst = notice.episodes[0].alert
    if worst.episode.is_open:
        owner = owner_text(worst, engagement, room, wording)
        incident = _incident_text(notice.episodes, wording)
        paragraphs.extend(line for line in (owner, incident, verdict_text(worst, wording)) if line)
    return paragraphs


def _named(episodes: Sequence[NoticedEpisode], engagement: Engagement, wording: Wording) -> Iterator[str]:
    """Yield a line of each episode that is not told in full, and how many more there are."""
    yield from (title_text(one, engagement, wording) for one in episodes[:MOST_NAMED])
    if len(episodes) > MOST_NAMED:
        yield wording.say(phrase("and %(count)s more"), count=len(episodes) - MOST_NAMED)


def _incident_text(episodes: Sequence[NoticedEpisode], wording: Wording) -> str:
    """Return which incidents these alerts opened or joined, or ""."""
    numbers = sorted({one.incident for one in episodes if one.incident})
    if not numbers:
        return ""
    return wording.say(
        phrase("Incident %(numbers)s is open: `/incident show %(number)s`."),
        numbers=wording.listed(f"#{number}" for number in numbers),
        number=numbers[0],
    )


def _called(notice: AlertNotice, engagement: Engagement) -> Person | None:
    """Return who is named: of what is urgent, as long as nobody has it (changing a message notifies nobody)."""
    worst = notice.episodes[0].alert
    is_urgent = Severity(worst.severity) in MENTIONED and worst.acknowledged_at is None
    return engagement.account_manager() if is_urgent else None


def _headline(notice: AlertNotice, engagement: Engagement, wording: Wording) -> str:
    together = together_of(notice, engagement)
    if together is not None:
        return with_others(together_title(together, wording), len(notice.episodes) - len(together.episodes), wording)
    return with_others(title_text(notice.episodes[0], engagement, wording), len(notice.episodes) - 1, wording)


def _told(one: NoticedEpisode, engagement: Engagement, wording: Wording) -> str:
    """Return an episode's lines: value, since when, what is at stake, how sure, what to look at."""
    finding = one.alert.first
    if not one.alert.episode.is_open:
        return f"{title_text(one, engagement, wording)}\n{lasted_text(one.alert, wording)}"
    if one.alert.series.rule:
        return "\n".join(rule_lines(one, engagement, wording))
    lines = [
        title_text(one, engagement, wording),
        _against_usual(one, wording),
        wording.say(
            phrase("Since %(day)s; judged on %(days)s final days up to %(last)s."),
            day=wording.weekday_day(one.alert.episode.onset),
            days=finding.window,
            last=wording.short_day(finding.day),
        ),
        then_and_now(one, wording),
        stake_text(one.stake, wording, is_fall=BY_METRIC[one.alert.series.metric].signal.is_fall_bad),
        cause_line(one, wording),
        wording.say(phrase("How sure: %(confidence)s."), confidence=confidence(one, wording)),
        wording.say(phrase("Look at: %(advice)s."), advice=advice_for(one, wording)),
    ]
    return "\n".join(line for line in lines if line)


def _against_usual(one: NoticedEpisode, wording: Wording) -> str:
    finding = one.alert.first
    metric = METRICS[one.alert.series.metric]
    if metric.kind is Kind.ADDITIVE:
        return wording.say(
            phrase("%(value)s in %(days)s days; usual %(low)s–%(high)s."),
            value=_count(finding.observed, wording),
            days=finding.window,
            low=_count(max(finding.expected - RANGE_SIGMAS * finding.spread, 0), wording),
            high=_count(finding.expected + RANGE_SIGMAS * finding.spread, wording),
        )
    share = Decimal(1) / Decimal(str(max(finding.exposure, 1.0)))

    def rate(events: float) -> str:
        return value_text(metric, Decimal(str(round(max(events, 0.0), 6))) * share, None, wording)

    return wording.say(
        phrase("%(value)s (%(events)s of %(exposure)s); usual %(low)s–%(high)s."),
        value=rate(finding.observed),
        events=_count(finding.observed, wording),
        exposure=_count(finding.exposure, wording),
        low=rate(finding.expected - RANGE_SIGMAS * finding.spread),
        high=rate(finding.expected + RANGE_SIGMAS * finding.spread),
    )


def _count(value: float, wording: Wording) -> str:
    return wording.count(Decimal(round(value)))


def confidence(one: NoticedEpisode, wording: Wording) -> str:
    """Return how sure an alert is, in measured words."""
    finding = one.alert.first
    if finding.is_pooled:
        return wording.say(phrase("almost certain, and platform-wide: not only this store"))
    return wording.say(next(words for least, words in CONFIDENCE if finding.z >= least))


def _picture(one: NoticedEpisode, engagement: Engagement, wording: Wording) -> TrendPicture:
    def drawn(words: Wording) -> TrendPicture:
        if one.alert.series.rule:
            return rule_picture(one, engagement, words)
        line = one.line
        metric = METRICS[one.alert.series.metric]
        trend = worded(line, metric, words)
        place = {day: index for index, day in enumerate(line.days)}
        finding = one.alert.first
        first = finding.day - timedelta(days=finding.window - 1)
        window = (place[first], place[finding.day]) if first in place and finding.day in place else None
        onset = place.get(one.alert.episode.onset)
        marks = trend.marks if onset is None else (*trend.marks, Label(onset, words.say(phrase("began"))))
        title = what_text(one, words) if one.alert.episode.is_open else end_text(one, words)
        return TrendPicture(
            title=title,
            subtitle=place_name(one.alert.series, engagement),
            tone=Tone.BAD if one.alert.episode.is_open else Tone.GOOD,
            trend=replace(trend, window=window, marks=marks),
            footer=words.say(phrase("grey band: usual for the weekday · shaded: the days that raised the alert")),
            alt_text=words.labelled(place_name(one.alert.series, engagement), title),
        )

    picture = drawn(wording)
    if wording.language is not Language.ZH:
        return picture
    return replace(picture, fallback=drawn(Wording(Language.EN)))


def _footer(notice: AlertNotice, engagement: Engagement, room: Room, wording: Wording) -> str:
    store = engagement.store(notice.episodes[0].alert.series.store) or engagement.stores[0]
    zones = (BEIJING, store.zone) if room.audience is Audience.SELLER else (store.zone, BEIJING)
    return wording.say(
        phrase("Alert %(ids)s · %(severity)s · %(clocks)s"),
        severity=notice.episodes[0].alert.severity,
        ids=", ".join(one.alert.id for one in notice.episodes[:MOST_SHOWN]),
        clocks=wording.both_clocks(notice.made_at, *zones),
    )


def _buttons(one: NoticedEpisode, engagement: Engagement, wording: Wording) -> tuple[Button, ...]:
    alert, about = one.alert.id, title_text(one, engagement, wording)
    take = Button(wording.say(phrase("Acknowledge")), f"/alert ack {alert}", is_primary=True, about=about)
    return (
        *(() if one.alert.acknowledged_at else (take,)),
        Button(wording.say(phrase("This was expected")), f"/alert expected {alert}", about=about),
        Button(wording.say(phrase("Wrong alert")), f"/alert wrong {alert}", about=about),
        Button(wording.say(phrase("Snooze …")), f"/alert snooze {alert}", about=about),
        Button(wording.say(phrase("Mute …")), f"/alert mute {alert}", about=about),
        Button(wording.say(phrase("Why?")), f"/alert why {alert}", about=about),
        *((Button(wording.say(REPORT_A_PROBLEM), f"/incident alert {alert}"),) if one.alert.episode.is_open else ()),
    )
