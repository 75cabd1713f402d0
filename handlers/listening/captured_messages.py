"""What becomes of messages in timelines: somebody points at one, its author changes it, it is deleted.

A change or deletion of any other message is looked at and forgotten: nothing of it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from handlers.incidents.capture_keeping import change_capture, end_capture, point_at
from handlers.incidents.desk import actor_in, nobody_in
from handlers.listening.listening import known_here
from handlers.ports import UnitOfWork
from kpi.engagements import Engagement, Platform
from kpi.incidents.captured_messages import Capture, Ending, Version, kept_text
from kpi.incidents.incident import Actor


@dataclass(frozen=True, slots=True)
class Pointed:
    """A message somebody points at, and that is about to be read."""

    platform: Platform
    address: str
    handle: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageChange:
    """What a message says since an instant; without a `text` it was deleted then. `at`: when it was heard of."""

    platform: Platform
    address: str
    message: str
    since: datetime
    at: datetime
    text: str | None = field(repr=False)


def watch_message(unit_of_work: UnitOfWork, pointed: Pointed) -> None:
    """Remember that somebody points at a message, so that a change of it is not missed while it is being read.

    Nothing of the message is known yet. Strangers and unbound places leave nothing behind.
    """
    with unit_of_work() as work:
        known = known_here(work, pointed.platform, pointed.address, pointed.handle)
        if known is None:
            return
        engagement, room, person = known
        before = point_at(work, engagement, room, pointed.message, person, pointed.at)
        if before.ended is Ending.TAKEN_OUT:
            work.captures.save(Capture(engagement.id, room.id, pointed.message, person.id, pointed.at))


def follow_message(unit_of_work: UnitOfWork, view: UnitOfWork, change: MessageChange) -> bool:
    """Let a captured message say what it says now, or nothing where it was deleted; return whether that was news.

    Changes may be heard in any order and again and again. What no timeline holds is only looked for, and writes
    nothing.
    """
    with view() as work:
        bound = work.engagements.at_address(change.platform, change.address)
        if bound is None or not _is_news(work.captures.get(bound[0].id, bound[1].id, change.message), change):
            return False
        engagement, room = bound
    with unit_of_work() as work:
        capture = work.captures.hold(engagement.id, room.id, change.message)
        if capture is None or not _is_news(capture, change):
            return False
        by = _author(engagement, capture, change.platform)
        if change.text is None:
            end_capture(work, capture, Ending.DELETED, by, change.at)
        else:
            change_capture(work, capture, Version(change.since, kept_text(change.text)), by, change.at)
        return True


def _is_news(capture: Capture | None, change: MessageChange) -> bool:
    """Tell whether anything is to be done about a change: not of what is kept nowhere, nor about what is known."""
    if capture is None:
        return False
    if change.text is None:
        return capture.ended is not Ending.DELETED
    if capture.ended is not None:
        return False
    return Version(change.since, kept_text(change.text)) not in capture.versions


def _author(engagement: Engagement, capture: Capture, platform: Platform) -> Actor:
    author = engagement.person(capture.author)
    return actor_in(author, platform) if author else nobody_in(platform)
