"""How each chat platform is reached, as the settings say; nothing of a platform is loaded to find that out."""

from __future__ import annotations

from pydantic import SecretStr

from bot.settings import Settings
from bot.slack.access import SlackAccess
from bot.slack.link_access import LinkAccess
from bot.wecom.app_access import AppAccess
from kpi.errors import ConfigurationError
from kpi.phrases import phrase


def uses_slack(settings: Settings) -> bool:
    """Tell whether anything is served in Slack; raises ConfigurationError for a part of what that needs."""
    return slack_access(settings) is not None or slack_link(settings) is not None


def slack_access(settings: Settings) -> SlackAccess | None:
    """Return how to reach Slack, or None when no token is set; raises ConfigurationError for half a set."""
    if settings.slack_bot_token is None:
        return None
    secret, token = settings.slack_signing_secret, settings.slack_app_token
    return SlackAccess(
        secret.get_secret_value() if secret else "",
        settings.slack_bot_token.get_secret_value(),
        token.get_secret_value() if token else None,
        settings.slack_api_url,
    )


def slack_link(settings: Settings) -> LinkAccess | None:
    """Return how to be installed by a link, or None when nothing of it is set; raises ConfigurationError for a part."""
    client_id, secret, secrets = (
        settings.slack_client_id,
        settings.slack_client_secret,
        tuple(settings.slack_token_secrets),
    )
    if client_id is None and secret is None and not secrets:
        return None
    if settings.slack_app_token is not None:
        raise ConfigurationError(
            phrase("To be installed by a link, Vigia needs a public address: leave VIGIA_SLACK_APP_TOKEN empty.")
        )
    return LinkAccess(client_id or "", secret or SecretStr(""), secrets, settings.public_url)


def slack_link_access(settings: Settings) -> SlackAccess:
    """Return how to reach Slack for workspaces with tokens of their own; raises ConfigurationError without a secret."""
    secret = settings.slack_signing_secret
    return SlackAccess(secret.get_secret_value() if secret else "", None, None, settings.slack_api_url)


def uses_wecom(settings: Settings) -> bool:
    """Tell whether the settings hold anything of WeCom, be it half a set."""
    robot = settings.wecom_robot_token, settings.wecom_robot_key
    has_app = wecom_app_access(settings) is not None or has_callback(settings)
    return has_app or bool(settings.wecom_webhook_keys) or robot != (None, None)


def wecom_app_access(settings: Settings) -> AppAccess | None:
    """Return how to speak as the WeCom app, or None when nothing of it is set; raises ConfigurationError for a part."""
    corp_id, agent_id, secret = settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_app_secret
    if corp_id is None and agent_id is None and secret is None:
        return None
    return AppAccess(corp_id or "", agent_id or 0, secret or SecretStr(""), settings.wecom_api_url)


def has_callback(settings: Settings) -> bool:
    """Tell whether people can write back to the WeCom app, as far as anything of it is set."""
    return settings.wecom_callback_token is not None or settings.wecom_callback_key is not None
