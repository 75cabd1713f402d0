"""What every test stands on: no settings from outside, and a clock that does not run."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture
def clock() -> FakeClock:
    """Return a fixed clock: Sunday 22 November 2026, 12:00 UTC, until it is advanced."""
    return FakeClock()
