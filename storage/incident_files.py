"""Files of incidents: kept as rows, so that one backup has all of an incident and every replica can show it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from kpi.incidents.evidence_files import EvidenceFile, FileKind
from kpi.incidents.incident import Visibility
from storage.incident_tables import IncidentFileRow
from storage.once import insert_once

_FILES = IncidentFileRow.__table__  # type: ignore[attr-defined]
_KNOWN = [column for column in _FILES.columns if column.name != "content"]
"""What is known of a file without reading it."""


class StoredIncidentFiles:
    """Fits `handlers.books.files.IncidentFileBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: EvidenceFile, content: bytes) -> bool:
        """Store a file unless its incident has this content for the same readers; return whether it was stored."""
        values = {
            "id": file.id,
            "incident": file.incident,
            "name": file.name,
            "kind": file.kind.value,
            "size": file.size,
            "digest": file.digest,
            "visibility": file.visibility.value,
            "added_by": file.added_by,
            "added_at": file.added_at,
            "content": content,
            "capture": file.capture or None,
        }
        return insert_once(self._connection, IncidentFileRow, values)

    def of(self, incident: str) -> tuple[EvidenceFile, ...]:
        """Return the files of an incident, oldest first."""
        rows = self._connection.execute(
            select(*_KNOWN).where(_FILES.c.incident == incident).order_by(_FILES.c.added_at, _FILES.c.id)
        )
        return tuple(map(_file, rows))

    def get(self, file: str) -> EvidenceFile | None:
        """Return what is known of a file, or None."""
        row = self._connection.execute(select(*_KNOWN).where(_FILES.c.id == file)).first()
        return None if row is None else _file(row)

    def remove(self, capture: str) -> int:
        """Remove the files that came with a captured message; return how many."""
        return self._connection.execute(delete(_FILES).where(_FILES.c.capture == capture)).rowcount

    def content(self, file: str) -> bytes | None:
        """Return the content of a file, or None."""
        content = self._connection.scalar(select(_FILES.c.content).where(_FILES.c.id == file))
        return None if content is None else bytes(content)


def _file(row: Row[Any]) -> EvidenceFile:
    return EvidenceFile(
        row.id,
        row.incident,
        row.name,
        FileKind(row.kind),
        row.size,
        row.digest,
        Visibility(row.visibility),
        row.added_by,
        row.added_at,
        row.capture or "",
    )
