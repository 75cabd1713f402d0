"""A person's own conversation with Vigia in Slack, and whether anybody still reads it.

Slack takes messages for accounts nobody can log in to any more, so it is asked first whether this is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.messengers import NotSentError, UnreachableError
from bot.slack.error_codes import Action, codes_of, sentence_for
from bot.slack.errors import CALL_ERRORS, RETRY_CONNECTION_AFTER, code_of, send_error

BELIEVED_SECONDS = 600.0
"""How long an answer about a person is believed; for so long at most, somebody deactivated meanwhile is missed."""

DEACTIVATED = "user_disabled"
"""Slack's own word for it: https://docs.slack.dev/reference/methods/conversations.open#errors"""
GONE_CODES = codes_of(Action.NEXT_WAY)
"""This person cannot be written to. Of anything else that goes wrong nothing follows about the person."""

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """What Slack said of a person: the channel of their conversation, or the code of why there is none."""

    channel: str
    code: str
    until_second: float


class People:
    """Finds conversations; remembers answers for BELIEVED_SECONDS of the monotonic clock `seconds`."""

    def __init__(self, client: AsyncWebClient, seconds: Callable[[], float]) -> None:
        self._client = client
        self._seconds = seconds
        self._known: dict[str, _Known] = {}

    async def conversation(self, person: str) -> str:
        """Return the channel of a person's conversation with Vigia; raises UnreachableError, NotSentError."""
        known = self._known.get(person)
        if known is None or known.until_second <= self._seconds():
            channel, code = await self._ask(person)
            known = _Known(channel, code, self._seconds() + BELIEVED_SECONDS)
            self._known[person] = known
        if known.code:
            raise UnreachableError(f"{known.code}: {sentence_for(known.code)}")
        return known.channel

    async def _ask(self, person: str) -> tuple[str, str]:
        try:
            if await self._is_deactivated(person):
                return "", DEACTIVATED
            opened = await self._client.conversations_open(users=person)
        except CALL_ERRORS as error:
            if code_of(error) in GONE_CODES:
                return "", code_of(error)
            failure = send_error(error)
            # Nothing was said to anybody yet: also a lost answer can be asked for again.
            is_refused = isinstance(failure, NotSentError)
            raise failure if is_refused else NotSentError(failure.reason, RETRY_CONNECTION_AFTER) from error
        channel = str((opened.get("channel") or {}).get("id") or "")
        if not channel:
            raise NotSentError("Slack opened no conversation with this person")
        return channel, ""

    async def _is_deactivated(self, person: str) -> bool:
        """Ask Slack; an installation that may not ask yet (users:read came later) is not kept from writing."""
        try:
            answer = await self._client.users_info(user=person)
        except SlackApiError as error:
            if code_of(error) != "missing_scope":
                raise
            _LOG.warning("slack_people_not_checked", reason=sentence_for("missing_scope"))
            return False
        return bool((answer.get("user") or {}).get("deleted"))
