"""Asks Slack for tokens: in exchange for the code of an installation, or for a refresh token, which is good once.

Source: https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import LIMITED_CODES, LOST_CODES, code_of
from bot.slack.link_access import LinkAccess
from bot.slack.token_grants import ask_for_tokens
from bot.slack.token_seal import TokenPair

TOKEN_LASTS = timedelta(hours=12)
"""How long a token is good where Slack does not say so."""
LOST = "answer_lost"
"""What a renewal's trouble is called when Slack may have carried it out and we do not know its tokens."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """New tokens and how long the access token is good."""

    pair: TokenPair
    lasts: timedelta


class NotRenewedError(Exception):
    """No new tokens; `is_lasting` says that Slack will not give any for this refresh token at all."""

    def __init__(self, trouble: str, *, is_lasting: bool) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.is_lasting = is_lasting


Renew = Callable[[str], Awaitable[Renewed]]
"""Exchanges a refresh token; raises NotRenewedError."""


class Renewal:
    """Fits `Renew`, for one Slack app."""

    def __init__(self, client: AsyncWebClient, link: LinkAccess) -> None:
        self._client = client
        self._link = link

    async def __call__(self, refresh_token: str) -> Renewed:
        """Exchange a refresh token; raises NotRenewedError."""
        try:
            answer = await ask_for_tokens(
                self._client, self._link, grant_type="refresh_token", refresh_token=refresh_token
            )
        except SlackApiError as error:
            raise _refused(code_of(error)) from error
        except aiohttp.ClientConnectorError as error:
            raise NotRenewedError("", is_lasting=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotRenewedError(LOST, is_lasting=False) from error
        access, refresh = str(answer.get("access_token") or ""), str(answer.get("refresh_token") or "")
        if not access or not refresh:
            raise NotRenewedError(LOST, is_lasting=False)
        seconds = int(answer.get("expires_in") or 0)
        return Renewed(TokenPair(access, refresh), timedelta(seconds=seconds) if seconds else TOKEN_LASTS)


def _refused(code: str) -> NotRenewedError:
    """Return what a refusal means: the page of a proxy has no code, and may hide a renewal that was made."""
    if not code or code in LOST_CODES:
        return NotRenewedError(LOST, is_lasting=False)
    return NotRenewedError(code, is_lasting=code not in LIMITED_CODES)
