"""Files of incidents in memory."""

from __future__ import annotations

from kpi.incidents.evidence_files import EvidenceFile
from tests.twins.book_state import BookState


class MemoryIncidentFiles:
    """Fits `handlers.books.files.IncidentFileBook`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def add(self, file: EvidenceFile, content: bytes) -> bool:
        """Store a file unless its incident has this content for the same readers; return whether it was stored."""
        known = {(one.incident, one.digest, one.visibility) for one, _ in self._state.incident_files.values()}
        if file.id in self._state.incident_files or (file.incident, file.digest, file.visibility) in known:
            return False
        self._state.incident_files[file.id] = (file, content)
        return True

    def of(self, incident: str) -> tuple[EvidenceFile, ...]:
        """Return the files of an incident, oldest first."""
        found = [file for file, _ in self._state.incident_files.values() if file.incident == incident]
        return tuple(sorted(found, key=lambda file: (file.added_at, file.id)))

    def get(self, file: str) -> EvidenceFile | None:
        """Return what is known of a file, or None."""
        found = self._state.incident_files.get(file)
        return found[0] if found else None

    def remove(self, capture: str) -> int:
        """Remove the files that came with a captured message; return how many."""
        gone = [key for key, (file, _) in self._state.incident_files.items() if file.capture == capture]
        for key in gone:
            del self._state.incident_files[key]
        return len(gone)

    def content(self, file: str) -> bytes | None:
        """Return the content of a file, or None."""
        found = self._state.incident_files.get(file)
        return found[1] if found else None
