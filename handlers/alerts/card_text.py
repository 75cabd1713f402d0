"""Lines of an alert's living message: who has it and until when, then and now, how it ended, and one for all stores."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from handlers.alerts.reminders import due_of
from handlers.alerts.rule_message import place_name, rule_end, rule_headline
from handlers.readings.figures import value_text
from kpi.alerts.alert import Phase
from kpi.alerts.records import AlertEpisode, Finding, NoticedEpisode, Silence, Stake, Verdict
from kpi.alerts.watched import BY_METRIC
from kpi.engagements import Engagement, Room
from kpi.markets import BEIJING
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Kind
from kpi.money import Money
from kpi.phrases import phrase
from kpi.wording.wording import Wording

END_WORDS: dict[Phase, str] = {
    Phase.RETRACTED: phrase("%(metric)s: the data was restated, the alert no longer holds"),
    Phase.REBASED: phrase("%(metric)s has stayed changed for 28 days: the new level is usual now"),
    Phase.EXPECTED: phrase("%(metric)s: this was expected"),
    Phase.RESOLVED: phrase("%(metric)s is back to usual"),
}


def end_text(one: NoticedEpisode, wording: Wording) -> str:
    """Return how an episode ended."""
    phase = one.alert.episode.phase
    if one.alert.series.rule and phase is not Phase.EXPECTED:
        return rule_end(one, wording)
    name = wording.say(METRICS[one.alert.series.metric].name)
    return wording.say(END_WORDS.get(phase, END_WORDS[Phase.RESOLVED]), metric=name)


def what_text(one: NoticedEpisode, wording: Wording) -> str:
    """Return the metric with the change that raised the alert, or what a rule found."""
    alert = one.alert
    if alert.series.rule:
        return rule_headline(one, wording)
    sign = -1 if BY_METRIC[alert.series.metric].signal.is_fall_bad else 1
    change = wording.change(Decimal(str(round(sign * alert.first.change, 4))))
    return f"{wording.say(METRICS[alert.series.metric].name)} {change}"


def title_text(one: NoticedEpisode, engagement: Engagement, wording: Wording) -> str:
    """Return the first line of an episode: its store, and what moved or how it ended."""
    what = what_text(one, wording) if one.alert.episode.is_open else end_text(one, wording)
    return wording.labelled(place_name(one.alert.series, engagement), what)


def lasted_text(alert: AlertEpisode, wording: Wording) -> str:
    """Return from when to when an episode lasted."""
    episode = alert.episode
    return wording.say(
        phrase("It lasted from %(first)s to %(last)s (%(days)s days)."),
        first=wording.short_day(episode.onset),
        last=wording.short_day(episode.last),
        days=(episode.last - episode.onset).days + 1,
    )


def then_and_now(one: NoticedEpisode, wording: Wording) -> str:
    """Return the value that raised the alert, today's and the worst one, or "" while they are the same.

    What fired is never overwritten by what came later.
    """
    alert = one.alert
    if alert.newest.day == alert.first.day:
        return ""
    if not alert.newest.is_judged:
        return wording.say(phrase("No final data for %(day)s yet."), day=wording.short_day(alert.newest.day))
    return wording.say(
        phrase("At the alert %(then)s → now %(now)s (%(day)s) → worst %(worst)s."),
        then=window_value(alert, alert.first, wording),
        now=window_value(alert, alert.newest, wording),
        day=wording.short_day(alert.newest.day),
        worst=window_value(alert, _furthest(alert), wording),
    )


def _furthest(alert: AlertEpisode) -> Finding:
    """Return the look that was furthest from what is usual: the most certain one may have seen more days, less bad."""
    return max((alert.first, alert.newest, alert.worst), key=lambda found: found.change)


def stake_text(stake: Stake, wording: Wording, *, is_fall: bool) -> str:
    """Return how many events too few (or too many) there were, and what they are worth if that is known."""

    def count(value: float) -> str:
        return wording.count(Decimal(round(value)))

    low, high = max(stake.events - stake.doubt, 0.0), stake.events + stake.doubt
    counts = {"events": count(stake.events), "low": count(low), "high": count(high)}
    if not is_fall:
        return wording.say(phrase("About %(events)s more than usual (%(low)s–%(high)s)."), **counts)
    if stake.worth is None:
        return wording.say(phrase("About %(events)s fewer than usual (%(low)s–%(high)s)."), **counts)
    worth = wording.money(Money.of(stake.worth, stake.currency), compact=True)
    return wording.say(phrase("About %(events)s orders fewer (%(low)s–%(high)s), ≈ %(worth)s."), **counts, worth=worth)


def window_value(alert: AlertEpisode, finding: Finding, wording: Wording) -> str:
    """Return the value of a finding's window: a share, or the mean of a day for a plain number."""
    metric = METRICS[alert.series.metric]
    if metric.kind is Kind.ADDITIVE:
        return wording.count(Decimal(round(finding.observed / max(finding.window, 1))))
    return value_text(metric, Decimal(str(round(finding.observed / max(finding.exposure, 1.0), 6))), None, wording)


def worse_text(one: NoticedEpisode, wording: Wording) -> str:
    """Return what an open alert costs by now, in one line."""
    alert = one.alert
    if alert.series.rule:
        return wording.say(phrase("Worse than when it was told."))
    return wording.say(
        phrase("Worse than when it was told: now %(now)s; about %(events)s events at stake since %(day)s."),
        now=window_value(alert, alert.newest if alert.newest.silence is Silence.FIRES else alert.worst, wording),
        events=wording.count(Decimal(round(one.stake.events))),
        day=wording.weekday_day(alert.episode.onset),
    )


def owner_text(alert: AlertEpisode, engagement: Engagement, room: Room, wording: Wording) -> str:
    """Return who has an alert since when, or who owes an answer until when, on both clocks; "" where nobody does."""
    if alert.acknowledged_at is not None:
        person = engagement.person(alert.acknowledged_by)
        return wording.say(
            phrase("%(name)s has it since %(clocks)s."),
            name=person.name if person else alert.acknowledged_by,
            clocks=clocks_text(alert.acknowledged_at, alert, engagement, room, wording),
        )
    manager = engagement.account_manager()
    if manager is None:
        return ""
    due_at = due_of(engagement, alert)
    if due_at is None:
        return wording.say(phrase("Account manager: %(name)s."), name=manager.name)
    return wording.say(
        phrase("Account manager: %(name)s, answers by %(clocks)s."),
        name=manager.name,
        clocks=clocks_text(due_at, alert, engagement, room, wording),
    )


def clocks_text(at: datetime, alert: AlertEpisode, engagement: Engagement, room: Room, wording: Wording) -> str:
    """Return an instant with its day on the room's clock and on the other side's."""
    store = engagement.store(alert.series.store) or engagement.stores[0]
    other = store.zone if room.zone.key == BEIJING.key else BEIJING
    here, there = at.astimezone(room.zone).date(), at.astimezone(other).date()
    clocks = wording.both_clocks(at, room.zone, other)  # names the days itself where they differ
    return clocks if here != there else f"{wording.short_day(here)} {clocks}"


def verdict_text(alert: AlertEpisode, wording: Wording) -> str:
    """Return what people said of an alert, where it changes how it is read."""
    if alert.verdict is Verdict.FALSE:
        return wording.say(phrase("Somebody of this room called it a wrong alert."))
    return ""
