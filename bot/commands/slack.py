"""`vigia slack`: what an admin needs to create Slack's app, and the workspaces that installed it by its link."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.clock import now
from bot.opening import open_database
from bot.platform_access import slack_link
from bot.settings import Settings
from bot.slack.manifest import EXAMPLE_URL, SCOPES, manifest
from bot.slack.resealing import reseal_all
from bot.slack.token_seal import TokenSeal
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def slack() -> None:
    """Slack's app: its manifest, and the workspaces that installed it by its link."""


@app.command("manifest")
def print_manifest(
    url: Annotated[str, typer.Option(help="Public https address of this installation")] = EXAMPLE_URL,
    socket: Annotated[bool, typer.Option("--socket", help="Socket Mode: no public address is needed")] = False,
    link: Annotated[bool, typer.Option("--link", help="Other workspaces install it by a link")] = False,
) -> None:
    """Print the manifest to create the app from (api.slack.com/apps → Create New App → From a manifest)."""
    if not url.startswith("https://"):
        raise ConfigurationError(phrase("Slack calls https addresses only; give one with --url, or use --socket."))
    if socket and link:
        raise ConfigurationError(phrase("An installation by a link needs a public address: leave out --socket."))
    typer.echo(json.dumps(manifest(url, has_socket=socket, has_link=link), indent=2))


@app.command("workspaces")
def print_workspaces() -> None:
    """List the workspaces that installed Vigia by its link."""
    with open_database(Settings()).view() as work:
        known = work.workspaces.all()
    table = Table(box=None, pad_edge=False)
    for column in ("id", "name", "installed (UTC)", "token good until (UTC)", "trouble", "lacks"):
        table.add_column(column)
    for one in known:
        until = f"{one.expires_at:%Y-%m-%d %H:%M}" if one.expires_at else "it does not end"
        over = " (over)" if one.expires_at and one.expires_at <= now() else ""
        at, lacks = f"{one.installed_at:%Y-%m-%d %H:%M}", ", ".join(sorted(SCOPES.keys() - set(one.scopes)))
        table.add_row(one.id, one.name, at, f"{until}{over}", one.trouble or "none", lacks or "nothing")
    Console(soft_wrap=True, highlight=False).print(table if known else "No workspace has installed Vigia by its link.")


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Put every stored token under the newest of VIGIA_SLACK_TOKEN_SECRETS; the older ones may be dropped then."""
    settings = Settings()
    link = slack_link(settings)
    if link is None:
        raise ConfigurationError(phrase("No workspace can install Vigia by a link: VIGIA_SLACK_CLIENT_ID is not set."))
    resealed = reseal_all(open_database(settings).work, TokenSeal(link.secrets))
    whose = "workspace's" if resealed.count == 1 else "workspaces'"
    typer.echo(f"{resealed.count} {whose} tokens are sealed with the newest secret.")
    for one in resealed.unopened:
        typer.echo(f"{one.id} ({one.name}): no secret opens its tokens; put back theirs, or install it there again.")
    if resealed.unopened:
        sys.exit(1)
