"""What may happen to messages in a timeline, as `kpi/incidents/events.py` names it for everything else.

Events name a capture by its id; the words are kept beside the timeline (`kpi/incidents/captured_messages.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpi.incidents.incident import Visibility


@dataclass(frozen=True, slots=True)
class CaptureMessage:
    """Somebody takes a message into the timeline, where it stands at the instant it was written."""

    capture: str
    author: str
    written_at: datetime
    visibility: Visibility = Visibility.SELLER


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """A file of a captured message is kept with it."""

    capture: str
    author: str
    file: str
    reference: str
    visibility: Visibility = Visibility.SELLER


@dataclass(frozen=True, slots=True)
class ChangeCaptured:
    """Its author changed a captured message."""

    capture: str
    author: str
    since: datetime
    visibility: Visibility = Visibility.SELLER


@dataclass(frozen=True, slots=True)
class DeleteCaptured:
    """A captured message was deleted where it was written."""

    capture: str
    author: str
    visibility: Visibility = Visibility.SELLER


@dataclass(frozen=True, slots=True)
class TakeOutCaptured:
    """Who took a message in takes it out again."""

    capture: str
    author: str
    visibility: Visibility = Visibility.SELLER
