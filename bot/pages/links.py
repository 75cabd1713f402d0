"""Links to pages: what is asked, in whose eyes and until when, sealed so that nobody can make or change one."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from handlers.ports import Clock
from kpi.engagements import Room
from kpi.errors import ConfigurationError, NotFoundError
from kpi.phrases import phrase

LINK_DAYS = timedelta(days=30)
"""How long a link opens its page: a message is asked about for weeks, and a link that was passed on ends."""
LEAST_SECRET = 32
"""Characters of a secret nobody guesses (`openssl rand -hex 32` makes 64)."""
PATH = "/pages"
_PURPOSE = b"vigia pages 1\0"


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """What a link asks: the answers to `commands` as the people of `room` read them."""

    room: str
    commands: tuple[str, ...]
    until: datetime


class PageLinks:
    """Makes and reads links. The first of `secrets` seals new ones; the others still open older ones."""

    def __init__(self, public_url: str, secrets: Sequence[SecretStr], clock: Clock) -> None:
        """Raise ConfigurationError without a secret nobody guesses, or for an address nobody can reach."""
        if not public_url.startswith(("https://", "http://")):
            raise ConfigurationError(phrase("VIGIA_PUBLIC_URL has to begin with https:// (or http://)."))
        self._base = public_url.rstrip("/") + PATH
        self._box = sealing_box(secrets, _PURPOSE)
        self._clock = clock

    def url(self, room: Room, commands: tuple[str, ...]) -> str:
        """Return the address of a page in the eyes of a room."""
        until = int((self._clock() + LINK_DAYS).timestamp())
        sealed = self._box.encrypt(json.dumps([room.id, list(commands), until]).encode())
        return f"{self._base}/{sealed.decode()}"

    def read(self, sealed: str) -> PageQuestion:
        """Return what a link asks, also one that is over; raises NotFoundError for one Vigia did not make."""
        try:
            room, commands, until = json.loads(self._box.decrypt(sealed.encode()))
        except (InvalidToken, UnicodeEncodeError) as error:
            raise NotFoundError(phrase("This link is not complete. Open it from the message again.")) from error
        return PageQuestion(room, tuple(commands), datetime.fromtimestamp(until, UTC))


def sealing_box(secrets: Sequence[SecretStr], purpose: bytes) -> MultiFernet:
    """Return what seals for one purpose; raises ConfigurationError without a secret nobody guesses."""
    if not secrets or any(len(one.get_secret_value()) < LEAST_SECRET for one in secrets):
        raise ConfigurationError(
            phrase("VIGIA_PAGE_SECRETS needs at least %(least)s characters each: openssl rand -hex 32 makes one."),
            least=LEAST_SECRET,
        )
    return MultiFernet([Fernet(_key(one, purpose)) for one in secrets])


def _key(secret: SecretStr, purpose: bytes) -> bytes:
    """Return the sealing key of a secret; the purpose keeps it apart from any other use of the same secret."""
    return base64.urlsafe_b64encode(hashlib.sha256(purpose + secret.get_secret_value().encode()).digest())
