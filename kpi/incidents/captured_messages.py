"""Messages that somebody took into an incident's timeline: their words, as long as they may be kept.

The timeline itself holds no word of them and is only ever added to. The words stand here, so that they can be taken
back: `told` puts them into the lines for whoever reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from kpi.incidents.incident import EntryKind, TimelineEntry, Visibility

LONGEST_CAPTURED = 3_000
"""Characters that are kept of a message; the link leads to all of it."""
MOST_VERSIONS = 20
"""Versions that are kept of a message that is changed again and again: the first one and the newest."""

CAPTURE_KINDS = frozenset(
    {
        *(EntryKind.CAPTURED, EntryKind.CAPTURED_FILE, EntryKind.CAPTURE_CHANGED),
        *(EntryKind.CAPTURE_DELETED, EntryKind.CAPTURE_TAKEN_OUT),
    }
)
"""Lines about a captured message; which one it is, their parameter `capture` says."""


class Ending(StrEnum):
    """Why nothing of a message is kept any more."""

    DELETED = "deleted"
    """It was deleted where it was written."""
    TAKEN_OUT = "taken_out"
    """Who took it into the timeline took it out again."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said from an instant on."""

    since: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Capture:
    """A message that somebody points at, and what is kept of it.

    `by` pointed at it `at` that instant. Until it is read and its incident is known, `id` is empty, no word is kept,
    and `changed_at` only remembers the newest change of it that was heard of. `author` is a person of the engagement
    (empty: nobody it names), `versions` stand in the order of their instants.
    """

    engagement: str
    room: str
    message: str
    by: str
    at: datetime
    id: str = ""
    incident: str = ""
    author: str = ""
    link: str = ""
    visibility: Visibility = Visibility.SELLER
    versions: tuple[Version, ...] = ()
    changed_at: datetime | None = None
    ended: Ending | None = None

    @property
    def is_kept(self) -> bool:
        """Whether it stands in a timeline with its words."""
        return bool(self.id) and self.ended is None


def kept_text(text: str) -> str:
    """Return what is kept of a message's text: its beginning, without signs that no database takes."""
    plain = text.replace("\0", "").encode("utf-8", "ignore").decode().strip()
    return plain if len(plain) <= LONGEST_CAPTURED else f"{plain[: LONGEST_CAPTURED - 1].rstrip()}…"


def changed(capture: Capture, version: Version) -> Capture:
    """Return a capture after a change of its message; in whatever order changes are heard, and however often.

    What it said before it was captured is nobody's. Of two changes in one instant the one heard last counts.
    """
    if capture.ended is not None:
        return capture
    if not capture.id:
        return replace(capture, changed_at=max(version.since, capture.changed_at or version.since))
    if version.since < capture.versions[0].since:
        return capture
    others = [one for one in capture.versions if one.since != version.since]
    first, *later = sorted((*others, version), key=lambda one: one.since)
    return replace(capture, versions=(first, *later[1 - MOST_VERSIONS :]))


def erased(capture: Capture, ending: Ending) -> Capture:
    """Return a capture of which nothing is kept any more. What was deleted stays so."""
    ended = capture.ended if capture.ended is Ending.DELETED else ending
    return replace(capture, link="", versions=(), ended=ended)


def told(lines: Iterable[TimelineEntry], captures: Iterable[Capture]) -> tuple[TimelineEntry, ...]:
    """Return lines with the words of captured messages in them, as far as they are kept.

    A change that changed no word is no line.
    """
    known = {one.id: one for one in captures if one.id}
    read = (_told(line, known) if line.kind in CAPTURE_KINDS else line for line in lines)
    return tuple(line for line in read if line is not None)


def _told(line: TimelineEntry, known: Mapping[str, Capture]) -> TimelineEntry | None:
    said = dict(line.params)
    capture = known.get(said["capture"])
    # Of a message that was captured once more, only the newest capture is known: the one before was taken out.
    ended = Ending.TAKEN_OUT if capture is None else capture.ended
    if capture is None or ended is not None:
        said["ended"] = str(ended)
        return replace(line, params=tuple(said.items()))
    if line.kind is EntryKind.CAPTURED:
        link = {"link": capture.link} if capture.link else {}
        return replace(line, body=capture.versions[0].text, params=tuple((said | link).items()))
    if line.kind is not EntryKind.CAPTURE_CHANGED:
        return line
    since = datetime.fromisoformat(said["since"])
    before, now = _around(capture.versions, since)
    return replace(line, body=now.text) if now is not None and before != now.text else None


def _around(versions: tuple[Version, ...], since: datetime) -> tuple[str, Version | None]:
    """Return what a message said before an instant, and the version that began then."""
    before = [one.text for one in versions if one.since < since]
    return before[-1] if before else "", next((one for one in versions if one.since == since), None)
