"""What a morning's watch costs from SQLite to the recorded judgements, beside reading the same rows as columns."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from array import array
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from handlers.watch.alert_watch import sweep_alerts
from kpi.alerts.panels import HISTORY_DAYS
from kpi.alerts.watched import WATCHED
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room, Seller, Store
from kpi.languages import Language
from kpi.markets import BEIJING, MARKETS, Market, Marketplace, StoreKind
from storage.alerts import StoredAlerts
from storage.database import Database
from tests.benchmarks.import_orders import peak_megabytes
from tests.habits.sources import ROOT

pytestmark = pytest.mark.benchmark

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
LAST = date(2026, 11, 23)
STORES = 2_000
MOST_TIMES_READING = 1.7
MOST_MEMORY_MB = 1500
MOST_GROWTH = 1.2
MOST_TIMES_FIRST_MORNING = 7
MOST_TIMES_NEXT_SWEEP = 1
LEAST_CROSSED = 0.5
"""The counts are drawn: so large a share of the stores is beyond a line or near it."""
ROUNDS = 3
FILLED_AT_ONCE = 500
EXPOSURES = {watched.exposure for watched in WATCHED}
MEASURES = sorted({measure for watched in WATCHED for measure in watched.measures})

TOLD = (
    *("deliveries", "alert_notices", "alert_episodes", "alert_judgements"),
    *("incident_steps", "incident_timeline", "incident_notices", "incidents"),
)
"""What a morning writes."""

READING = """
SELECT store_key, measure_key, day, value, status, known_at FROM facts
WHERE measure_key IN ({measures}) AND day BETWEEN ? AND ?
ORDER BY store_key, measure_key, day
"""
"""The rows of one metric, in the order in which they lie."""


def _engagement(stores: int, *, has_red_lines: bool) -> Engagement:
    market = MARKETS[Market.BR]
    person = Person("ana", "Ana", Role.ACCOUNT_MANAGER, Language.EN, BEIJING)
    room = Room("ops", "many", Platform.CONSOLE, "ops", Audience.OPERATIONS, Language.EN, BEIJING)
    return Engagement(
        "many",
        "Many",
        Seller("many", "Many"),
        tuple(
            Store(
                f"store-{number}",
                f"Store {number}",
                Marketplace.MERCADO_LIBRE,
                Market.BR,
                StoreKind.LOCAL,
                market.currency,
                market.zone,
            )
            for number in range(stores)
        ),
        (person,),
        (room,),
        has_red_lines=has_red_lines,
    )


def _fill(path: Path, stores: int) -> Database:
    """Make a database of ordinary shops: every watched metric has its counts on every day a morning reads."""
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.work() as work:
        work.engagements.save(_engagement(stores, has_red_lines=False), NOW)
    chance = np.random.default_rng(20261124)
    first = LAST.toordinal() - HISTORY_DAYS - 3
    known_at = int(NOW.timestamp() * 1_000_000)
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO sources (key, name) VALUES (1, 'benchmark')")
        raw.executemany("INSERT INTO measures (key, name) VALUES (?, ?)", list(enumerate(MEASURES, start=1)))
        keys = [row[0] for row in raw.execute("SELECT key FROM stores ORDER BY key")]
        for start in range(0, stores, FILLED_AT_ONCE):
            part = keys[start : start + FILLED_AT_ONCE]
            for measure, name in enumerate(MEASURES, start=1):
                usual = np.exp(chance.uniform(5, 9, len(part))) * (1.0 if name in EXPOSURES else 0.03)
                counts = chance.poisson(usual[:, None], (len(part), LAST.toordinal() - first + 1)).tolist()
                raw.executemany(
                    "INSERT INTO facts VALUES (?, ?, ?, ?, 0, 1, 1, ?)",
                    (
                        (key, measure, first + day, value, known_at)
                        for key, values in zip(part, counts, strict=True)
                        for day, value in enumerate(values)
                    ),
                )
        raw.execute("ANALYZE")
    raw.close()
    return database


def _read(raw: sqlite3.Connection) -> int:
    """Read the rows of every metric as columns; return how many there were."""
    rows = 0
    for watched in WATCHED:
        measures = [MEASURES.index(measure) + 1 for measure in watched.measures]
        days = (LAST - timedelta(days=HISTORY_DAYS - 1)).toordinal(), LAST.toordinal()
        numbers = array("q")
        statement = READING.format(measures=", ".join(map(str, measures)))
        numbers.extend(chain.from_iterable(raw.execute(statement, days)))
        columns = [numbers[place::6] for place in range(6)]
        rows += len(columns[0])
    return rows


def _forget(raw: sqlite3.Connection) -> None:
    """Make the morning one that was not judged yet."""
    for table in TOLD:
        raw.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    raw.commit()


def _seconds(run: Callable[[], object]) -> float:
    """Return the seconds of the processor: everything happens in this thread, and others may use the machine too."""
    started = time.process_time()
    run()
    return time.process_time() - started


def measured(folder: str, stores: int) -> dict[str, float]:
    """Return the best seconds of the scan, of the scan without recording and of reading, and the most memory held.

    And of a first morning with the red lines, each judged for two weeks and most of them crossed, told, and followed by
    incidents; and of the sweep after it, which finds nothing new.
    """
    path = Path(folder) / f"{stores}.sqlite"
    database = _fill(path, stores)
    raw = sqlite3.connect(path)

    def watch() -> None:
        assert sweep_alerts(database.work, NOW).judged == stores * len(WATCHED)

    times: dict[str, list[float]] = {"watch": [], "unrecorded": [], "reading": []}
    for _ in range(ROUNDS):  # one after the other, so that a busy moment of the machine hits all three
        times["reading"].append(_seconds(lambda: _read(raw)))
        with patch.object(StoredAlerts, "record", lambda *_: None):
            times["unrecorded"].append(_seconds(watch))
        _forget(raw)
        times["watch"].append(_seconds(watch))
        _forget(raw)
    with database.work() as work:
        work.engagements.save(_engagement(stores, has_red_lines=True), NOW)
    for _ in range(ROUNDS - 1):
        times.setdefault("first morning", []).append(_seconds(watch))
        times.setdefault("next sweep", []).append(_seconds(lambda: sweep_alerts(database.work, NOW)))
        crossed = raw.execute("SELECT count(*) FROM alert_episodes WHERE rule != '' AND is_open").fetchone()[0]
        assert crossed > stores * LEAST_CROSSED
        _forget(raw)
    raw.close()
    database.close()
    return {name: min(seconds) for name, seconds in times.items()} | {"megabytes": peak_megabytes()}


def _in_a_process_of_its_own(folder: Path, stores: int) -> dict[str, float]:
    code = "import json, sys; from tests.benchmarks.test_watch import measured; "
    code += "print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))"
    command = [sys.executable, "-c", code, str(folder), str(stores)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_a_morning_from_sqlite_costs_little_more_than_reading_its_rows(tmp_path: Path) -> None:
    """Of 2,000 stores: the scan at most 1.7 times reading the rows as columns, with red lines at most seven times."""
    small, large = _in_a_process_of_its_own(tmp_path, STORES // 4), _in_a_process_of_its_own(tmp_path, STORES)
    ratio, unrecorded = large["watch"] / large["reading"], large["unrecorded"] / large["reading"]
    growth = large["watch"] / small["watch"] / 4
    print(  # noqa: T201
        f"\n{STORES * len(WATCHED):,} series: {large['watch']:.2f} s, {ratio:.2f} x reading the rows"
        f" ({large['reading']:.2f} s), {unrecorded:.2f} x without recording; {large['megabytes']:.0f} MB;"
        f" growth per series {growth:.2f}"
    )
    assert ratio <= MOST_TIMES_READING
    assert large["megabytes"] < MOST_MEMORY_MB
    assert growth <= MOST_GROWTH
    first, after = large["first morning"] / large["reading"], large["next sweep"] / large["reading"]
    growth_first = large["first morning"] / small["first morning"] / 4
    print(  # noqa: T201
        f"with red lines crossed everywhere: {large['first morning']:.2f} s, {first:.2f} x reading the rows; the next"
        f" sweep {large['next sweep']:.2f} s, {after:.2f} x; growth per store {growth_first:.2f}"
    )
    assert first <= MOST_TIMES_FIRST_MORNING
    assert after <= MOST_TIMES_NEXT_SWEEP
    assert growth_first <= MOST_GROWTH
