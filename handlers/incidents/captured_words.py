"""The timeline as it may be read: with the words of captured messages, as far as they are kept, and said in words."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.incidents.card import name_of
from handlers.incidents.readers import Reader
from handlers.messages import Button
from handlers.ports import Work
from kpi.incidents.captured_messages import CAPTURE_KINDS, Ending, told
from kpi.incidents.incident import EntryKind, TimelineEntry
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LINKS_OFFERED = 3
"""Newest captured messages that can be opened by a button."""

NOT_NAMED = phrase("somebody not named here")
"""Whoever wrote a message and is nobody of the engagement."""
CAPTURE_WORDS: dict[EntryKind, str] = {
    EntryKind.CAPTURED: phrase("%(author)s wrote (taken in by %(who)s)"),
    EntryKind.CAPTURED_FILE: phrase("%(who)s took in a file by %(author)s: %(reference)s"),
    EntryKind.CAPTURE_CHANGED: phrase("%(author)s changed what they wrote"),
    EntryKind.CAPTURE_DELETED: phrase(
        "A message by %(author)s was deleted where it stood; what it said is not kept any more"
    ),
    EntryKind.CAPTURE_TAKEN_OUT: phrase(
        "%(who)s took a message by %(author)s out again; what it said is not kept any more"
    ),
}
_ENDED_WORDS: dict[Ending, str] = {
    Ending.DELETED: phrase("%(author)s wrote something (taken in by %(who)s, deleted since)"),
    Ending.TAKEN_OUT: phrase("%(author)s wrote something (taken in by %(who)s, taken out since)"),
}


def told_lines(work: Work, incident: str) -> tuple[TimelineEntry, ...]:
    """Return the timeline of an incident with the words of captured messages in it, as far as they are kept."""
    return told(work.incidents.timeline(incident), work.captures.of_incident(incident))


def capture_text(line: TimelineEntry, params: dict[str, str], wording: Wording) -> str:
    """Return a line about a captured message without what it said; `params` name its people."""
    author = params["author"] or wording.say(NOT_NAMED)
    is_over = line.kind is EntryKind.CAPTURED and "ended" in params
    msgid = _ENDED_WORDS[Ending(params["ended"])] if is_over else CAPTURE_WORDS[line.kind]
    return wording.say(msgid, **(params | {"author": author}))


def link_of(line: TimelineEntry) -> str:
    """Return where the message of a line stands, or ""."""
    return dict(line.params).get("link", "") if line.kind in CAPTURE_KINDS else ""


def link_buttons(lines: Iterable[TimelineEntry], reader: Reader, wording: Wording) -> tuple[Button, ...]:
    """Return a button for each of the newest messages that lead back to where they stand: by whom, and at what time."""
    linked = [(line, link) for line in lines if (link := link_of(line))]
    return tuple(
        Button(f"↗ {_author_of(line, reader, wording)} {wording.clock(line.occurred_at, reader.room.zone)}", url=link)
        for line, link in linked[-LINKS_OFFERED:]
    )


def _author_of(line: TimelineEntry, reader: Reader, wording: Wording) -> str:
    author = dict(line.params)["author"]
    return name_of(author, reader.engagement) if author else wording.say(NOT_NAMED)
