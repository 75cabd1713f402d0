"""`vigia replay`: a file and a table, and with --console a page over a database of its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import now
from bot.commands import replay
from bot.wiring import Vigia
from kpi.errors import QuestionError

LAST = now().date() - timedelta(days=30)
DAYS = ("--from", (LAST - timedelta(days=1)).isoformat(), "--to", LAST.isoformat())


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Vigia]:
    """Return the bots that would have been served; none is, and other tests keep their log lines."""
    bots: list[Vigia] = []
    monkeypatch.setattr(replay, "configure_logs", lambda _settings: None)
    monkeypatch.setattr(replay, "serve", bots.append)
    return bots


def test_the_console_shows_two_mornings_and_knows_no_other_platform(
    sampled: Any, served: list[Vigia], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token in the environment is the real bot's; a replay leaves it alone, and a kept file stays."""
    monkeypatch.setenv("VIGIA_SLACK_BOT_TOKEN", "tok-of-the-real-bot")
    kept = tmp_path / "kept.sqlite"
    result = sampled("replay", "--engagement", "lumina", *DAYS, "--console", "--keep", str(kept), "--port", "8399")
    assert "http://127.0.0.1:8399/console?engagement=lumina" in result.output
    (vigia,) = served
    assert vigia.slack is None
    assert vigia.console is not None
    for room in ("lumina-seller", "lumina-ops"):
        posts = vigia.console.board.messages(room)
        assert [message.entry.at.date() for message in posts] == [LAST, LAST + timedelta(days=1)]
    assert kept.exists()
    vigia.database.close()


def test_without_the_console_nothing_is_served_and_the_file_is_written(
    sampled: Any, served: list[Vigia], tmp_path: Path
) -> None:
    """A line for every series and morning."""
    file = tmp_path / "alerts.csv"
    result = sampled("replay", "--engagement", "lumina", *DAYS, "--metrics", "orders", "--alerts", str(file))
    assert "3 series, 6 mornings judged" in result.output
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1 + 6
    assert served == []


def test_a_file_that_exists_is_never_written_over(sampled: Any, served: list[Vigia], tmp_path: Path) -> None:
    """It may be somebody's database: one sentence, and it stays as it is."""
    kept = tmp_path / "vigia.sqlite"
    before = kept.read_bytes()
    with pytest.raises(QuestionError, match="exists"):
        sampled("replay", "--engagement", "lumina", *DAYS, "--console", "--keep", str(kept))
    assert kept.read_bytes() == before
    assert served == []
