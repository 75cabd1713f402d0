"""Slack's way out for the outbox: a parcel becomes one message, and can be looked for when its answer was lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.messengers import NotAskedError, NotSentError, Parcel, Receipt, UnreachableError
from bot.slack.errors import CALL_ERRORS, code_of
from bot.slack.gateway import Gateway, Post
from bot.slack.limits import HISTORY_MESSAGES
from bot.slack.pins import pin
from bot.slack.renderer import Extras
from bot.slack.uploads import Upload
from kpi.deliveries import Placing
from kpi.engagements import Room
from kpi.incidents.evidence_files import EvidenceFile

EVENT_TYPE = "vigia_delivery"
"""Names our metadata: https://docs.slack.dev/messaging/message-metadata"""

_LOG = structlog.get_logger(__name__)


FileOf = Callable[[str, str], Awaitable[tuple[EvidenceFile, bytes] | None]]
"""Returns a stored file with its content where a channel may see it."""


async def no_file(_channel: str, _file: str) -> tuple[EvidenceFile, bytes] | None:
    """Know no file."""
    return None


class SlackMessenger:
    """Fits `bot.messengers.Messenger`. `files` knows the stored files that a channel may see."""

    def __init__(self, gateway: Gateway, files: FileOf = no_file) -> None:
        self._gateway = gateway
        self._files = files

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel to its room or person; the receipt is the message's ts.

        Raises NotSentError (UnreachableError for somebody who reads nothing here) or AnswerLostError.
        """
        channel = await self._channel(parcel.room)
        uploads = await self._uploads(parcel)  # before the message: what fails after it would send it twice
        posted = await self._gateway.post(
            Post(
                channel=channel,
                reply=parcel.reply,
                message_id=parcel.delivery,
                picture=parcel.picture,
                document=parcel.document,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"delivery": parcel.delivery}},
                extras=Extras(is_repeat=parcel.is_repeat, has_charts=True),
                thread_ts=parcel.anchor if parcel.placing is Placing.REPLY else None,
                changed_ts=parcel.anchor if parcel.placing is Placing.EDIT else "",
            )
        )
        thread = parcel.anchor or posted.ts
        taken = [await self._gateway.uploads.share(one, channel, thread) for one in uploads]
        lost = f"Files that Slack did not take: {taken.count(False)}." if not all(taken) else ""
        unpinned = await pin(self._gateway.client, channel, posted.ts) if parcel.reply.is_pinned else ""
        return Receipt(posted.ts, " ".join(said for said in (posted.remark, lost, unpinned) if said))

    async def _uploads(self, parcel: Parcel) -> list[Upload]:
        """Return the stored files that a message tells of and its channel may see."""
        found = [(one.name, await self._files(parcel.room.address, one.id)) for one in parcel.reply.files]
        return [Upload(file[1], name, name) for name, file in found if file is not None]

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return the ts of a delivery posted after the aware instant `since`, or None.

        Raises NotAskedError when Slack does not answer, or does not let us look.
        """
        try:
            history = await self._history(parcel, since)
        except CALL_ERRORS as error:
            _LOG.warning("slack_delivery_not_looked_up", delivery=parcel.delivery, code=code_of(error))
            raise NotAskedError(code_of(error)) from error
        except UnreachableError:
            return None  # sending it again finds out that they are gone, and the next way is tried
        except NotSentError as error:
            _LOG.warning("slack_delivery_not_looked_up", delivery=parcel.delivery, code=error.reason)
            raise NotAskedError(error.reason) from error
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
