"""Slack's way out where Vigia is in several workspaces: each message goes through that of its room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.messengers import NotAskedError, NotSentError, Parcel, Receipt, UnreachableError
from bot.slack.gateway import Gateway
from bot.slack.messenger import FileOf, SlackMessenger
from kpi.engagements import Room

GatewayOf = Callable[[Room], Awaitable[Gateway]]
"""Returns the way into the workspace of a room; raises NotInstalledError, NotSentError."""


class SlackWays:
    """Fits `bot.messengers.Messenger`."""

    def __init__(self, gateway_of: GatewayOf, files: FileOf) -> None:
        self._gateway_of = gateway_of
        self._files = files

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel; raises NotSentError (UnreachableError without the workspace) or AnswerLostError."""
        return await SlackMessenger(await self._gateway_of(parcel.room), self._files).post(parcel)

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return the ts of a delivery posted after `since`, or None; raises NotAskedError."""
        try:
            gateway = await self._gateway_of(parcel.room)
        except UnreachableError:
            return None  # sending it again finds out that the workspace is gone, and the next way is tried
        except NotSentError as error:
            raise NotAskedError(error.reason) from error
        return await SlackMessenger(gateway, self._files).find(parcel, since)
