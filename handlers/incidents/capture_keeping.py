"""What is kept of captured messages, and ending that: the timeline records what happened, the words stand beside it."""

from __future__ import annotations

from datetime import datetime

from handlers.incidents.desk import happen
from handlers.ports import Work
from kpi.engagements import Engagement, Person, Room
from kpi.incidents.capture_events import CaptureMessage, ChangeCaptured, DeleteCaptured, TakeOutCaptured
from kpi.incidents.captured_messages import Capture, Ending, Version, changed, erased
from kpi.incidents.changes import Outcome
from kpi.incidents.incident import Actor


def point_at(work: Work, engagement: Engagement, room: Room, message: str, by: Person, at: datetime) -> Capture:
    """Return what is known of a message somebody points at, which nobody else changes before this unit of work ends.

    Of one that nobody pointed at before, that is that they do.
    """
    pointed = Capture(engagement.id, room.id, message, by.id, at)
    return pointed if work.captures.add(pointed) else work.captures.hold(engagement.id, room.id, message) or pointed


def begin_capture(work: Work, capture: Capture, written_at: datetime, by: Actor) -> Outcome:
    """Keep a message and record that it was taken in."""
    work.captures.save(capture)
    event = CaptureMessage(capture.id, capture.author, written_at, capture.visibility)
    return happen(work, capture.incident, event, by, capture.at)


def change_capture(work: Work, capture: Capture, version: Version, by: Actor, at: datetime) -> None:
    """Keep what a message says now, and record that it was changed; of one in no timeline only remember when."""
    after = changed(capture, version)
    if after == capture:
        return
    work.captures.save(after)
    if capture.is_kept and version in after.versions:
        event = ChangeCaptured(capture.id, capture.author, version.since, capture.visibility)
        happen(work, capture.incident, event, by, at)


def end_capture(work: Work, capture: Capture, ending: Ending, by: Actor, at: datetime) -> None:
    """Keep nothing of a message any more, and record why."""
    work.captures.save(erased(capture, ending))
    if not capture.is_kept:
        return
    work.incident_files.remove(capture.id)
    kind = DeleteCaptured if ending is Ending.DELETED else TakeOutCaptured
    happen(work, capture.incident, kind(capture.id, capture.author, capture.visibility), by, at)
