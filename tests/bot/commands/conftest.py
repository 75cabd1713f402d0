"""A terminal in a folder of its own, with a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.clock import now
from bot.commands import simulate
from bot.samples.filling import fill_with_samples
from storage.database import Database

Terminal = Callable[..., Result]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a function that runs `vigia …`; mistakes are raised as they are, and other tests keep their log lines."""
    monkeypatch.setattr(simulate, "configure_logs", lambda _settings: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIA_DATABASE_URL", f"sqlite:///{tmp_path}/vigia.sqlite")

    def run(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def _sample_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("samples") / "samples.sqlite"))
    database = Database(f"sqlite:///{path}")
    fill_with_samples(database.work, now())
    database.close()
    return path


@pytest.fixture
def sampled(terminal: Terminal, _sample_file: Path, tmp_path: Path) -> Terminal:
    """Return a terminal over the sample engagements."""
    shutil.copy(_sample_file, tmp_path / "vigia.sqlite")
    return terminal
