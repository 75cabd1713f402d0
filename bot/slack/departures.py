"""Vigia taken out of a workspace, as Slack tells it: the app uninstalled, or its token revoked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.arrivals import Payload
from bot.slack.errors import CALL_ERRORS, TOKEN_CODES, NotInstalledError, code_of
from handlers.ports import Clock

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"
DEPARTURES = (UNINSTALLED, REVOKED)
"""Slack's names of it: https://docs.slack.dev/reference/events/app_uninstalled. Which one comes first is not said."""


@dataclass(frozen=True, slots=True)
class Departure:
    """That Vigia was taken out of a workspace; of a revoked token (not `is_sure`) Slack does not say which one it was.

    A renewed token or a new installation may be there already.
    """

    at: datetime
    event_id: str
    is_sure: bool


Depart = Callable[[Departure], Coroutine[None, None, None]]


class Door(Protocol):
    """What stands behind the listener."""

    @property
    def clock(self) -> Clock:
        """Says what time it is."""

    def depart(self, departure: Departure | None) -> None:
        """Have a departure followed."""


def departure_of(body: Payload, at: datetime) -> Departure | None:
    """Return a departure; None where only people's own tokens were revoked: Vigia has none of those."""
    event = body.get("event") or {}
    is_sure = event.get("type") == UNINSTALLED
    if not is_sure and not (event.get("tokens") or {}).get("bot"):
        return None
    seconds = body.get("event_time")
    happened_at = datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else at
    return Departure(happened_at, f"slack/left/{body.get('event_id', '')}", is_sure)


async def is_gone(departure: Departure, client: AsyncWebClient) -> bool:
    """Tell whether Vigia has no token any more, asking Slack where the departure does not say so for sure."""
    if departure.is_sure:
        return True
    try:
        await client.auth_test()
    except NotInstalledError:
        return True
    except SlackApiError as error:
        return code_of(error) in TOKEN_CODES
    except CALL_ERRORS:
        return False
    return False


def listen_to_departures(app: AsyncApp, door: Door) -> None:
    """Register the listener."""

    async def on_departure(body: Payload) -> None:
        door.depart(departure_of(body, door.clock()))

    for name in DEPARTURES:
        app.event(name)(on_departure)
