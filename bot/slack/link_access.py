"""What Vigia needs to know to be installed by a link, in any workspace."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr

from kpi.errors import ConfigurationError
from kpi.phrases import phrase

INSTALL_PATH = "/slack/install"
"""Where an installation begins."""
RETURN_PATH = "/slack/oauth_redirect"
"""Where Slack sends the browser back to."""
SLACK_URL = "https://slack.com"
"""Where people allow an installation (https://docs.slack.dev/authentication/installing-with-oauth)."""


@dataclass(frozen=True, slots=True)
class LinkAccess:
    """Ids and secrets of the Slack app; raises ConfigurationError when only a part of them is set.

    `secrets` seal the tokens, newest first. Without a `public_url`, Slack takes the first redirect URL of the app.
    """

    client_id: str
    client_secret: SecretStr = field(repr=False)
    secrets: tuple[SecretStr, ...] = field(repr=False)
    public_url: str = ""

    def __post_init__(self) -> None:
        if not self.client_id.strip() or not self.client_secret.get_secret_value().strip() or not self.secrets:
            raise ConfigurationError(
                phrase(
                    "To be installed by a link, Vigia needs all of VIGIA_SLACK_CLIENT_ID, VIGIA_SLACK_CLIENT_SECRET, "
                    "VIGIA_SLACK_TOKEN_SECRETS and VIGIA_SLACK_SIGNING_SECRET."
                )
            )

    @property
    def redirect_uri(self) -> str | None:
        """Where Slack sends the browser back to, if that is known."""
        return f"{self.public_url.rstrip('/')}{RETURN_PATH}" if self.public_url else None

    @property
    def install_url(self) -> str:
        """The link people open, as far as it is known."""
        return f"{self.public_url.rstrip('/')}{INSTALL_PATH}"
