"""What a failed call of the WeCom app means: nobody reads there, wait, or somebody has to put the app right.

Codes: https://developer.work.weixin.qq.com/document/path/90313
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messengers import LimitedError, NotSentError, UnreachableError
from bot.wecom.errors import BUSY, CONCURRENT, LIMITED, RETRY_BUSY_AFTER
from bot.wecom.limits import LIMITED_FOR
from kpi.phrases import phrase

STALE_TOKEN_CODES = frozenset({40001, 40014, 42001})
"""The token is not, or no longer, good: https://developer.work.weixin.qq.com/document/path/91039"""
GONE_CODES = frozenset({40003, 46004, 60111, 81013, 82001})
"""Nobody of this user id can be written to."""
MISSED = ("invaliduser", "unlicenseduser", "invalidparty", "invalidtag")
"""Lists of whom a message did not reach although `errcode` is 0."""

_GONE = phrase(
    "WeCom does not know this person, or the app may not see them. Correct the user id, or their visibility."
)
_AGENT = phrase("WeCom does not know this app. Check VIGIA_WECOM_CORP_ID and VIGIA_WECOM_AGENT_ID.")
_FORM = phrase("WeCom refuses the form of this message. Please tell the operator's admin.")
_SIZE = phrase("WeCom refuses the picture's size.")
_SECRET = phrase(
    "WeCom refuses the app's secret. Check VIGIA_WECOM_APP_SECRET and restart; it is not tried for an hour."
)

SENTENCES: dict[int, str] = {
    BUSY: phrase("WeCom is busy."),
    LIMITED: phrase("The app sent too many messages; WeCom takes none for a minute."),
    CONCURRENT: phrase("Too many messages were sent to WeCom at the same moment."),
    **dict.fromkeys(sorted(GONE_CODES), _GONE),
    40013: _AGENT,
    40056: _AGENT,
    301002: _AGENT,
    **dict.fromkeys((40008, 40033, 40058, 44004), _FORM),
    **dict.fromkeys((40009, 45001), _SIZE),
    45002: phrase("WeCom says the message is too long. Please tell the operator's admin."),
    48002: phrase("The app may not send messages. Give it the permission in WeCom's administration."),
    60011: phrase("The app may not send messages. Give it the permission in WeCom's administration."),
    60020: phrase("WeCom does not trust this machine's address. Add it to the app's trusted IPs (企业可信IP)."),
}
"""WeCom's code → one sentence that says what to do; an English msgid."""
OTHERWISE = phrase("WeCom refused the message. The code before this sentence says why.")
UNLICENSED = phrase("WeCom sends this person nothing: the app holds no licence for them (接口许可).")

_RETRY_AFTER = {BUSY: RETRY_BUSY_AFTER, CONCURRENT: RETRY_BUSY_AFTER, LIMITED: LIMITED_FOR}


class RefusedSecretError(NotSentError):
    """WeCom gives this app no token."""


def refusal(errcode: int) -> NotSentError:
    """Return what an `errcode` other than 0 means for one message to one person."""
    reason = f"{errcode}: {SENTENCES.get(errcode, OTHERWISE)}"
    if errcode in GONE_CODES:
        return UnreachableError(reason)
    if errcode == LIMITED:
        return LimitedError(reason, LIMITED_FOR)
    return NotSentError(reason, _RETRY_AFTER.get(errcode))


def token_refusal(errcode: int) -> NotSentError:
    """Return what an `errcode` other than 0 means for a request for a token."""
    if errcode in _RETRY_AFTER or errcode == 60020:  # noqa: PLR2004 - its sentence stands above
        return refusal(errcode)
    known = SENTENCES.get(errcode, _SECRET)
    return RefusedSecretError(f"{errcode}: {known}")


def require_reached(answer: Mapping[str, Any]) -> None:
    """Raise UnreachableError when a message was taken but did not reach whom it is for; WeCom says so aside."""
    missed = [name for name in MISSED if answer.get(name)]
    if missed:
        raise UnreachableError(f"{missed[0]}: {UNLICENSED if missed[0] == 'unlicenseduser' else _GONE}")
