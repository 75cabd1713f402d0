"""The journeys of the documentation, each lived through once for all tests of a process: it takes seconds."""

from __future__ import annotations

from functools import cache

from bot.commands.simulate import simulated
from bot.simulation.journey_file import read_journey
from bot.simulation.watching import Lived
from tests.habits.sources import ROOT

FOLDER = ROOT / "docs/journeys"


@cache
def lived(name: str) -> Lived:
    """Return a journey of docs/, lived through."""
    return simulated(read_journey(FOLDER / f"{name}.toml"))
