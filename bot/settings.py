"""Every setting, read once from the environment (`VIGIA_…`) or `.env`; placeholders are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PLACEHOLDERS = ("changeme", "change-me", "changethis", "placeholder", "your-", "xxx", "<", "todo", "example")
"""A secret that contains one of these was copied from a page, not made for this installation."""


class Settings(BaseSettings):
    """What an installation decides. `.env.example` lists the same names with one line each."""

    model_config = SettingsConfigDict(
        env_prefix="VIGIA_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field("sqlite:///vigia.sqlite", description="SQLite file or PostgreSQL address of the database")
    host: str = Field("127.0.0.1", description="Address the web server listens on")
    port: int = Field(8321, ge=1, le=65535, description="Port the web server listens on")
    host_names: list[str] = Field(default_factory=list, description="Names the console is opened by, as a JSON list")
    public_url: str = Field(
        "", description="Address people open pages by (https://…); with page secrets it turns pages on"
    )
    page_secrets: list[SecretStr] = Field(
        default_factory=list, description="Secrets that seal links to pages, newest first, as a JSON list"
    )
    console: bool = Field(default=False, description="Serve the web console (it trusts its network: keep it private)")
    language: Literal["en", "zh", "pt", "es"] = Field("en", description="Language of the terminal's answers")

    slack_bot_token: SecretStr | None = Field(None, description="Slack bot token; turns Slack on")
    slack_signing_secret: SecretStr | None = Field(None, description="Slack signing secret, for HTTP requests")
    slack_app_token: SecretStr | None = Field(None, description="Slack app token; with it Socket Mode is used")
    slack_client_id: str | None = Field(None, description="Slack client ID; with the next two, it is installed by link")
    slack_client_secret: SecretStr | None = Field(None, description="Slack client secret, for installing by link")
    slack_token_secrets: list[SecretStr] = Field(
        default_factory=list, description="Secrets that seal Slack tokens, newest first, as a JSON list"
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Base address of Slack's Web API")

    wecom_webhook_keys: dict[str, SecretStr] = Field(
        default_factory=dict, description="WeCom group webhooks as JSON: name in the engagement file to webhook key"
    )
    wecom_corp_id: str | None = Field(
        None, description="WeCom company id (CorpID); with the next two, people are reached"
    )
    wecom_agent_id: int | None = Field(None, description="AgentId of the WeCom app that writes to people")
    wecom_app_secret: SecretStr | None = Field(None, description="Secret of the WeCom app that writes to people")
    wecom_callback_token: SecretStr | None = Field(
        None, description="Token of the app's callback; with the next, people write back"
    )
    wecom_callback_key: SecretStr | None = Field(
        None, description="EncodingAESKey of the app's callback, 43 characters"
    )
    wecom_robot_token: SecretStr | None = Field(
        None, description="Token of the WeCom smart robot; with the next, groups ask it"
    )
    wecom_robot_key: SecretStr | None = Field(
        None, description="EncodingAESKey of the WeCom smart robot, 43 characters"
    )
    wecom_robot_name: str = Field("Vigia", description="What the smart robot is called in WeCom (spaces allowed)")
    wecom_api_url: str = Field("https://qyapi.weixin.qq.com", description="Base address of WeCom's API")

    heartbeat_url: SecretStr | None = Field(None, description="Address called after each clean self-audit (a secret)")

    font_files: list[Path] = Field(default_factory=list, description="More font files for charts, as a JSON list")
    import_limit_mb: int = Field(512, ge=1, description="Largest file an import opens, in MB")
    sweep_seconds: int = Field(
        20, ge=1, le=120, description="Seconds between looks for due digests and deliveries, at most 120"
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines for people or for machines")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe log line written")

    @field_validator(
        "slack_bot_token",
        "slack_signing_secret",
        "slack_app_token",
        "slack_client_secret",
        "wecom_app_secret",
        "wecom_callback_token",
        "wecom_callback_key",
        "wecom_robot_token",
        "wecom_robot_key",
        "heartbeat_url",
    )
    @classmethod
    def refuse_placeholder(cls, secret: SecretStr | None) -> SecretStr | None:
        """Refuse a secret that is only a placeholder; an empty one means "not set"."""
        if secret is None or not secret.get_secret_value().strip():
            return None
        _require_real(secret)
        return secret

    @field_validator("heartbeat_url")
    @classmethod
    def require_web_address(cls, url: SecretStr | None) -> SecretStr | None:
        """Refuse what cannot be called."""
        if url is not None and not url.get_secret_value().startswith(("https://", "http://")):
            msg = "this is not a web address: write https://…"
            raise ValueError(msg)
        return url

    @field_validator("wecom_webhook_keys")
    @classmethod
    def refuse_placeholder_keys(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        """Refuse webhook keys that are only placeholders."""
        for secret in keys.values():
            _require_real(secret)
        return keys


def _require_real(secret: SecretStr) -> None:
    text = secret.get_secret_value().lower()
    if any(word in text for word in PLACEHOLDERS):
        msg = "this is a placeholder, not a secret: copy the real value from the platform's own page"
        raise ValueError(msg)
