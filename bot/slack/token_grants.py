"""The one question Slack gives out tokens for, asked as a form: the SDK's own way warns, and aiohttp 4 ends it."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.link_access import LinkAccess


async def ask_for_tokens(client: AsyncWebClient, link: LinkAccess, **grant: str | None) -> AsyncSlackResponse:
    """Return the answer of oauth.v2.access (https://docs.slack.dev/reference/methods/oauth.v2.access)."""
    own = {"client_id": link.client_id, "client_secret": link.client_secret.get_secret_value()}
    return await client.api_call("oauth.v2.access", data=own | grant)
