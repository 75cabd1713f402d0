"""What a failed call to Slack means: surely not sent (and when to try again), or nobody knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.messengers import AnswerLostError, NotSentError, UnreachableError
from bot.slack.error_codes import Action, codes_of, sentence_for

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
LONGEST_CODE = 60
SERVER_ERROR = 500

LIMITED_CODES = codes_of(Action.WAIT)
LOST_CODES = codes_of(Action.ASK)
"""Slack says of these that a part may have succeeded before the error."""
BLOCK_CODES = codes_of(Action.LESS)
"""The blocks were refused; the same words without picture, chart and table may pass."""
GONE_CODES = codes_of(Action.ANEW)
"""A message that can be changed or answered no more."""


def code_of(error: Exception) -> str:
    """Return Slack's error code in lower case, or an empty text when Slack itself did not answer."""
    if not isinstance(error, SlackApiError):
        return ""
    answer = _json_of(error)
    return str(answer.get("error") or "").lower()


def code_in(body: str) -> str:
    """Return the error code in what an address for answers said, or an empty text where it took the message."""
    try:
        said = json.loads(body)
    except ValueError:
        said = {"ok": body == "ok", "error": body[:LONGEST_CODE]}
    is_taken = isinstance(said, dict) and said.get("ok") is not False
    return "" if is_taken else str(said.get("error") if isinstance(said, dict) else said).lower()


def faults_of(error: Exception) -> list[str]:
    """Return where Slack found fault with what it was sent; it points to places and repeats no content."""
    if not isinstance(error, SlackApiError):
        return []
    more = _json_of(error).get("response_metadata")
    said = more.get("messages") if isinstance(more, dict) else None
    return [str(one) for one in said] if isinstance(said, list) else []


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
