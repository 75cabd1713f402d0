"""`vigia slack`: what an admin needs to create Slack's app."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.slack.manifest import EXAMPLE_URL, manifest
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def slack() -> None:
    """Slack's app: its manifest."""


@app.command("manifest")
def print_manifest(
    url: Annotated[str, typer.Option(help="Public https address of this installation")] = EXAMPLE_URL,
    socket: Annotated[bool, typer.Option("--socket", help="Socket Mode: no public address is needed")] = False,
) -> None:
    """Print the manifest to create the app from (api.slack.com/apps → Create New App → From a manifest)."""
    if not url.startswith("https://"):
        raise ConfigurationError(phrase("Slack calls https addresses only; give one with --url, or use --socket."))
    typer.echo(json.dumps(manifest(url, has_socket=socket), indent=2))
