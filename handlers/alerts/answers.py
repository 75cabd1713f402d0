"""Short answers to an alert's message: it got worse, nobody answered, it is over."""

from __future__ import annotations

from collections.abc import Callable

from handlers.alerts.card_text import clocks_text, lasted_text, title_text, worse_text
from handlers.alerts.reminders import due_of, next_in_line
from handlers.messages import Reply
from kpi.alerts.records import AlertNotice, NoticedEpisode, NoticeKind
from kpi.engagements import Engagement, Person, Room
from kpi.phrases import phrase
from kpi.severities import Severity
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_ANSWERED = 5
"""Episodes named in one answer; the rest are counted."""


def alert_answer(notice: AlertNotice, engagement: Engagement, room: Room) -> Reply:
    """Return what `room` hears after the message itself."""
    wording = Wording(room.language)
    shown = notice.episodes[:MOST_ANSWERED]
    titles = [title_text(one, engagement, wording) for one in shown]
    more = len(notice.episodes) - len(shown)
    line = _LINES[notice.kind]
    told = [(title, line(one, engagement, room, wording)) for title, one in zip(titles, shown, strict=True)]
    is_single = len(told) == 1
    paragraphs = [text if is_single else f"{title}\n{text}" for title, text in told]
    if more:
        paragraphs.append(wording.say(phrase("and %(count)s more"), count=more))
    return Reply(
        headline=with_others(titles[0], len(notice.episodes) - 1, wording),
        language=room.language,
        text="\n\n".join(paragraphs),
        tone=Tone.GOOD if notice.kind is NoticeKind.CLOSED else Tone.BAD,
        mention=_called(notice, engagement),
        reference=notice.episodes[0].alert.id,
    )


def with_others(line: str, others: int, wording: Wording) -> str:
    """Return a headline that says how many more episodes its message tells of."""
    return wording.say(phrase("%(first)s (and %(count)s more)"), first=line, count=others) if others else line


def _called(notice: AlertNotice, engagement: Engagement) -> Person | None:
    severity = Severity(notice.episodes[0].alert.severity)
    match notice.kind:
        case NoticeKind.UNANSWERED:
            return next_in_line(engagement, severity)
        case NoticeKind.WORSE:
            return engagement.account_manager() if severity is not Severity.S3 else None
        case _:
            return None


_Line = Callable[[NoticedEpisode, Engagement, Room, Wording], str]


def _over(one: NoticedEpisode, _engagement: Engagement, _room: Room, wording: Wording) -> str:
    return lasted_text(one.alert, wording)


def _worse(one: NoticedEpisode, _engagement: Engagement, _room: Room, wording: Wording) -> str:
    return worse_text(one, wording)


def _unanswered(one: NoticedEpisode, engagement: Engagement, room: Room, wording: Wording) -> str:
    due_at = due_of(engagement, one.alert) or one.alert.opened_at
    return wording.say(
        phrase("Nobody has taken alert %(id)s yet; an answer was due by %(clocks)s. Take it with `/alert ack %(id)s`."),
        id=one.alert.id,
        clocks=clocks_text(due_at, one.alert, engagement, room, wording),
    )


_LINES: dict[NoticeKind, _Line] = {
    NoticeKind.CLOSED: _over,
    NoticeKind.WORSE: _worse,
    NoticeKind.UNANSWERED: _unanswered,
}
