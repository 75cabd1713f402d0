"""Looks at an installation as a careful colleague would, and says what to do about each thing found."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.clock import now
from bot.health import Health
from bot.messengers import AnswerLostError, NotSentError
from bot.platform_access import slack_access, wecom_app_access
from bot.reachability import called_people, people_known_on_one_side
from bot.settings import Settings
from bot.slack.side import installed_as
from bot.slack_workspaces import check_workspaces, slack_room
from bot.wecom_rooms import reached_by, wecom_room
from bot.wecom_wiring import wecom_app, wecom_crypto, wecom_robot_crypto
from bot.wiring import page_links
from charts import fonts
from handlers.digests.schedule import next_slot
from kpi.acquaintances import learnt_handles
from kpi.audits.audit import AUDIT_LATE_AFTER
from kpi.engagements import Engagement, Platform, Role, Room
from kpi.errors import ConfigurationError
from kpi.languages import Language
from kpi.wording.wording import Wording
from kpi.workspaces import Workspace
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what it is, how it is, and a sentence (what to do, where something is wrong)."""

    name: str
    health: Health
    sentence: str


HELD = "another company reads it: nothing is posted there until /room confirm {room} is typed or the sharing ends"


def examine(settings: Settings) -> Iterator[Check]:
    """Yield every check, cheapest first; nothing is sent to any room."""
    yield _settings_file()
    yield _fonts(settings)
    yield from _database(settings)
    yield from _slack(settings)
    yield _pages(settings)
    yield from _wecom_app(settings)
    yield from _wecom_robot(settings)


def _settings_file() -> Check:
    file = Path(".env")
    if not file.exists():
        return Check("settings", Health.OK, "no .env file; defaults and VIGIA_ variables are used")
    mode = file.stat().st_mode & 0o077
    if mode and os.name == "posix":
        return Check("settings", Health.LOOK, ".env can be read by other users of this machine: chmod 600 .env")
    return Check("settings", Health.OK, ".env is read")


def _fonts(settings: Settings) -> Check:
    missing = [path for path in settings.font_files if not path.is_file()]
    if missing:
        return Check("fonts", Health.BAD, f"VIGIA_FONT_FILES names files that are not there: {missing[0]}")
    fonts.add_files(settings.font_files)
    found = fonts.report()
    if found.chinese:
        return Check("fonts", Health.OK, f"Chinese labels are drawn with {found.chinese}")
    return Check("fonts", Health.LOOK, found.advice)


def _database(settings: Settings) -> Iterator[Check]:
    try:
        database = Database(settings.database_url)
        is_current = database.is_current()
        if not is_current:
            database.migrate()
        with database.view() as work:
            engagements, workspaces = work.engagements.all(), work.workspaces.all()
    except ConfigurationError as error:
        yield Check("database", Health.BAD, str(error))
        return
    yield Check("database", Health.OK, "schema is current" if is_current else "schema was brought up to date")
    if not engagements:
        yield Check("engagements", Health.LOOK, "none yet: write an engagement file and run vigia apply FILE")
    for engagement in engagements:
        yield from _engagement(engagement, settings, workspaces)
    yield from _self_audit(database)
    for found in check_workspaces(settings, workspaces, now()):
        yield Check(*found)


def _self_audit(database: Database) -> Iterator[Check]:
    with database.view() as work:
        last, standing = work.audits.last_audit(), work.audits.standing()
    if last is None:
        yield Check("self-audit", Health.LOOK, "has never run; it runs with vigia run")
        return
    is_late = now() - last > AUDIT_LATE_AFTER
    sentence = f"last ran {last:%Y-%m-%d %H:%M} UTC"
    yield Check(
        "self-audit",
        Health.LOOK if is_late else Health.OK,
        f"{sentence}, which is too long ago: is vigia run running?" if is_late else sentence,
    )
    for fault in standing:
        place = f" in {fault.engagement}" if fault.engagement else ""
        told = "its repair did not help" if fault.is_told else "it is being repaired"
        yield Check(
            f"fault {fault.kind}",
            Health.BAD if fault.is_told else Health.LOOK,
            f"{fault.count}{place} since {fault.since:%Y-%m-%d %H:%M} UTC ({', '.join(fault.subjects)}); {told}",
        )


def _people(engagement: Engagement, settings: Settings) -> Iterator[Check]:
    for person, ways in called_people(engagement, settings) if engagement.stores else ():
        sentence = f"is called alone in {' and then '.join(ways)}"
        if not ways:
            sentence = "can be called nowhere alone: give them a user id in Slack, or in WeCom and set up its app"
        yield Check(f"person {person.id}", Health.OK if ways else Health.LOOK, sentence)
    for person, missing in people_known_on_one_side(engagement, settings):
        sentence = f"is called on one platform alone: a user id in {missing} would be a second way"
        yield Check(f"person {person.id}", Health.OK, sentence)
    for one in learnt_handles(engagement):
        sentence = f'{one.platform} = "{one.handle}" came by an invitation: write it into the engagement file'
        yield Check(f"person {one.person}", Health.OK, sentence)


def _engagement(engagement: Engagement, settings: Settings, workspaces: tuple[Workspace, ...]) -> Iterator[Check]:
    name = f"engagement {engagement.id}"
    if not engagement.stores:
        yield Check(name, Health.BAD, "has no stores: add [[stores]] to its file")
    if not any(person.role is Role.ACCOUNT_MANAGER for person in engagement.people):
        yield Check(name, Health.LOOK, "has no account manager: nobody would answer for it")
    yield from _people(engagement, settings)
    for room in engagement.rooms:
        place, wrong = f"room {room.id}", _wrong_room(room, settings, workspaces)
        if room.id in engagement.held:
            yield Check(place, Health.BAD, HELD.format(room=room.id))
        if wrong is not None:
            yield Check(place, *wrong)
        else:
            slot = next_slot(engagement, room, now())
            words = Wording(Language.EN)
            when = (
                f"next digest ({slot.day}) at {words.both_clocks(slot.due_at, room.zone, engagement.stores[0].zone)}"
                if slot and engagement.stores
                else "no digest is scheduled"
            )
            by = f"; reached by {reached_by(room)}" if room.platform is Platform.WECOM else ""
            yield Check(place, Health.OK, when + by)


def _wrong_room(room: Room, settings: Settings, workspaces: tuple[Workspace, ...]) -> tuple[Health, str] | None:
    match room.platform:
        case Platform.WECOM:
            return wecom_room(room, settings)
        case Platform.SLACK:
            return slack_room(room, settings, workspaces)
        case _:
            return None


def _pages(settings: Settings) -> Check:
    try:
        links = page_links(settings, now)
    except ConfigurationError as error:
        return Check("pages", Health.BAD, str(error))
    if links is None:
        return Check("pages", Health.OK, "off: WeCom messages carry no link to details (VIGIA_PUBLIC_URL)")
    return Check("pages", Health.OK, f"WeCom messages link to {settings.public_url}")


def _slack(settings: Settings) -> Iterator[Check]:
    try:
        access = slack_access(settings)
        if access is None:
            return
        installed = asyncio.run(installed_as(access))
        yield Check("slack", Health.OK, f"speaks as {installed.name}")
        if installed.missing:
            lacking = f"the app lacks {', '.join(installed.missing)}: update its manifest and install it again"
            yield Check("slack permissions", Health.BAD, f"{lacking} (vigia slack manifest)")
    except ConfigurationError as error:
        yield Check("slack", Health.BAD, str(error))


def _wecom_app(settings: Settings) -> Iterator[Check]:
    try:
        access = wecom_app_access(settings)
        if access is None:
            return
        database = Database(settings.database_url)
        app = wecom_app(access, database, now)
        hears = "people can answer it" if wecom_crypto(settings) else "no callback: it writes and hears nothing"
        yield Check("wecom app", Health.OK, f"speaks as {app.name()}; {hears}")
        app.close()
        database.close()
    except (ConfigurationError, NotSentError, AnswerLostError) as error:
        yield Check("wecom app", Health.BAD, str(error))


def _wecom_robot(settings: Settings) -> Iterator[Check]:
    try:
        if wecom_robot_crypto(settings) is None:
            return
    except ConfigurationError as error:
        yield Check("wecom robot", Health.BAD, str(error))
        return
    hears = f"answers as @{settings.wecom_robot_name} at /wecom/robot/callback"
    if settings.wecom_corp_id is None:
        yield Check("wecom robot", Health.LOOK, f"{hears}; without the app, hidden user ids stay unknown people")
    else:
        yield Check("wecom robot", Health.OK, hears)
