"""A picture of what a rule would have said: the store's days with a mark where each alert would have begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from handlers.alerts.cards import BAND_DAYS
from handlers.ports import Work
from handlers.readings.reading_desk import ReadingDesk
from handlers.readings.trends import trend_line, worded
from handlers.watch.alert_replay import Replayed, ReplayPlan
from kpi.days import ONE_DAY, Period
from kpi.engagements import Store
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.pictures import Label, TrendPicture
from kpi.readings.reading import Scope
from kpi.tones import Tone
from kpi.wording.wording import Wording

SHOWN_DAYS = 120
"""Days of a preview's picture: a year of points is a smear on a phone."""


def preview_pictures(work: Work, plan: ReplayPlan, rows: Sequence[Replayed]) -> Mapping[str, TrendPicture]:
    """Return a picture of each store that would have been alerted, by store."""
    alerted = dict.fromkeys(row.store for row in rows if row.is_opened)
    stores = [store for store in plan.engagement.stores if store.id in alerted]
    return {store.id: _picture(work, plan, store, [row for row in rows if row.store == store.id]) for store in stores}


def _picture(work: Work, plan: ReplayPlan, store: Store, rows: Sequence[Replayed]) -> TrendPicture:
    wording = Wording(Language.EN)
    metric = METRICS[rows[0].metric]
    opened = [row for row in rows if row.is_opened]
    sign = -1 if plan.watched[0].signal.is_fall_bad else 1
    last = min(plan.period.last, max(row.day for row in opened) + timedelta(days=SHOWN_DAYS // 4))
    period = Period.ending(last, min(SHOWN_DAYS, plan.period.length))
    desk = ReadingDesk(work, plan.engagement, period.last + ONE_DAY)
    series = desk.series(metric, (store,), Period(period.first - timedelta(days=BAND_DAYS), period.last))
    line = trend_line(series, Scope((store.id,)), (store,), period, period.last + ONE_DAY)
    place = {day: index for index, day in enumerate(line.days)}
    marks = tuple(
        Label(place[row.onset], wording.change(Decimal(str(round(sign * row.finding.change, 2)))))
        for row in opened
        if row.onset in place
    )
    return TrendPicture(
        title=wording.say(phrase("%(metric)s · alerts: %(count)s"), metric=wording.say(metric.name), count=len(opened)),
        subtitle=f"{store.name} · {plan.period.first.isoformat()} – {plan.period.last.isoformat()} · {plan.preset}",
        tone=Tone.WATCH,
        trend=replace(worded(line, metric, wording), marks=marks),
        footer=wording.say(phrase("marks: where an alert would have begun")),
        alt_text=f"{store.name}: {len(opened)}",
    )
