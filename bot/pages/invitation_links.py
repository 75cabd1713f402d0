"""Links on which strangers say who they are, and the tickets of their forms: sealed, and over in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from bot.pages.links import PATH
from bot.pages.seals import page_seals
from handlers.ports import Clock
from kpi.errors import NotFoundError
from kpi.invitations import OPEN_FOR, Invitation
from kpi.phrases import phrase

INVITATIONS = f"{PATH}/invitation"
TICKET_FOR = timedelta(hours=1)
"""How long a page that was opened may be sent in."""
INCOMPLETE = phrase("This link is not complete. Open it from the message again.")

_Decrypt = Callable[[bytes, int, int], bytes]
_LINKS, _TICKETS = b"vigia invitations 1\0", b"vigia invitation tickets 1\0"


class InvitationLinks:
    """Makes and reads links and tickets. The first of `secrets` seals new ones; the others still open older ones."""

    def __init__(self, public_url: str, secrets: Sequence[SecretStr], clock: Clock) -> None:
        """Raise ConfigurationError without a secret nobody guesses."""
        self._base = public_url.rstrip("/") + INVITATIONS
        self._links, self._tickets = page_seals(_LINKS, secrets), page_seals(_TICKETS, secrets)
        self._clock = clock

    @property
    def origin(self) -> str:
        """Where the page of every link comes from, as browsers name it."""
        parts = urlsplit(self._base)
        return f"{parts.scheme}://{parts.netloc}".lower()

    def url(self, invitation: Invitation) -> str:
        """Return the address of the page of an invitation."""
        return f"{self._base}/{self._links.encrypt_at_time(invitation.id.encode(), self._second()).decode()}"

    def read(self, sealed: str) -> str:
        """Return the id of the invitation of a link; raises NotFoundError for one Vigia did not make, or an old one."""
        return self._opened(self._links.decrypt_at_time, sealed, OPEN_FOR)

    def ticket(self, invitation_id: str) -> str:
        """Return what a form brings back, so that it can only come from its page."""
        return self._tickets.encrypt_at_time(invitation_id.encode(), self._second()).decode()

    def is_ticket(self, ticket: str, invitation_id: str) -> bool:
        """Tell whether a form comes from the page of this invitation, opened not long ago."""
        try:
            return self._opened(self._tickets.decrypt_at_time, ticket, TICKET_FOR) == invitation_id
        except NotFoundError:
            return False

    def _opened(self, decrypt: _Decrypt, sealed: str, lasts: timedelta) -> str:
        try:
            return decrypt(sealed.encode(), int(lasts.total_seconds()), self._second()).decode()
        except (InvalidToken, UnicodeEncodeError) as error:
            raise NotFoundError(INCOMPLETE) from error

    def _second(self) -> int:
        now: datetime = self._clock()
        return int(now.timestamp())
