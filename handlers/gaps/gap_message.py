"""A gap in a store's data as the message of one room."""

from __future__ import annotations

from handlers.messages import Reply
from handlers.readings.figures import MEASURE_NAMES
from kpi.alerts.records import AlertNotice, NoticeKind
from kpi.alerts.staleness import StoreGap
from kpi.engagements import Engagement, Room
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording


def gap_message(notice: AlertNotice, gap: StoreGap, engagement: Engagement, room: Room) -> Reply:
    """Return what stopped and since when, or that it came back; what it means, and what to do."""
    wording = Wording(room.language)
    store = engagement.store(gap.store)
    names = wording.listed(wording.say(MEASURE_NAMES.get(measure, measure)) for measure in gap.measures)
    is_open = notice.kind is NoticeKind.STALE
    said = (
        wording.say(phrase("no data since %(day)s (%(measures)s)"), day=wording.weekday_day(gap.since), measures=names)
        if is_open
        else wording.say(phrase("data is back; %(days)s days were missing"), days=gap.days)
    )
    meaning = phrase("Missing days are not zero: nothing is judged until they are imported with `vigia import`.")
    return Reply(
        wording.labelled(store.name if store else gap.store, said),
        room.language,
        text=wording.say(meaning) if is_open else "",
        tone=Tone.UNKNOWN if is_open else Tone.GOOD,
        reference=notice.id,
    )
