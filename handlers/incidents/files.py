"""The files of incidents as rooms see them: which ones a line tells of, and which ones a room may open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers.incidents.readers import RoomReader, is_operations, may_read
from handlers.messages import ShownFile
from handlers.ports import Work
from kpi.engagements import Engagement, Room
from kpi.incidents.evidence_files import EvidenceFile
from kpi.incidents.incident import EntryKind, TimelineEntry, Visibility

_TAKES_FILES_AWAY = frozenset({EntryKind.CAPTURE_DELETED, EntryKind.CAPTURE_TAKEN_OUT})


def files_in(lines: Iterable[TimelineEntry]) -> tuple[ShownFile, ...]:
    """Return the files that lines of a timeline tell of, without those that went with their message."""
    known = tuple(lines)
    gone = {dict(line.params)["capture"] for line in known if line.kind in _TAKES_FILES_AWAY}
    said = (dict(line.params) for line in known)
    return tuple(
        ShownFile(one["file"], one["reference"]) for one in said if one.get("file") and one.get("capture") not in gone
    )


def file_shown_in(
    work: Work, engagement: Engagement, room: Room, file_id: str, at: datetime
) -> tuple[EvidenceFile, bytes] | None:
    """Return a file with its content where a room may see it; None: there is no such file for it."""
    file = work.incident_files.get(file_id)
    incident = work.incidents.by_id(file.incident) if file else None
    reader = RoomReader(engagement, room, at)
    if file is None or incident is None or incident.engagement != engagement.id or not may_read(reader, incident):
        return None
    if file.visibility is Visibility.INTERNAL and not is_operations(reader):
        return None
    content = work.incident_files.content(file_id)
    return None if content is None else (file, content)
