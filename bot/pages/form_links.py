"""Links to forms: whose form it is, where it is written, until when and that once, sealed so that nobody makes one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.pages.links import base_of
from bot.pages.seals import Seal
from handlers.messages import Arrival
from handlers.ports import Clock
from kpi.engagements import Platform

LINK_LASTS = timedelta(hours=2)
"""Long enough to write a plan with interruptions, short enough that a forwarded link is worth little tomorrow."""
FOLDER = "forms"
_PURPOSE = b"vigia forms 1\0"


@dataclass(frozen=True, slots=True)
class FormTicket:
    """What a link stands for: one submission of `command` in somebody's name, as if they had typed it there."""

    id: str
    platform: Platform
    address: str
    handle: str
    is_direct: bool
    command: str
    until: datetime

    @property
    def event(self) -> str:
        """The one event a submission is, however often it is sent."""
        return f"form/{self.id}"

    def arrival(self, at: datetime, values: Mapping[str, str] | None = None) -> Arrival:
        """Return the command as its person says it."""
        place = (self.platform, self.address, self.handle)
        return Arrival(*place, self.command, at, self.event, self.is_direct, values or {})


class FormLinks:
    """Makes and reads links. The first of `secrets` seals new ones; the others still open older ones."""

    def __init__(self, public_url: str, secrets: Sequence[SecretStr], clock: Clock) -> None:
        """Raise ConfigurationError without a secret nobody guesses, or for an address nobody can reach."""
        self._base = f"{base_of(public_url)}/{FOLDER}"
        self.host = urlsplit(public_url).netloc
        self._seal = Seal(_PURPOSE, secrets)
        self._clock = clock

    def url(self, arrival: Arrival, command: str) -> tuple[str, datetime]:
        """Return the address of a command's form for who wrote an arrival, and until when it is good."""
        until = int((self._clock() + LINK_LASTS).timestamp())
        place = [arrival.platform.value, arrival.address, arrival.handle, int(arrival.is_direct)]
        sealed = self._seal.close([secrets.token_urlsafe(12), *place, command, until])
        return f"{self._base}/{sealed}", datetime.fromtimestamp(until, UTC)

    def read(self, sealed: str) -> FormTicket:
        """Return what a link stands for, also one that is over; raises NotFoundError for one Vigia did not make."""
        link, platform, address, handle, is_direct, command, until = self._seal.open(sealed)
        ends = datetime.fromtimestamp(until, UTC)
        return FormTicket(link, Platform(platform), address, handle, bool(is_direct), command, ends)

    def mark(self, ticket: FormTicket) -> str:
        """Return what a page of this link sends back, so that no other page can send in its place."""
        return self._seal.mark(ticket.id)

    def is_marked(self, ticket: FormTicket, mark: str) -> bool:
        """Tell whether something was sent from a page of this link."""
        return self._seal.is_mark(mark, ticket.id)
