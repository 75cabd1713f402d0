"""What one morning of 100,000 series costs beside a cumulative sum over the same arrays, and how it grows."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np
import pytest

from kpi.alerts.detection.mornings import judge
from kpi.alerts.detection.panel import DAYS, Panel
from kpi.alerts.detection.signals import RATE_FALL
from tests.benchmarks.import_orders import peak_megabytes
from tests.habits.sources import ROOT

pytestmark = pytest.mark.benchmark

SERIES = 100_000
ROWS = 90
MOST_TIMES_SUM = 60.0
MOST_MEMORY_MB = 1500
MOST_GROWTH = 1.2
ROUNDS = 3


def _panel(series: int) -> Panel:
    chance = np.random.default_rng(20261124)
    exposure = chance.poisson(np.exp(chance.uniform(4, 10, series)), (DAYS, series)).astype(float)
    events = chance.binomial(exposure.astype(int), 0.03).astype(float)
    everything, nothing = np.ones((DAYS, series), np.bool_), np.zeros((DAYS, series), np.bool_)
    weekday, group = np.arange(DAYS) % 7, np.arange(series) % 15
    return Panel(RATE_FALL, exposure, events, everything, everything, nothing, nothing, weekday, group)


def _best(run: object) -> float:
    assert callable(run)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def _seconds_of_sums(series: int) -> float:
    rows = np.random.default_rng(1).random((2, series, ROWS))
    return _best(lambda: np.cumsum(rows, axis=2))


def measured(series: int) -> dict[str, float]:
    """Return the seconds of a morning and of the sums, and the most memory ever held."""
    sums = _seconds_of_sums(series)
    panel = _panel(series)
    seconds = _best(lambda: judge(panel))
    return {"seconds": seconds, "sums": sums, "megabytes": peak_megabytes()}


def _in_a_process_of_its_own(series: int) -> dict[str, float]:
    code = f"import json; from tests.benchmarks.test_detection import measured; print(json.dumps(measured({series})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_a_morning_of_a_hundred_thousand_series_costs_sixty_sums_at_most() -> None:
    """Every engagement's morning is over before anybody is at work, on one small machine."""
    small, large = _in_a_process_of_its_own(SERIES // 10), _in_a_process_of_its_own(SERIES)
    ratio = large["seconds"] / large["sums"]
    growth = large["seconds"] / small["seconds"] / 10
    print(  # noqa: T201
        f"\n{SERIES:,} series: {large['seconds']:.2f} s, {ratio:.0f} x the sums ({large['sums'] * 1000:.0f} ms),"
        f" {large['megabytes']:.0f} MB; growth per series {growth:.2f}"
    )
    assert ratio <= MOST_TIMES_SUM
    assert large["megabytes"] < MOST_MEMORY_MB
    assert growth <= MOST_GROWTH
