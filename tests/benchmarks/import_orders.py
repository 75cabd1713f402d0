"""How long a million order lines take beside DuckDB, and how much memory: `python -m tests.benchmarks.import_orders`.

Both read the same CSV in a process of their own, one after the other, and answer the same question: orders, paid and
cancelled orders, units and amounts per day, and per day and listing. Starting Python and importing the packages is not
counted for either.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import duckdb

from kpi.engagements import Store
from kpi.markets import Market, Marketplace, StoreKind
from kpi.sources.importing import read_files
from kpi.sources.previews import ImportContext

LINES = 1_000_000
MOST_TIMES_DUCKDB = 4.0
MOST_MEMORY_MB = 700
ROUNDS = 3
"""The best of three counts for both: the machine may be busy."""
FIRST = date(2026, 6, 1)
DAYS = 92
LISTINGS = 400
HEADERS = (
    "ID do pedido,Status do pedido,Cancelar Motivo,Data de criação do pedido,Hora do pagamento do pedido,"
    "Número de referência SKU,Preço acordado,Quantidade,Subtotal do produto,Desconto do vendedor,Desconto do vendedor,"
    "Valor Total,Taxa de comissão líquida,Taxa de serviço líquida,Total global,CPF do Comprador,Nome do destinatário"
)
QUESTION = """
CREATE TEMP TABLE lines AS
SELECT "Data de criação do pedido"::DATE AS day, "ID do pedido" AS order_id, "Número de referência SKU" AS listing,
       "Hora do pagamento do pedido" IS NOT NULL AS paid, "Status do pedido" ILIKE '%cancelad%' AS cancelled,
       "Quantidade" AS units, "Preço acordado" * "Quantidade" AS amount
FROM read_csv('{path}', header = true);
"""
BY_DAY = """
SELECT day, count(DISTINCT order_id), count(DISTINCT order_id) FILTER (paid),
       count(DISTINCT order_id) FILTER (cancelled),
       sum(units) FILTER (paid), sum(amount) FILTER (paid), sum(amount) FILTER (paid AND cancelled)
FROM lines GROUP BY day ORDER BY day
"""
BY_LISTING = """
SELECT day, listing, count(DISTINCT order_id), count(DISTINCT order_id) FILTER (paid),
       count(DISTINCT order_id) FILTER (cancelled),
       sum(units) FILTER (paid), sum(amount) FILTER (paid)
FROM lines GROUP BY day, listing
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reading cost: seconds, megabytes at the peak, and the amount it found (both must agree)."""

    seconds: float
    megabytes: float
    amount: float


def write_orders(path: Path, lines: int) -> None:
    """Write an order export with one row per item; about three rows in ten belong to an order of several items."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADERS + "\n")
        file.writelines(_rows(lines))


def _rows(lines: int) -> Iterator[str]:
    dice = random.Random(20261124)
    order, row = 0, ""
    for _ in range(lines):
        if not row or dice.random() < 0.7:
            order += 1
            made_at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(
                minutes=dice.randrange(DAYS * 24 * 60)
            )
            state = "Cancelado" if dice.random() < 0.05 else "Concluído"
            made = f"{made_at:%Y-%m-%d %H:%M}"
            row = f"26{order:012d},{state},,{made},{made if dice.random() < 0.95 else ''}"
        price, units = dice.randrange(990, 39_990), dice.choice((1, 1, 1, 2, 3))
        total = f"{price * units / 100:.2f}"
        yield (
            f"{row},SKU-{dice.randrange(LISTINGS):04d},{price / 100:.2f},{units},{total},0.00,0.00,{total},"
            f"12.34,5.67,{total},000.000.000-00,Nome Inventado\n"
        )


def by_vigia(path: Path) -> float:
    """Read the file as an import does; return the amount sold in whole currency units."""
    zone = ZoneInfo("America/Sao_Paulo")
    store = Store("sample", "Sample", Marketplace.SHOPEE, Market.BR, StoreKind.LOCAL, "BRL", zone)
    preview = read_files([path], ImportContext((store,), datetime(2026, 11, 24, tzinfo=UTC)))
    return sum(fact.value for fact in preview.facts if fact.measure == "gmv_gross" and not fact.part) / 10_000


def by_duckdb(path: Path) -> float:
    """Answer the same question with DuckDB; return the amount sold in whole currency units."""
    with duckdb.connect() as connection:
        connection.execute(QUESTION.format(path=path))
        days = connection.execute(BY_DAY).fetchall()
        connection.execute(BY_LISTING).fetchall()
    return float(sum(row[5] for row in days))


def peak_megabytes() -> float:
    """Return the most memory this process ever held (the kernel's own figure; getrusage elsewhere)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(way: str, path: Path) -> Cost:
    """Run one way of reading in a process of its own, several times; return the quickest and the largest peak."""
    costs = []
    for _ in range(ROUNDS):
        command = [sys.executable, "-m", "tests.benchmarks.import_orders", way, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        costs.append(Cost(**json.loads(done.stdout)))
    return Cost(min(cost.seconds for cost in costs), max(cost.megabytes for cost in costs), costs[0].amount)


def compare(lines: int = LINES) -> tuple[Cost, Cost]:
    """Return what Vigia and DuckDB cost for a file of so many lines."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "Order.all.csv"
        write_orders(path, lines)
        return measured("vigia", path), measured("duckdb", path)


def _one(way: str, path: Path) -> None:
    read = by_vigia if way == "vigia" else by_duckdb
    started = time.perf_counter()
    amount = read(path)
    seconds = time.perf_counter() - started
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak_megabytes(), "amount": amount}))


def main() -> None:
    """Measure and print; with two words, be one of the two measured processes."""
    if len(sys.argv) > 1:
        _one(sys.argv[1], Path(sys.argv[2]))
        return
    vigia, rival = compare()
    sys.stdout.write(
        f"{LINES:,} order lines: Vigia {vigia.seconds:.2f} s, {vigia.megabytes:.0f} MB; "
        f"DuckDB {rival.seconds:.2f} s, {rival.megabytes:.0f} MB; ratio {vigia.seconds / rival.seconds:.2f} "
        f"(at most {MOST_TIMES_DUCKDB}), memory at most {MOST_MEMORY_MB} MB\n"
    )


if __name__ == "__main__":
    main()
