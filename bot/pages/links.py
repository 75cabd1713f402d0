"""Links to pages: what is asked, in whose eyes and until when, sealed so that nobody can make or change one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from bot.pages.seals import Seal
from handlers.ports import Clock
from kpi.engagements import Room
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

LINK_DAYS = timedelta(days=30)
"""How long a link opens its page: a message is asked about for weeks, and a link that was passed on ends."""
PATH = "/pages"
_PURPOSE = b"vigia pages 1\0"


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """What a link asks: the answers to `commands` as the people of `room` read them.

    `engagement` says whose room it is, where the room is somebody's own conversation.
    """

    room: str
    commands: tuple[str, ...]
    until: datetime
    engagement: str = ""


class PageLinks:
    """Makes and reads links. The first of `secrets` seals new ones; the others still open older ones."""

    def __init__(self, public_url: str, secrets: Sequence[SecretStr], clock: Clock) -> None:
        """Raise ConfigurationError without a secret nobody guesses, or for an address nobody can reach."""
        self._base = base_of(public_url)
        self._seal = Seal(_PURPOSE, secrets)
        self._clock = clock

    def url(self, room: Room, commands: tuple[str, ...]) -> str:
        """Return the address of a page in the eyes of a room."""
        until = int((self._clock() + LINK_DAYS).timestamp())
        engagement = [room.engagement] if room.is_direct else []
        return f"{self._base}/{self._seal.close([room.id, list(commands), until, *engagement])}"

    def read(self, sealed: str) -> PageQuestion:
        """Return what a link asks, also one that is over; raises NotFoundError for one Vigia did not make."""
        room, commands, until, *engagement = self._seal.open(sealed)
        return PageQuestion(room, tuple(commands), datetime.fromtimestamp(until, UTC), *engagement)


def base_of(public_url: str) -> str:
    """Return the address below which pages are; raises ConfigurationError for one nobody can reach."""
    if not public_url.startswith(("https://", "http://")):
        raise ConfigurationError(phrase("VIGIA_PUBLIC_URL has to begin with https:// (or http://)."))
    return public_url.rstrip("/") + PATH
