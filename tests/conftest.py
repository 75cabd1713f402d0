"""What every test stands on: no settings from outside, a clock that does not run, databases that are quickly there."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database
from tests.storage.postgresql import running_postgresql
from tests.twins.clock import FakeClock

OUTSIDE_SETTINGS = ("VIGIA_", "SLACK_", "WECOM_")
"""Bolt and the Slack SDK read SLACK_* themselves: a real token must never reach a test."""

settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("shared-machine"), derandomize=True, database=None)
# A landing is judged by examples that are the same every time; new ones are looked for while developing.
settings.load_profile("ci" if os.environ.get("CI") else "shared-machine")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove real settings and tokens, so that a developer's own never take part in a test."""
    for name in list(os.environ):
        if name.upper().startswith(OUTSIDE_SETTINGS):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """Share the certificates among all clients: reading them takes 40 ms, and loopback is plain HTTP."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture
def clock() -> FakeClock:
    """Return a fixed clock: Sunday 22 November 2026, 12:00 UTC, until it is advanced."""
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty SQLite database at the newest schema, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """Return the address of an empty SQLite database at the newest schema, the test's own."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'vigia.sqlite')}"


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Start one PostgreSQL server for all tests of this process; each makes its own databases on it."""
    with running_postgresql() as url:
        yield url
