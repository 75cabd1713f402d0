"""Counts for trying the detector alone: `data.csv`, `series.csv` and `promos.csv` of one folder, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from kpi.alerts.detection.counted_days import MOST_EXPOSURE
from kpi.alerts.detection.histories import History, Versions
from kpi.alerts.detection.panel import Flags, Whole
from kpi.alerts.detection.signals import RATE_FALL, RATE_RISE
from kpi.errors import SourceError
from kpi.phrases import phrase

DATA_COLUMNS = ("series_id", "date", "available_on", "n", "x", "is_final")
SERIES_COLUMNS = ("series_id", "platform", "country", "metric", "bad_direction", "first_date")
PROMO_COLUMNS = ("platform", "country", "start_date", "end_date")
PROMO_TAIL_DAYS = 1
DATES = frozenset({"date", "available_on", "first_date", "start_date", "end_date"})
COUNTS = frozenset({"n", "x"})
EARLIEST = date(2000, 1, 1)
FINAL = {"1": True, "true": True, "0": False, "false": False}
DIRECTIONS = ("down", "up")


@dataclass(frozen=True, slots=True)
class WatchedSeries:
    """The series of one signal: names, metrics, histories, and the position of each one's first day."""

    names: tuple[str, ...]
    metrics: tuple[str, ...]
    history: History
    starts: Whole


@dataclass(frozen=True, slots=True)
class DetectorFiles:
    """A folder's series by signal; day 0 is `first_day`, the last day with any row `last_day`."""

    first_day: date
    last_day: date
    watched: tuple[WatchedSeries, ...]


def read_detector_files(folder: Path) -> DetectorFiles:
    """Return the histories of a folder; raises SourceError for a missing file or column, or an impossible line."""
    data = _table(folder / "data.csv", DATA_COLUMNS)
    series = _table(folder / "series.csv", SERIES_COLUMNS)
    promos = _table(folder / "promos.csv", PROMO_COLUMNS)
    if data.is_empty():
        raise SourceError(phrase("%(file)s is empty; download the export again."), file="data.csv")
    _require_lines("data.csv", data, _is_known_day() & _is_count("n") & _is_count("x"))
    _require_lines("series.csv", series, pl.col("first_date").is_not_null())
    _require_lines("promos.csv", promos, pl.col("start_date").is_not_null() & pl.col("end_date").is_not_null())
    _require_directions(series)
    first, last = data.select(first=pl.col("date").min(), last=pl.col("date").max()).row(0)
    parts = series.partition_by("bad_direction", as_dict=True)
    watched = tuple(_watched(data, part, promos, first, last) for _, part in sorted(parts.items()))
    return DetectorFiles(first, last, watched)


def _table(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the columns of a file; a cell that is not what its column holds becomes null."""
    try:
        # Every cell as it is written: a guess of types would fall over the first odd line, or take 007 for 7.
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = str(error).splitlines()[0].rstrip(".")
        raise SourceError(phrase("%(file)s cannot be read: %(problem)s."), file=path.name, problem=problem) from error
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise SourceError(phrase("%(file)s has no column %(columns)s."), file=path.name, columns=", ".join(missing))
    return frame.select(_typed(name) for name in columns)


def _typed(name: str) -> pl.Expr:
    cell = pl.col(name).str.strip_chars()
    if name in DATES:
        return cell.str.to_date("%Y-%m-%d", strict=False)
    if name in COUNTS:
        return cell.cast(pl.Float64, strict=False)
    if name == "is_final":
        return cell.str.to_lowercase().replace_strict(FINAL, default=None, return_dtype=pl.Boolean)
    return cell.fill_null("")


def _is_known_day() -> pl.Expr:
    """Return whether a line says its day and became known then or later; null counts as no."""
    return (pl.col("date") >= EARLIEST) & (pl.col("available_on") >= pl.col("date")) & pl.col("is_final").is_not_null()


def _is_count(name: str) -> pl.Expr:
    return pl.col(name).is_between(0, MOST_EXPOSURE)


def _require_lines(file: str, table: pl.DataFrame, is_right: pl.Expr) -> None:
    bad = table.with_row_index("line", offset=2).filter(~is_right.fill_null(value=False))
    if not bad.is_empty():
        raise SourceError(
            phrase("%(file)s, line %(line)s: dates and counts (0 or more) are needed; correct the line."),
            file=file,
            line=bad["line"][0],
        )


def _require_directions(series: pl.DataFrame) -> None:
    bad = series.with_row_index("line", offset=2).filter(~pl.col("bad_direction").is_in(DIRECTIONS))
    if not bad.is_empty():
        problem = f"line {bad['line'][0]}: bad_direction is up or down"
        raise SourceError(phrase("%(file)s cannot be read: %(problem)s."), file="series.csv", problem=problem)


def _watched(data: pl.DataFrame, series: pl.DataFrame, promos: pl.DataFrame, first: date, last: date) -> WatchedSeries:
    names = tuple(series["series_id"].to_list())
    days = (last - first).days + 1
    rows = (
        data.join(series.select("series_id").with_row_index("series"), on="series_id", how="inner")
        .sort("available_on", maintain_order=True)
        .select(
            pl.col("series").cast(pl.Int64),
            day=(pl.col("date") - first).dt.total_days(),
            available=(pl.col("available_on") - first).dt.total_days(),
            n="n",
            x="x",
            is_final="is_final",
        )
    )
    versions = Versions(*(rows[name].to_numpy() for name in ("series", "day", "available", "n", "x", "is_final")))
    is_fall_bad = series["bad_direction"][0] == "down"
    history = History(
        RATE_FALL if is_fall_bad else RATE_RISE, versions, days, _promos(series, promos, first, days), _groups(series)
    )
    starts = (series["first_date"] - first).dt.total_days().to_numpy()
    return WatchedSeries(names, tuple(series["metric"].to_list()), history, starts)


def _groups(series: pl.DataFrame) -> Whole:
    numbered = series.select(pl.struct("metric", "platform", "country").rank("dense").cast(pl.Int64) - 1)
    return numbered.to_series().to_numpy()


def _promos(series: pl.DataFrame, promos: pl.DataFrame, first: date, days: int) -> Flags:
    touched = np.zeros((days, series.height), np.bool_)
    place = series.select(pl.concat_str("platform", "country", separator="/")).to_series().to_numpy()
    for row in promos.iter_rows(named=True):
        columns = np.flatnonzero(place == f"{row['platform']}/{row['country']}")
        start = max((row["start_date"] - first).days, 0)
        end = (row["end_date"] - first).days + PROMO_TAIL_DAYS + 1
        touched[start : max(end, 0), columns] = True
    return touched
