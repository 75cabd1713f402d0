"""Folders of counts as `vigia alerts evaluate` reads them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from tests.kpi.alerts.detection.many_days import Days, on

DATA = ("series_id", "date", "available_on", "n", "x", "is_final")
SERIES = ("series_id", "engagement_id", "platform", "country", "metric", "bad_direction", "first_date")
PROMOS = ("platform", "country", "start_date", "end_date", "name")
LINE = ("s0", "2026-01-05", "2026-01-06", "100", "3", "1")
SHOP = ("s0", "e0", "meli", "BR", "conversion", "down", "2026-01-05")


def write_folder(
    folder: Path,
    data: Sequence[Sequence[str]] = (LINE,),
    series: Sequence[Sequence[str]] = (SHOP,),
    promos: Sequence[Sequence[str]] = (),
) -> Path:
    """Write the three files and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, header, rows in (("data", DATA, data), ("series", SERIES, series), ("promos", PROMOS, promos)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return folder


def lines_of(days: Days, prefix: str = "s") -> list[tuple[str, ...]]:
    """Return the lines of data.csv for every day that comes."""
    seen = days.versions()
    return [
        (
            f"{prefix}{seen.series[one]}",
            on(int(seen.day[one])).isoformat(),
            on(int(seen.available[one])).isoformat(),
            f"{seen.exposure[one]:.0f}",
            f"{seen.events[one]:.0f}",
            str(int(seen.is_final[one])),
        )
        for one in range(len(seen.day))
        if seen.available[one] < days.shops.days + 30
    ]


def shops_of(days: Days, prefix: str = "s") -> list[tuple[str, ...]]:
    """Return the lines of series.csv."""
    direction = "down" if days.shops.signal.is_fall_bad else "up"
    metric = "conversion" if days.shops.signal.is_fall_bad else "complaint_rate"
    return [
        (f"{prefix}{number}", f"e{number}", "meli", "BR", metric, direction, on(0).isoformat())
        for number in range(days.shops.series)
    ]
