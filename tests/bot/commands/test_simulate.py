"""`vigia simulate` in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.errors import ConfigurationError
from tests.bot.commands.conftest import Terminal

QUIET = """\
title = "A quiet hour"
engagement = "lumina"
starts = "2026-09-14 10:00"
until = "2026-09-14 11:00"
[[steps]]
at = "10:30"
who = "wei"
in = "lumina-seller"
says = "/kpi help"
"""


def test_simulate_prints_a_journey_and_leaves_the_database_alone(terminal: Terminal, tmp_path: Path) -> None:
    """It is for looking only."""
    (tmp_path / "hour.toml").write_text(QUIET, encoding="utf-8")
    said = terminal("simulate", "hour.toml").stdout
    assert "A quiet hour\n" in said
    assert "» 陈伟: /kpi help" in said
    assert "0 calls" in said
    assert not (tmp_path / "vigia.sqlite").exists()


def test_simulate_writes_a_page_that_says_how_it_was_made(terminal: Terminal, tmp_path: Path) -> None:
    """Whoever edits the page is told to edit its file instead."""
    (tmp_path / "hour.toml").write_text(QUIET, encoding="utf-8")
    said = terminal("simulate", "hour.toml", "--format", "md").stdout
    assert "<!-- Made by `vigia simulate hour.toml --format md`" in said
    assert "## Monday 2026-09-14" in said


def test_simulate_shows_both_sides_beside_each_other_where_asked(terminal: Terminal, tmp_path: Path) -> None:
    """On a page; a terminal does so by its width."""
    (tmp_path / "hour.toml").write_text(QUIET, encoding="utf-8")
    said = terminal("simulate", "hour.toml", "--format", "md", "--side-by-side").stdout
    assert '<table>\n<tr><th width="50%" align="left">lumina-seller' in said
    assert '<td valign="top">\n<b>09-14 21:30 » 陈伟: /kpi help</b>' in said
    assert "```text" not in said


def test_simulate_says_what_is_wrong_with_a_file(terminal: Terminal, tmp_path: Path) -> None:
    """One sentence with its line."""
    (tmp_path / "hour.toml").write_text(QUIET.replace("wei", "wie"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"hour\.toml, line 7: who: nobody is called “wie”"):
        terminal("simulate", "hour.toml")
