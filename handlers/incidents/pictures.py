"""The picture of an incident: the days of its metric in its store, with a mark where it began."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.alerts.cards import store_line
from handlers.alerts.sightings import last_final_day, subject_store
from handlers.ports import Work
from handlers.readings.trends import worded
from kpi.digests import TrendLine
from kpi.engagements import Engagement, Store
from kpi.incidents.incident import Incident
from kpi.languages import Language
from kpi.metrics.metric import Metric
from kpi.phrases import phrase
from kpi.pictures import Label, TrendPicture
from kpi.tones import Tone
from kpi.wording.wording import Wording


def incident_picture(
    work: Work, engagement: Engagement, incident: Incident, language: Language, now: datetime
) -> TrendPicture | None:
    """Return the days of an incident's metric, or None where it has none or nothing was reported."""
    about = subject_store(engagement, incident.subject)
    if about is None:
        return None
    store, metric = about
    line = store_line(work, engagement, (store, metric), last_final_day(metric, store, now), now)
    if all(value is None for value in line.values):
        return None
    picture = _drawn(incident, line, about, Wording(language))
    if language is not Language.ZH:
        return picture
    return replace(picture, fallback=_drawn(incident, line, about, Wording(Language.EN)))


def _drawn(incident: Incident, line: TrendLine, about: tuple[Store, Metric], wording: Wording) -> TrendPicture:
    store, metric = about
    trend = worded(line, metric, wording)
    place = {day: index for index, day in enumerate(line.days)}
    window = None
    if incident.onset is not None:
        began = incident.onset.days(store.zone)
        if began.first in place:
            window = (place[began.first], place.get(began.last, len(line.days) - 1))
            trend = replace(trend, marks=(*trend.marks, Label(place[began.first], wording.say(phrase("began")))))
    title = f"#{incident.number} {wording.say(metric.name)}"
    return TrendPicture(
        title=title,
        subtitle=store.name,
        tone=Tone.GOOD if incident.is_closed else Tone.BAD,
        trend=replace(trend, window=window),
        footer=wording.say(phrase("grey band: usual for the weekday · shaded: when it began")),
        alt_text=wording.labelled(store.name, title),
    )
