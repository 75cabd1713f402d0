"""What Vigia needs to know to speak with one Slack workspace."""

from __future__ import annotations

from dataclasses import dataclass, field

from kpi.errors import ConfigurationError
from kpi.phrases import phrase

SLACK_API_URL = "https://slack.com/api/"
"""Base address of Slack's Web API (https://docs.slack.dev/apis/web-api)."""


@dataclass(frozen=True, slots=True)
class SlackAccess:
    """Secrets and addresses of one workspace; none of the secrets shows in a repr.

    `app_token` is needed for Socket Mode only, and then `signing_secret` may be blank: nothing comes in by HTTP.
    Without a `bot_token` (None) each workspace has its own, from its installation. Raises ConfigurationError when a
    needed secret is blank: Bolt accepts an empty signing secret without a word.
    """

    signing_secret: str = field(repr=False)
    bot_token: str | None = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    api_url: str = SLACK_API_URL

    def __post_init__(self) -> None:
        if not self.signing_secret.strip() and not self.app_token:
            raise ConfigurationError(
                phrase("The Slack signing secret is empty. Copy it from the app's Basic Information.")
            )
        if self.bot_token is not None and not self.bot_token.strip():
            raise ConfigurationError(phrase("The Slack bot token is empty. Copy it from the app's Install page."))

    @property
    def base_url(self) -> str:
        """The API's base address, always ending in a slash as the SDK joins it."""
        return self.api_url.rstrip("/") + "/"
