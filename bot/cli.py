"""The command `vigia`: finds a command, loads only its module, and turns mistakes into one sentence."""

from __future__ import annotations

import sys
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console
from typer.core import TyperGroup

from bot.loading import load
from kpi.errors import VigiaError

COMMANDS: dict[str, str] = {
    "run": "bot.commands.run",
    "demo": "bot.commands.demo",
    "apply": "bot.commands.apply",
    "import": "bot.commands.import_files",
    "ask": "bot.commands.ask",
    "digest": "bot.commands.digest",
    "alerts": "bot.commands.alerts",
    "replay": "bot.commands.replay",
    "incident": "bot.commands.incident",
    "service-record": "bot.commands.service_record",
    "simulate": "bot.commands.simulate",
    "export": "bot.commands.export",
    "drill": "bot.commands.drill",
    "deliveries": "bot.commands.deliveries",
    "slack": "bot.commands.slack",
    "handover": "bot.commands.handover",
    "doctor": "bot.commands.doctor",
}
"""Command → module with its Typer `app`. `vigia run` must not pay for the spreadsheet engine `vigia import` needs."""


class LazyCommands(TyperGroup):
    """Loads a command's module when the command is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(load(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=LazyCommands, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def vigia() -> None:
    """Vigia: KPI answers, daily digests, alerts and incidents for marketplace sellers, in Slack and WeCom."""


def main() -> None:
    """Run the command line; a mistake ends with one sentence on standard error and the exit code 1."""
    try:
        app()
    except VigiaError as error:
        _complain(f"{error}")
    except ValidationError as error:
        for detail in error.errors():
            name = "_".join(str(part) for part in detail["loc"]).upper()
            sentence = detail["msg"].removeprefix("Value error, ")
            sys.stderr.write(f"VIGIA_{name}: {sentence}\n")
        sys.exit(1)


def _complain(sentence: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(sentence, style="red", markup=False)
    sys.exit(1)
