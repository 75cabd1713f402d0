"""A console that is really served, for journeys in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.twins.console_world import World
from tests.twins.loopback_server import Served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; on Debian: apt-get install chromium"),
]
"""The marks of a journey that needs a browser."""


@dataclass(frozen=True)
class Desk:
    """The world behind the page and the server in front of it."""

    world: World
    server: Served
    expected_complaints: list[str] = field(default_factory=list)
    """Parts of what the browser may complain about in this journey, because the journey is about it."""


OpenPage = Callable[..., Page]
