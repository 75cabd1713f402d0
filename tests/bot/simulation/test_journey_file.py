"""A journey's file: what it says, and one sentence with its line for what it must not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.simulation.journey import Weather
from bot.simulation.journey_file import read_journey
from kpi.errors import ConfigurationError
from tests.habits.sources import ROOT

HEAD = """\
title = "A day"
engagement = "lumina"
zone = "America/Sao_Paulo"
starts = "2026-09-14 08:00"
until = 2026-09-15T20:00:00
"""
SAYS = 'at = "09:05"\nwho = "ana"\nin = "lumina-ops"\nsays = "/incident list"\n'


def written(folder: Path, text: str) -> Path:
    """Return a journey's file."""
    path = folder / "day.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistake(folder: Path, text: str) -> str:
    """Return the sentence about a file."""
    with pytest.raises(ConfigurationError) as caught:
        read_journey(written(folder, text))
    return str(caught.value)


def test_a_time_without_a_day_is_the_next_time_a_clock_shows_it(tmp_path: Path) -> None:
    """Whoever writes a journey thinks in times of day."""
    later = SAYS.replace("09:05", "08:30")
    journey = read_journey(written(tmp_path, f"{HEAD}[[steps]]\n{SAYS}[[steps]]\n{later}"))
    assert [one.at for one in journey.said] == [
        datetime(2026, 9, 14, 12, 5, tzinfo=UTC),
        datetime(2026, 9, 15, 11, 30, tzinfo=UTC),
    ]


def test_weather_of_a_platform_is_that_of_all_its_rooms(tmp_path: Path) -> None:
    """Slack is down for everybody at once."""
    step = '[[steps]]\nat = "10:00"\nhappens = "platform down"\nin = "console"\nfor = "30 min"\n'
    (happens,) = read_journey(written(tmp_path, HEAD + step)).weather
    assert [room.id for room in happens.rooms] == ["lumina-seller", "lumina-ops"]
    assert happens.until - happens.at == timedelta(minutes=30)
    assert happens.weather is Weather.DOWN


def test_weather_without_a_length_lasts_to_the_end(tmp_path: Path) -> None:
    """An archived channel stays archived."""
    step = '[[steps]]\nat = "10:00"\nhappens = "room archived"\nin = "lumina-ops"\n'
    journey = read_journey(written(tmp_path, HEAD + step))
    assert journey.weather[0].until == journey.until


def lumina_beside(folder: Path, step: str) -> str:
    """Return a journey with one step in the engagement of the documentation, whose file is put beside it."""
    name = "lumina-in-wecom.toml"
    (folder / name).write_bytes((ROOT / "docs/journeys" / name).read_bytes())
    return HEAD.replace('"lumina"', f'"{name}"') + f'[[steps]]\nat = "09:05"\n{step}'


def test_people_write_and_are_out_of_reach_in_their_own_conversations(tmp_path: Path) -> None:
    """Nothing stores such a room: it follows from the person."""
    says = 'who = "ana"\nin = "direct/ana/wecom"\nsays = "/incident list"\n'
    (said,) = read_journey(written(tmp_path, lumina_beside(tmp_path, says))).said
    assert (said.room.id, said.room.address, said.room.is_direct) == ("direct/ana/wecom", "ana.souza", True)
    gone = 'happens = "person unreachable"\nin = "direct/ana/wecom"\n'
    (weather,) = read_journey(written(tmp_path, lumina_beside(tmp_path, gone))).weather
    assert [room.id for room in weather.rooms] == ["direct/ana/wecom"]


def test_a_platforms_weather_reaches_peoples_own_conversations(tmp_path: Path) -> None:
    """Slack that takes nothing takes no call either."""
    step = 'happens = "too many messages"\nin = "slack"\n'
    (weather,) = read_journey(written(tmp_path, lumina_beside(tmp_path, step))).weather
    assert [room.id for room in weather.rooms] == [
        "lumina-ops",
        "direct/bruno/slack",
        "direct/rita/slack",
        "direct/davi/slack",
    ]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ('who = "bruno"\nin = "direct/ana/wecom"\nsays = "x"\n', "who: direct/ana/wecom is somebody else's own"),
        ('happens = "person unreachable"\nin = "lumina-ops"\n', "in: name a person's own conversation, for example"),
    ],
)
def test_a_conversation_of_ones_own_is_ones_own(tmp_path: Path, step: str, sentence: str) -> None:
    """Nobody writes there but its person."""
    assert sentence in mistake(tmp_path, lumina_beside(tmp_path, step))


def test_nobody_is_heard_in_a_wecom_group_without_a_robot(tmp_path: Path) -> None:
    """Its webhook is one way."""
    text = lumina_beside(tmp_path, 'who = "wei"\nin = "lumina-seller"\nsays = "x"\n')
    engagement = tmp_path / "lumina-in-wecom.toml"
    robotless = engagement.read_text(encoding="utf-8").replace("robot =", "# robot =")
    engagement.write_text(robotless, encoding="utf-8")
    assert "nobody is heard in lumina-seller: it has no robot" in mistake(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('title = "x"\n', "line 1: engagement: is missing"),
        (HEAD.replace('"lumina"', '"nowhere.toml"'), "line 2: engagement: “nowhere.toml” is neither a file beside"),
        (HEAD.replace("starts", "strats"), "line 4: strats: unknown key (misspelt?)"),
        (HEAD.replace("2026-09-14 08:00", "08:00"), "line 4: starts: give day and time"),
        (HEAD.replace("2026-09-14 08:00", "tomorrow"), "line 4: starts: tomorrow is not a time"),
        (HEAD.replace("2026-09-15T", "2026-09-13T"), "line 5: until: the journey ends before it starts"),
        (HEAD.replace("2026-09-15T", "2026-12-15T"), "line 5: until: a journey lasts at most 40 days"),
        (f"{HEAD}[[steps]]\n{SAYS}[[steps]]\n{SAYS}whom = 1\n", "line 16: whom: unknown key (misspelt?)"),
        (f"{HEAD}[[steps]]\n{SAYS.replace('ana', 'anna')}", "line 8: who: nobody is called “anna”; there are: ana,"),
        (f"{HEAD}[[steps]]\n{SAYS.replace('-ops', '-opps')}", "line 9: in: no room is called “lumina-opps”"),
        (f"{HEAD}[[steps]]\n{SAYS.replace('09:05', '2026-09-14 07:00')}", "line 7: at: it lies before the step above"),
        (f"{HEAD}[[steps]]\n{SAYS.replace('09:05', '2026-09-16 07:00')}", "line 7: at: it lies after the end"),
        (f'{HEAD}[[steps]]\nat = "09:05"\nhappens = "rain"\n', "line 8: happens: Input should be 'room archived', "),
        (f'{HEAD}[[steps]]\nat = "09:05"\n', "line 6: a step is either who, in and says, or happens"),
        (f'{HEAD}[[steps]]\nat = "09:05"\nhappens = "room archived"\n', "line 6: say in which room or on which"),
        (f'{HEAD}[[steps]]\nat = "09:05"\nhappens = "clock jumps"\n', "line 6: say by how much the clock jumps"),
        (
            f'{HEAD}[[steps]]\nat = "09:00"\nhappens = "process down"\nfor = "1 h"\n[[steps]]\n{SAYS}',
            "line 11: at: nobody is answered while the process is down",
        ),
        (
            f'{HEAD}[[falls]]\nstore = "x"\nfirst = 2026-09-01\nlast = 2026-09-02\nconversion = 0.5\n',
            "line 7: store: no store is called “x”",
        ),
        (
            f'{HEAD}[[falls]]\nstore = "lumina-ml-br"\nfirst = 2026-09-01\nlast = 2026-09-02\nconversion = 50\n',
            "line 10: conversion: Input should be less than or equal to 1",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    """Journeys are written by people who do not read stack traces."""
    said = mistake(tmp_path, text)
    assert f"day.toml, {sentence}" in said
    assert "\n" not in said


def test_a_file_that_is_no_toml_says_so(tmp_path: Path) -> None:
    """And names the line where reading stopped."""
    assert "line 1" in mistake(tmp_path, "title =\nzone = 1")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    """The name was misspelt."""
    with pytest.raises(ConfigurationError, match=r"none\.toml cannot be opened"):
        read_journey(tmp_path / "none.toml")
