"""What Vigia needs to know to speak as one WeCom app (自建应用)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr

from kpi.errors import ConfigurationError
from kpi.phrases import phrase


@dataclass(frozen=True, slots=True)
class AppAccess:
    """Ids and the secret of one app; raises ConfigurationError when only a part of them is set."""

    corp_id: str
    agent_id: int
    secret: SecretStr = field(repr=False)
    api_url: str

    def __post_init__(self) -> None:
        if not self.corp_id.strip() or not self.agent_id or not self.secret.get_secret_value().strip():
            raise ConfigurationError(
                phrase("A WeCom app needs all of VIGIA_WECOM_CORP_ID, VIGIA_WECOM_AGENT_ID and VIGIA_WECOM_APP_SECRET.")
            )

    @property
    def name(self) -> str:
        """What its token is kept under: no part of the secret, and no two apps of one company share it."""
        return f"wecom:{self.corp_id}:{self.agent_id}"
