"""What is recorded of messages in a timeline: that they were captured, changed, deleted or taken out; never a word."""

from __future__ import annotations

from dataclasses import replace

from kpi.incidents.capture_events import CaptureFile, CaptureMessage, ChangeCaptured, DeleteCaptured, TakeOutCaptured
from kpi.incidents.changes import Changed, Moment, Outcome
from kpi.incidents.incident import EntryKind, Incident


def capture_message(incident: Incident, event: CaptureMessage, moment: Moment) -> Outcome:
    """Record that somebody wrote something, at the instant they did."""
    line = moment.entry(
        incident, EntryKind.CAPTURED, visibility=event.visibility, capture=event.capture, author=event.author
    )
    return Changed(incident, (replace(line, occurred_at=min(event.written_at, moment.at)),))


def capture_file(incident: Incident, event: CaptureFile, moment: Moment) -> Outcome:
    """Record that a captured message has a file."""
    line = moment.entry(
        incident,
        EntryKind.CAPTURED_FILE,
        visibility=event.visibility,
        capture=event.capture,
        author=event.author,
        file=event.file,
        reference=event.reference,
    )
    return Changed(incident, (line,))


def change_captured(incident: Incident, event: ChangeCaptured, moment: Moment) -> Outcome:
    """Record that a captured message was changed, at the instant it was."""
    line = moment.entry(
        incident,
        EntryKind.CAPTURE_CHANGED,
        visibility=event.visibility,
        capture=event.capture,
        author=event.author,
        since=event.since.isoformat(),
    )
    return Changed(incident, (replace(line, occurred_at=min(event.since, moment.at)),))


def delete_captured(incident: Incident, event: DeleteCaptured, moment: Moment) -> Outcome:
    """Record that a captured message was deleted."""
    return _ended(incident, EntryKind.CAPTURE_DELETED, event, moment)


def take_out_captured(incident: Incident, event: TakeOutCaptured, moment: Moment) -> Outcome:
    """Record that a message was taken out again."""
    return _ended(incident, EntryKind.CAPTURE_TAKEN_OUT, event, moment)


def _ended(incident: Incident, kind: EntryKind, event: DeleteCaptured | TakeOutCaptured, moment: Moment) -> Outcome:
    line = moment.entry(incident, kind, visibility=event.visibility, capture=event.capture, author=event.author)
    return Changed(incident, (line,))
