"""What use cases need of stored files."""

from __future__ import annotations

from typing import Protocol

from kpi.incidents.evidence_files import EvidenceFile


class IncidentFileBook(Protocol):
    """Files that show something of incidents."""

    def add(self, file: EvidenceFile, content: bytes) -> bool:
        """Store a file unless its incident has this content for the same readers; return whether it was stored."""

    def of(self, incident: str) -> tuple[EvidenceFile, ...]:
        """Return the files of an incident, oldest first."""

    def get(self, file: str) -> EvidenceFile | None:
        """Return what is known of a file, or None."""

    def remove(self, capture: str) -> int:
        """Remove the files that came with a captured message; return how many."""

    def content(self, file: str) -> bytes | None:
        """Return the content of a file, or None."""
