"""The lines somebody is given to bind a channel are lines an engagement file takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engagement_files.reading import read_engagement_file
from handlers.rooms.room_changes import Change
from kpi.engagements import Audience, Platform
from kpi.languages import Language
from tests.bot.engagement_files.test_reading import GOOD
from tests.handlers.rooms.test_room_changes import FAR, begun, happen, in_slack, words
from tests.handlers.world import north


@pytest.mark.parametrize("language", list(Language))
def test_copied_as_they_are_they_bind_the_channel(tmp_path: Path, language: Language) -> None:
    """As a seller's room, which shows the least; in the language of who was told."""
    world = begun(in_slack(north(language)))
    (told,) = happen(world, Change.JOINED, FAR, handle="U0NORTH-BRUNO")
    lines = words(world, told).partition("[[rooms]]")
    file = tmp_path / "engagement.toml"
    file.write_text(f"{GOOD}\n{lines[1]}{lines[2]}\n", encoding="utf-8")
    room = read_engagement_file(file).engagement.rooms[-1]
    assert (room.platform, room.address) == (Platform.SLACK, FAR)
    assert (room.audience, room.language) == (Audience.SELLER, language)
