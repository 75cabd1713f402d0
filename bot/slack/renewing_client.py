"""A client for Slack that calls with the token its workspace has at that moment."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import TOKEN_CODES, code_of
from bot.slack.workspace_tokens import WorkspaceTokens

OVER = "token_expired"
"""Slack's word for a token that ended."""


class RenewingClient(AsyncWebClient):
    """Calls once; a second time only when Slack refused the token, which means that it did nothing."""

    def __init__(self, tokens: WorkspaceTokens, base_url: str, timeout: int) -> None:
        super().__init__(base_url=base_url, timeout=timeout, retry_handlers=[])
        self._tokens = tokens

    async def api_call(self, api_method: str, **kwargs: Any) -> AsyncSlackResponse:
        """Call a method; raises what the SDK raises, NoTokenError or NotInstalledError."""
        # The SDK reads its token before it first waits: calls beside each other do not disturb one another.
        used = self.token = await self._tokens.current()
        try:
            return await super().api_call(api_method, **kwargs)
        except SlackApiError as error:
            if code_of(error) not in TOKEN_CODES:
                raise
            other = await self._other(used, is_over=code_of(error) == OVER)
            if other == used:
                raise
        self.token = other
        return await super().api_call(api_method, **kwargs)

    async def _other(self, used: str, *, is_over: bool) -> str:
        """Return a renewed token for one that is over; else what the database says, where another one may be by now."""
        if is_over:
            return await self._tokens.current(stale=used)
        self._tokens.forget()
        return await self._tokens.current()
