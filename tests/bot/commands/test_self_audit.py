"""What an admin sees of the self-audit and of drills in the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import now
from kpi.audits.audit import AUDITS_APART, Fault, FaultKind
from kpi.errors import NotFoundError, QuestionError
from storage.database import Database


def audited(folder: Path, ago: timedelta, *faults: Fault) -> None:
    """Let an audit have run some time ago."""
    database = Database(f"sqlite:///{folder}/vigia.sqlite")
    database.migrate()
    with database.work() as work:
        work.audits.take_turn(now() - ago, AUDITS_APART)
        work.audits.keep(faults)
    database.close()


def test_the_doctor_says_when_the_last_audit_ran(terminal: Any, tmp_path: Path) -> None:
    """Never, just now, or too long ago."""
    assert "has never run; it runs with vigia run" in terminal("doctor").output
    audited(tmp_path, timedelta(minutes=2))
    (line,) = (one for one in terminal("doctor").output.splitlines() if "self-audit" in one)
    assert line.startswith("✓")
    assert "last ran 20" in line
    assert "too long ago" not in line


def test_the_doctor_misses_an_audit_that_does_not_run(terminal: Any, tmp_path: Path) -> None:
    """Then nobody watches."""
    audited(tmp_path, timedelta(minutes=16))
    assert "which is too long ago: is vigia run running?" in terminal("doctor").output


def test_the_doctor_names_the_faults_that_stand(terminal: Any, tmp_path: Path) -> None:
    """One that its repair did not end is bad; one that was only just found is to be looked at."""
    at = now()
    fresh = Fault(FaultKind.OVERDUE_STEPS, "north", ("north-1001", "north-1002"), 2, at, at, at)
    audited(tmp_path, timedelta(0), fresh)
    result = terminal("doctor")
    assert "! fault overdue_steps" in result.output
    assert "2 in north since 20" in result.output
    assert "(north-1001, north-1002); it is being repaired" in result.output
    assert result.exit_code == 0
    audited(tmp_path, timedelta(0), replace(fresh, engagement="", told_at=at))
    result = terminal("doctor")
    assert "✗ fault overdue_steps" in result.output
    assert "its repair did not help" in result.output
    assert result.exit_code == 1


def test_a_drill_is_opened_from_the_terminal_once(sampled: Any, tmp_path: Path) -> None:
    """The running bot does the rest."""
    assert "Drill #1001 is open" in sampled("drill", "--engagement", "lumina").output
    with pytest.raises(QuestionError, match="lumina-1001"):
        sampled("drill", "--engagement", "lumina")
    with pytest.raises(NotFoundError, match="lumina"):
        sampled("drill", "--engagement", "nobody")
    database = Database(f"sqlite:///{tmp_path}/vigia.sqlite")
    with database.view() as work:
        opened = work.incidents.get("lumina", 1001)
        assert opened is not None
        assert opened.is_drill
        assert [one.incident for one in work.drills.running()] == [opened.id]
    database.close()
