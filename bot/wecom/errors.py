"""What a failed call to a WeCom webhook means: surely not sent (and when to try again), or nobody knows.

Codes: https://developer.work.weixin.qq.com/document/path/90313. WeCom answers HTTP 200 also when it refuses: only
`errcode` 0 is success.
"""

from __future__ import annotations

from datetime import timedelta

import httpx

from bot.messengers import AnswerLostError, LimitedError, NotSentError, UnreachableError
from bot.wecom.limits import LIMITED_FOR
from kpi.phrases import phrase

BUSY = -1
UNKNOWN_KIND = 40008
LIMITED = 45009
CONCURRENT = 45033

RETRY_BUSY_AFTER = timedelta(seconds=45)
"""At most three retries of a busy WeCom fit into the outbox's 150 seconds: after 45, 90 and 135."""
RETRY_CONNECTION_AFTER = timedelta(seconds=15)
"""A refused connection: WeCom, or the way to it, is being restarted."""

CLOSED_CODES = frozenset({93000, 93004, 93008})
"""The webhook itself is gone: every other message to it would fail too."""
FORM_CODES = frozenset({40058, 45002})
"""The form or length was refused; the same words as short plain text may pass."""

_GONE = phrase("WeCom no longer accepts this group's webhook. Make a new one and put its key into the settings.")
_RETURN = phrase("WeCom takes no answer to this message any more.")
_FORM = phrase("WeCom refuses the form of this message. Please tell the operator's admin.")

SENTENCES: dict[int, str] = {
    BUSY: phrase("WeCom is busy."),
    LIMITED: phrase("Too many messages were sent to this group; WeCom takes none for a minute."),
    CONCURRENT: phrase("Too many messages were sent to WeCom at the same moment."),
    93000: _GONE,
    93004: phrase("The group's webhook is disabled in WeCom. Enable it there, or make a new one."),
    93008: phrase("The webhook's robot is no longer in the WeCom group. Add it again, or make a new one."),
    40058: _FORM,
    45002: phrase("WeCom says the message is too long. Please tell the operator's admin."),
    44004: _FORM,
    UNKNOWN_KIND: _FORM,
    40033: _FORM,
    40009: phrase("WeCom refuses the picture's size."),
    93006: phrase("WeCom does not know this chat. Its id keeps its capitals: copy it from the log."),
    846605: _RETURN,
    846608: _RETURN,
}
"""WeCom's code → one sentence that says what to do; an English msgid."""
OTHERWISE = phrase("WeCom refused the message. The code before this sentence says why.")

_RETRY_AFTER = {BUSY: RETRY_BUSY_AFTER, CONCURRENT: RETRY_BUSY_AFTER, LIMITED: LIMITED_FOR}
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class RefusedError(NotSentError):
    """WeCom answered with an `errcode` other than 0; `refusal` says which kind it is."""

    def __init__(self, errcode: int) -> None:
        super().__init__(f"{errcode}: {SENTENCES.get(errcode, OTHERWISE)}", _RETRY_AFTER.get(errcode))
        self.errcode = errcode


class ClosedError(RefusedError, UnreachableError):
    """The webhook is gone: nothing reaches this group any more, and people have to hear of it elsewhere."""


class TooManyError(RefusedError, LimitedError):
    """Too many messages were sent to this group."""


def refusal(errcode: int) -> RefusedError:
    """Return what an `errcode` other than 0 means."""
    if errcode == LIMITED:
        return TooManyError(errcode)
    return ClosedError(errcode) if errcode in CLOSED_CODES else RefusedError(errcode)


def call_error(error: Exception) -> NotSentError | AnswerLostError:
    """Return what a call without an answer means; the words name the kind of failure only, never the address."""
    if isinstance(error, _NEVER_LEFT):
        return NotSentError(f"connection failed: {type(error).__name__}", RETRY_CONNECTION_AFTER)
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return NotSentError(phrase("The base address of WeCom's API in the settings is not an address."))
    return AnswerLostError(f"the answer was lost: {type(error).__name__}")


def status_error(status: int) -> NotSentError | AnswerLostError:
    """Return what an HTTP status other than 200 means."""
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return AnswerLostError(f"HTTP {status}: WeCom may have taken the message")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return NotSentError(f"HTTP {status}: too many messages", LIMITED_FOR)
    return NotSentError(f"HTTP {status}: this is not WeCom's API, or the way to it is closed")
