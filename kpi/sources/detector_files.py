"""Counts for trying the detector alone: `data.csv`, `series.csv` and `promos.csv` of one folder, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from kpi.detection.histories import History, Versions
from kpi.detection.panel import Flags, Whole
from kpi.detection.signals import RATE_FALL, RATE_RISE
from kpi.errors import SourceError
from kpi.phrases import phrase

DATA_COLUMNS = ("series_id", "date", "available_on", "n", "x", "is_final")
SERIES_COLUMNS = ("series_id", "platform", "country", "metric", "bad_direction", "first_date")
PROMO_COLUMNS = ("platform", "country", "start_date", "end_date")
PROMO_TAIL_DAYS = 1


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
    """Return the histories of a folder; raises SourceError for a missing file or column, or an impossible count."""
    data = _table(folder / "data.csv", DATA_COLUMNS)
    series = _table(folder / "series.csv", SERIES_COLUMNS)
    promos = _table(folder / "promos.csv", PROMO_COLUMNS)
    _require_counts(data)
    bounds = data.select(first=pl.col("date").min(), last=pl.col("date").max()).row(0)
    first, last = bounds
    if first is None:
        raise SourceError(phrase("%(file)s is empty; download the export again."), file="data.csv")
    parts = series.partition_by("bad_direction", as_dict=True)
    watched = tuple(_watched(data, part, promos, first, last) for _, part in sorted(parts.items()))
    return DetectorFiles(first, last, watched)


def _table(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    try:
        frame = pl.read_csv(path, try_parse_dates=True)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(phrase("%(file)s cannot be read: %(problem)s."), file=path.name, problem=error) from error
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise SourceError(phrase("%(file)s has no column %(columns)s."), file=path.name, columns=", ".join(missing))
    dates = [name for name in columns if name in {"date", "available_on", "first_date", "start_date", "end_date"}]
    return frame.with_columns(pl.col(name).cast(pl.Date, strict=False) for name in dates)


def _require_counts(data: pl.DataFrame) -> None:
    bad = data.with_row_index("line", offset=2).filter(
        pl.col("date").is_null()
        | pl.col("available_on").is_null()
        | ~(pl.col("n").is_not_null() & pl.col("n").is_finite() & (pl.col("n") >= 0))
        | ~(pl.col("x").is_not_null() & pl.col("x").is_finite() & (pl.col("x") >= 0))
    )
    if not bad.is_empty():
        raise SourceError(
            phrase("%(file)s, line %(line)s: dates and counts (0 or more) are needed; correct the line."),
            file="data.csv",
            line=bad["line"][0],
        )


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
            n=pl.col("n").cast(pl.Float64),
            x=pl.col("x").cast(pl.Float64),
            is_final=pl.col("is_final") == 1,
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
