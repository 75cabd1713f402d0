"""`vigia run`: serve Slack, WeCom and, if switched on, the console."""

from __future__ import annotations

import typer

from bot.logs import configure_logs
from bot.opening import open_database
from bot.serving import serve
from bot.settings import Settings
from bot.wiring import assemble
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

app = typer.Typer(add_completion=False)


@app.command()
def run() -> None:
    """Run the bot until it is stopped."""
    settings = Settings()
    has_slack = settings.slack_bot_token is not None or settings.slack_client_id is not None
    if not has_slack and not settings.wecom_webhook_keys and not settings.console:
        raise ConfigurationError(
            phrase(
                "Nothing to serve: set VIGIA_SLACK_BOT_TOKEN, VIGIA_WECOM_WEBHOOK_KEYS or VIGIA_CONSOLE=true in .env."
            )
        )
    configure_logs(settings)
    serve(assemble(settings, open_database(settings)))
