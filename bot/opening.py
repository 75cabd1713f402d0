"""Opens what every command needs: settings, the migrated database, the intake."""

from __future__ import annotations

import structlog

from bot.settings import Settings
from handlers.answers.kpi_command import KPI_COMMAND
from handlers.commands import Command
from handlers.incidents.command import INCIDENT_COMMAND
from handlers.intake import Intake
from handlers.invitations.command import PERSON_COMMAND
from handlers.invitations.inviting import LinkTo, no_page
from handlers.ports import UnitOfWork
from handlers.rooms.command import ROOM_COMMAND
from handlers.watch.alert_command import ALERT_COMMAND
from kpi.errors import VigiaError
from storage.database import Database

COMMAND_TABLE: tuple[Command, ...] = (KPI_COMMAND, ALERT_COMMAND, INCIDENT_COMMAND, PERSON_COMMAND, ROOM_COMMAND)
"""Every command people may type; help and the platforms' manifests are checked against it."""


def open_database(settings: Settings) -> Database:
    """Return the database at the newest schema."""
    database = Database(settings.database_url)
    database.migrate()
    return database


def open_intake(unit_of_work: UnitOfWork, view: UnitOfWork | None = None, link_to: LinkTo = no_page) -> Intake:
    """Return the one path behind every door; `link_to` is where strangers say who they are."""
    return Intake(unit_of_work, COMMAND_TABLE, _report, view, link_to)


def _report(reference: str, error: VigiaError) -> None:
    structlog.get_logger("vigia.intake").info("mistake answered", reference=reference, code=error.code)
