"""A journey in the console: its rooms, its people's words, and its weather."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.console.messages import Kind
from bot.opening import open_database
from bot.scratch import scratch_settings
from bot.simulation.journey import Happens, Says, Weather
from bot.simulation.on_console import on_the_console, show
from kpi.engagements import Platform
from tests.bot.simulation.rooms import IN_WECOM, OPERATIONS, SELLER, STARTS, engagement, journey

REPORT = "/incident 紧急 Lumina ML Brasil 转化率从昨天开始下降"


def test_what_people_write_alone_stands_in_the_room_of_their_side() -> None:
    """The console has no conversations of one person; their weather is nobody's there."""
    ana = next(one for one in engagement().people if one.id == "ana")
    gone = Happens(STARTS, Weather.UNREACHABLE, STARTS + timedelta(hours=8), (IN_WECOM,))
    shown = on_the_console(replace(journey(gone), said=(Says(STARTS, ana, IN_WECOM, "/incident @lumina list"),)))
    assert [one.room.id for one in shown.said] == [OPERATIONS.id]
    assert shown.weather[0].rooms == ()


def test_a_journey_hangs_in_the_consoles_rooms_with_what_people_wrote(migrated_file: Path, tmp_path: Path) -> None:
    """Whatever the platforms of its file, nothing leaves the page; a room in bad weather gets nothing."""
    wei = next(one for one in engagement().people if one.id == "wei")
    archived = Happens(STARTS, Weather.ARCHIVED, STARTS + timedelta(hours=8), (OPERATIONS,))
    plain = replace(journey(archived), until=STARTS + timedelta(minutes=2))
    said = replace(plain, said=(Says(STARTS + timedelta(minutes=1), wei, SELLER, REPORT),))
    shown = on_the_console(said)
    assert {room.platform for room in shown.engagement.rooms} == {Platform.CONSOLE}
    database = open_database(scratch_settings(Path(shutil.copy(migrated_file, tmp_path)), 8321))
    board, clock = show(shown, database)
    database.close()
    kinds = [message.entry.kind for message in board.messages(SELLER.id)]
    assert kinds == [Kind.QUESTION, Kind.ANSWER, Kind.POST, Kind.POST]  # the card, and that operations cannot be told
    assert board.messages(SELLER.id)[0].entry.text == REPORT
    assert board.messages(OPERATIONS.id) == ()
    assert clock() >= STARTS + timedelta(minutes=1)
