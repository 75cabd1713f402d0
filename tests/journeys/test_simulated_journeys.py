"""Journeys from files: what they print is what docs/journeys shows, and what they count is true."""

from __future__ import annotations

import re
from collections import Counter
from difflib import unified_diff
from pathlib import Path

import pytest

from bot.commands.simulate import simulated
from bot.simulation.journey_file import read_journey
from bot.simulation.platforms import Seen
from bot.simulation.printing import as_markdown, as_text
from bot.simulation.watching import Lived
from kpi.deliveries import DeliveryState
from kpi.incidents.incident import Status
from kpi.promises import PromiseState
from tests.journeys.lived_journeys import FOLDER, lived

JOURNEYS = sorted(path.stem for path in FOLDER.glob("*.toml") if not path.stem.startswith("lumina"))
BOTH_WAYS = ("wecom-to-slack", "slack-to-wecom")
BAD_CALLS = """\
title = "Slack takes messages and says nothing, then the clock jumps"
engagement = "lumina.toml"
starts = "2026-09-14 08:00"
until = "2026-09-14 10:30"
[[steps]]
at = "09:00"
happens = "answers lost"
in = "lumina-ops"
for = "12 min"
[[steps]]
at = "09:05"
who = "wei"
in = "lumina-seller"
says = "/incident 紧急 Lumina ML Brasil 转化率从昨天开始下降"
[[steps]]
at = "09:50"
happens = "clock jumps"
by = "2 h"
[[steps]]
at = "10:00"
who = "rita"
in = "lumina-ops"
says = "/incident ack 1001"
"""


def calls(journey: Lived) -> Counter[str]:
    """Return how often each person was called, by what the rooms saw."""
    seen = (line for line in journey.lines if line.reply and not line.room.is_direct)
    names = (re.search(r"chamando (.+)$", line.reply.headline) for line in seen if line.reply)
    return Counter(name.group(1) for name in names if name)


def test_the_journeys_of_the_documentation_are_found() -> None:
    """An empty folder would make the next test pass."""
    assert {"nobody-answers", "seller-room-archived", "wecom-limited", "process-down", *BOTH_WAYS} <= set(JOURNEYS)


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_page_shows_what_the_code_prints(name: str) -> None:
    """Documentation that is made by the code cannot lie: `make docs` writes it anew."""
    made_by = f"vigia simulate docs/journeys/{name}.toml --format md"
    page, printed = (FOLDER / f"{name}.md").read_text(encoding="utf-8"), as_markdown(lived(name), made_by)
    assert list(unified_diff(page.splitlines(), printed.splitlines(), "page", "printed", n=0)) == []


def test_the_main_journey_goes_from_the_fall_to_the_verified_end() -> None:
    """Alert, incident, two escalations, a late analysis, plan, review: each once."""
    journey = lived("nobody-answers")
    assert calls(journey) == {"Ana Souza": 2, "Bruno Lima": 2, "Rita Alves": 1}
    (one,) = journey.figures.incidents
    assert one.incident.status is Status.RESOLVED
    assert [promise.state for promise in one.promises] == [
        PromiseState.KEPT_LATE,
        PromiseState.KEPT_LATE,
        PromiseState.KEPT,
    ]
    assert max(page.late_by.total_seconds() for page in journey.figures.pages) <= 15
    assert {page.delivery.state for page in journey.figures.pages} == {DeliveryState.SENT}


def test_a_narrow_terminal_shows_one_room_below_the_other() -> None:
    """And a wide one both beside each other, each on its own clock."""
    journey = lived("process-down")
    narrow, wide = as_text(journey, 80), as_text(journey, 150)
    assert "[lumina-ops]\n09-14 09:05 ●1" in narrow
    assert " │ 09-14 09:05 ●1" in wide
    assert "09-14 20:05 » 陈伟" in wide
    assert "Vigia: process down until 09-14 10:20" in wide
    assert "44 min 45 s at worst" in wide


def test_lost_answers_and_a_jumping_clock_repeat_no_call(tmp_path: Path) -> None:
    """What nobody knows of is sent once more and marked; a clock two hours ahead makes a call early, never twice."""
    (tmp_path / "lumina.toml").write_bytes((FOLDER / "lumina.toml").read_bytes())
    (tmp_path / "day.toml").write_text(BAD_CALLS, encoding="utf-8")
    journey = simulated(read_journey(tmp_path / "day.toml"))
    assert calls(journey) == {"Ana Souza": 2, "Bruno Lima": 1, "Rita Alves": 1}
    posted = Counter(
        (line.room.id, line.reply.headline, line.is_repeat)
        for line in journey.lines
        if line.reply and line.seen is Seen.POSTED
    )
    assert set(posted.values()) == {1}
    assert "●4 (sent again)" in as_text(journey, 80)


def test_why_a_room_cannot_be_reached_is_said_in_the_readers_language() -> None:
    """The code for whoever looks it up, the sentence for whoever has to do something."""
    texts = [
        line.reply.text for line in lived("wecom-limited").lines if line.reply and "alcançar" in line.reply.headline
    ]
    (text,) = texts
    assert "45009: Mensagens demais foram enviadas" in text
    assert "Too many" not in text
