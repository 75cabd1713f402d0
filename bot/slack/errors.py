"""What a failed call to Slack means: surely not sent (and when to try again), or nobody knows.

Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.messengers import AnswerLostError, NotSentError, UnreachableError
from kpi.phrases import phrase

RETRY_CONNECTION_AFTER = timedelta(seconds=15)
"""A refused connection: Slack, or the way to it, is being restarted."""
RETRY_LIMITED_AFTER = timedelta(seconds=30)
"""Used when a 429 names no Retry-After, which Slack promises but proxies may drop."""


class NoTokenError(NotSentError):
    """There is no token to call with, at least now: nothing was sent."""


class NotInstalledError(UnreachableError):
    """Vigia is not installed in the workspace any more: nothing was sent, and nobody is reached there."""


CALL_ERRORS = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, NoTokenError, NotInstalledError)
"""Everything a call through the SDK raises when Slack, the network or the installation fails."""
TOKEN_CODES = frozenset({"token_expired", "token_revoked", "invalid_auth", "account_inactive", "not_authed"})
"""Slack does not take this token (any more); another one may be there already."""

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500

LIMITED_CODES = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
LOST_CODES = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack says of these that a part may have succeeded before the error."""
BLOCK_CODES = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "only_one_table_allowed"})
"""The blocks were refused; the same words without picture and table may pass."""
GONE_CODES = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"})
"""A message that can be changed no more: https://docs.slack.dev/reference/methods/chat.update#errors"""

_TOKEN = phrase("Slack no longer accepts Vigia's token. Install the app again; replace a token in the settings.")
_GONE = phrase(
    "This Slack account is deactivated or unknown. Correct the user id in the engagement file, or take the person out."
)
_MESSAGE = phrase("Slack refuses the form of this message. Please tell the operator's admin.")

SENTENCES: dict[str, str] = {
    "channel_not_found": phrase(
        "Slack does not know this channel, or Vigia may not see it. Invite Vigia, or bind another."
    ),
    "not_in_channel": phrase("Vigia is not in this Slack channel. Invite it there with /invite @Vigia."),
    "is_archived": phrase("This Slack channel is archived. Unarchive it, or bind another room."),
    "restricted_action": phrase("This workspace does not let Vigia post here. Ask a Slack admin to allow it."),
    "user_disabled": _GONE,
    "user_not_found": _GONE,
    "user_not_visible": _GONE,
    "cannot_dm_bot": phrase("This Slack user id is a bot's. Put the person's own into the engagement file."),
    "messages_tab_disabled": phrase("Slack lets nobody write with Vigia alone. Enable the messages tab of the app."),
    "user_not_in_channel": phrase("This person is not in the Slack channel, so nothing can be shown to them there."),
    "account_inactive": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "missing_scope": phrase("Vigia lacks a permission in Slack. Install the app again from its manifest."),
    "msg_too_long": _MESSAGE,
    "no_text": _MESSAGE,
    **dict.fromkeys(sorted(BLOCK_CODES), _MESSAGE),
}
"""Slack's code → one sentence that says what to do; an English msgid."""
OTHERWISE = phrase("Slack refused the message. The code before this sentence says why.")


def sentence_for(code: str) -> str:
    """Return the msgid that explains a Slack error code to the people who can act on it."""
    return SENTENCES.get(code, OTHERWISE)


def code_of(error: Exception) -> str:
    """Return Slack's error code in lower case, or an empty text when Slack itself did not answer."""
    if not isinstance(error, SlackApiError):
        return ""
    answer = _json_of(error)
    return str(answer.get("error") or "").lower()


def send_error(error: Exception) -> NotSentError | AnswerLostError:
    """Return what a failed send means, for one of CALL_ERRORS."""
    if isinstance(error, NotSentError):
        return error
    if isinstance(error, SlackApiError):
        return _from_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return NotSentError(f"connection failed: {type(error).__name__}", RETRY_CONNECTION_AFTER)
    return AnswerLostError(f"the answer was lost: {type(error).__name__}")


def _from_answer(error: SlackApiError) -> NotSentError | AnswerLostError:
    code, status = code_of(error), _status_of(error)
    if status == TOO_MANY_REQUESTS or code in LIMITED_CODES:
        return NotSentError(f"{code or status}: too many messages", _retry_after(error))
    if not code or code in LOST_CODES or status >= SERVER_ERROR:
        return AnswerLostError(f"{code or status}: Slack may have taken the message")
    return NotSentError(f"{code}: {sentence_for(code)}")


def _json_of(error: SlackApiError) -> Mapping[str, object]:
    """Return Slack's JSON answer; the SDK keeps a bare HTTP response instead when a proxy answered with a page."""
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _status_of(error: SlackApiError) -> int:
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return int(status or 0)


def _retry_after(error: SlackApiError) -> timedelta:
    headers: Mapping[str, str] = getattr(error.response, "headers", None) or {}
    named = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(named)) if named.isdigit() else RETRY_LIMITED_AFTER
