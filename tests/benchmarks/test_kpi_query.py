"""How much a whole `/kpi` answer costs beside the SQL it stands on, and whether it grows with the database."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.opening import open_intake
from handlers.intake import Intake
from handlers.messages import Arrival, Reply
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room, Seller, Store
from kpi.languages import Language
from kpi.markets import BEIJING, MARKETS, Market, Marketplace, StoreKind
from storage.database import Database

pytestmark = pytest.mark.benchmark

DAYS = 400
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
LAST = date(2026, 11, 23)
MEASURES = ("orders_paid", "visits", "gmv_gross")
FEW = 6
MOST_TIMES_SQL = 3.0
MOST_GROWTH = 1.3
ROUNDS = 7

HAND_WRITTEN = """
SELECT f0.day, SUM(f0.value), SUM(f1.value), COUNT(*)
FROM facts f0
JOIN facts f1 ON f1.store_key = f0.store_key AND f1.measure_key = ? AND f1.day = f0.day
JOIN stores s ON s.key = f0.store_key
WHERE f0.measure_key = ? AND s.engagement = ? AND f0.day BETWEEN ? AND ?
GROUP BY f0.day
"""
"""Orders and visits per day over the 310 days a 30-day reading and its eight comparable periods need."""


def _store(number: int, owner: str) -> Store:
    market = MARKETS[Market.BR]
    name = f"{owner}-{number}"
    return Store(name, name, Marketplace.MERCADO_LIBRE, Market.BR, StoreKind.LOCAL, market.currency, market.zone)


def _engagement(name: str, stores: int) -> Engagement:
    person = Person(f"{name}-ana", "Ana", Role.ACCOUNT_MANAGER, Language.EN, BEIJING)
    room = Room(f"{name}-ops", name, Platform.CONSOLE, f"{name}-ops", Audience.OPERATIONS, Language.EN, BEIJING)
    return Engagement(
        name, name, Seller(name, name), tuple(_store(number, name) for number in range(stores)), (person,), (room,)
    )


def _fill(path: Path, many: int) -> Database:
    """Make a database of `many` stores in one engagement and six in another, 400 days each."""
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.work() as work:
        for engagement in (_engagement("many", many - FEW), _engagement("few", FEW)):
            work.engagements.save(engagement, NOW)
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO sources (key, name) VALUES (1, 'benchmark')")
        raw.executemany("INSERT INTO measures (key, name) VALUES (?, ?)", list(enumerate(MEASURES, start=1)))
        keys = [row[0] for row in raw.execute("SELECT key FROM stores")]
        first = (LAST - timedelta(days=DAYS - 1)).toordinal()
        raw.executemany(
            "INSERT INTO facts VALUES (?, ?, ?, ?, 0, 1, 1, 0)",
            (
                (key, measure, first + day, (day * 31 + key * 7) % 97 + (20 if measure == 1 else 4000))
                for key in keys
                for measure in range(1, len(MEASURES) + 1)
                for day in range(DAYS)
            ),
        )
        raw.execute("ANALYZE")
    raw.close()
    return database


def _median(run: Callable[[], object]) -> float:
    run()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _ask(intake: Intake, engagement: str) -> Reply:
    arrival = Arrival(Platform.CONSOLE, f"{engagement}-ops", "", "/kpi conversion 30d", NOW, "benchmark")
    reply = intake.answer_as(arrival, f"{engagement}-ops", f"{engagement}-ana")
    assert reply.figures
    assert reply.picture is not None
    return reply


def _sql(path: Path, engagement: str) -> Callable[[], object]:
    raw = sqlite3.connect(path)
    span = (LAST.toordinal() - 309, LAST.toordinal())
    return lambda: raw.execute(HAND_WRITTEN, (2, 1, engagement, *span)).fetchall()


def test_an_answer_over_a_thousand_stores_costs_little_more_than_its_sql(tmp_path: Path) -> None:
    """1,000 stores x 400 days: everything but drawing is at most three times the hand-written query."""
    path = tmp_path / "thousand.sqlite"
    intake = open_intake(_fill(path, 1000).work, Database(f"sqlite:///{path}").view)
    for engagement in ("many", "few"):
        answer, query = _median(lambda: _ask(intake, engagement)), _median(_sql(path, engagement))  # noqa: B023
        print(f"\n{engagement}: answer {answer * 1000:.1f} ms, SQL {query * 1000:.2f} ms, ratio {answer / query:.2f}")  # noqa: T201
        if engagement == "many":
            assert answer <= MOST_TIMES_SQL * query


def test_an_answer_does_not_grow_with_other_peoples_stores(tmp_path: Path) -> None:
    """Six stores among 10,000 are answered within 1.3 times the time of six among 100."""
    times = {}
    for many in (100, 10_000):
        path = tmp_path / f"{many}.sqlite"
        intake = open_intake(_fill(path, many).work, Database(f"sqlite:///{path}").view)
        times[many] = _median(lambda: _ask(intake, "few"))  # noqa: B023
    print(f"\n100 stores {times[100] * 1000:.1f} ms, 10,000 stores {times[10_000] * 1000:.1f} ms")  # noqa: T201
    assert times[10_000] <= MOST_GROWTH * times[100]
