"""Slack's way out for the outbox: a parcel becomes one message, and can be looked for when its answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.messengers import NotSentError, Parcel, Receipt
from bot.slack.errors import CALL_ERRORS, code_of
from bot.slack.gateway import Gateway, Post
from bot.slack.limits import HISTORY_MESSAGES
from bot.slack.pins import pin
from bot.slack.renderer import Extras
from kpi.deliveries import Placing
from kpi.engagements import Room

EVENT_TYPE = "vigia_delivery"
"""Names our metadata: https://docs.slack.dev/messaging/message-metadata"""

_LOG = structlog.get_logger(__name__)


class SlackMessenger:
    """Fits `bot.messengers.Messenger`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel to its room or person; the receipt is the message's ts.

        Raises NotSentError (UnreachableError for somebody who reads nothing here) or AnswerLostError.
        """
        channel = await self._channel(parcel.room)
        posted = await self._gateway.post(
            Post(
                channel=channel,
                reply=parcel.reply,
                message_id=parcel.delivery,
                picture=parcel.picture,
                document=parcel.document,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"delivery": parcel.delivery}},
                extras=Extras(is_repeat=parcel.is_repeat),
                thread_ts=parcel.anchor if parcel.placing is Placing.REPLY else None,
                changed_ts=parcel.anchor if parcel.placing is Placing.EDIT else "",
            )
        )
        unpinned = await pin(self._gateway.client, channel, posted.ts) if parcel.reply.is_pinned else ""
        return Receipt(posted.ts, " ".join(said for said in (posted.remark, unpinned) if said))

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return the ts of a delivery posted after the aware instant `since`, or None.

        None also when Slack does not let us look: then a person decides, and nothing is sent twice.
        """
        try:
            history = await self._history(parcel, since)
        except CALL_ERRORS as error:
            _LOG.warning("slack_delivery_not_looked_up", delivery=parcel.delivery, code=code_of(error))
            return None
        except NotSentError as error:
            _LOG.warning("slack_delivery_not_looked_up", delivery=parcel.delivery, code=error.reason)
            return None
        messages: list[Mapping[str, Any]] = history.get("messages") or []
        return next((str(one["ts"]) for one in messages if _delivery_of(one) == parcel.delivery), None)

    async def _channel(self, room: Room) -> str:
        """Return the channel of a room; a person's own conversation is found by their user id."""
        return await self._gateway.people.conversation(room.address) if room.is_direct else room.address

    async def _history(self, parcel: Parcel, since: datetime) -> AsyncSlackResponse:
        """Return the channel's newest messages, or those of the thread an answer went to, or just the changed one."""
        client, channel = self._gateway.client, await self._channel(parcel.room)
        oldest = f"{since.timestamp():.6f}"
        match parcel.placing:
            case Placing.REPLY:
                return await client.conversations_replies(
                    channel=channel,
                    ts=parcel.anchor,
                    oldest=oldest,
                    limit=HISTORY_MESSAGES,
                    include_all_metadata=True,
                )
            case Placing.EDIT:
                return await client.conversations_history(
                    channel=channel, latest=parcel.anchor, inclusive=True, limit=1, include_all_metadata=True
                )
            case _:
                return await client.conversations_history(
                    channel=channel, oldest=oldest, limit=HISTORY_MESSAGES, include_all_metadata=True
                )


def _delivery_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("delivery") or "")
