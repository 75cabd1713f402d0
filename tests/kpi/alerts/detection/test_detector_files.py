"""The door of the detector: what is no count is refused by its line, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kpi.alerts.detection.signals import RATE_FALL, RATE_RISE
from kpi.errors import SourceError
from kpi.sources.detector_files import read_detector_files
from tests.kpi.alerts.detection.folders import LINE, SHOP, lines_of, shops_of, write_folder
from tests.kpi.alerts.detection.many_days import MONDAY, Shops, on, quiet

COUNTS_NEEDED = "dates and counts (0 or more) are needed; correct the line."


def _second(place: int, cell: str) -> list[tuple[str, ...]]:
    wrong = list(LINE)
    wrong[place] = cell
    return [LINE, tuple(wrong), LINE]


@pytest.mark.parametrize("cell", ["NaN", "-1", "inf", "-inf", "1e300", "twelve", "", "1,5", "None"])
@pytest.mark.parametrize("place", [3, 4])
def test_what_is_no_count_is_refused_with_its_line(tmp_path: Path, place: int, cell: str) -> None:
    """A line that is guessed at becomes a false alert later."""
    with pytest.raises(SourceError) as caught:
        read_detector_files(write_folder(tmp_path, _second(place, cell)))
    assert str(caught.value) == f"data.csv, line 3: {COUNTS_NEEDED}"


@pytest.mark.parametrize(
    ("place", "cell"),
    [
        (1, "2026-13-01"),
        (1, "05/01/2026"),
        (1, ""),
        (1, "9999-01-01"),
        (1, "0026-01-05"),
        (2, "soon"),
        (2, "2026-01-04"),
        (5, "maybe"),
        (5, ""),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_its_line(tmp_path: Path, place: int, cell: str) -> None:
    """A year mistyped as 9999 would ask for a table of three million days."""
    with pytest.raises(SourceError) as caught:
        read_detector_files(write_folder(tmp_path, _second(place, cell)))
    assert str(caught.value) == f"data.csv, line 3: {COUNTS_NEEDED}"


@pytest.mark.parametrize("file", ["data", "series", "promos"])
def test_a_missing_file_is_one_sentence(tmp_path: Path, file: str) -> None:
    """Nobody reads a traceback."""
    write_folder(tmp_path)
    (tmp_path / f"{file}.csv").unlink()
    with pytest.raises(SourceError, match=rf"{file}\.csv cannot be read: [^\n]+\.\Z"):
        read_detector_files(tmp_path)


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    """One round of corrections, not one per column."""
    write_folder(tmp_path)
    (tmp_path / "data.csv").write_text("series_id,date,n\ns0,2026-01-05,4\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"data\.csv has no column available_on, x, is_final"):
        read_detector_files(tmp_path)


def test_a_line_with_too_many_cells_is_one_sentence(tmp_path: Path) -> None:
    """A comma inside a name shifts every cell after it."""
    with pytest.raises(SourceError, match=r"\Adata\.csv cannot be read: [^\n]+\.\Z"):
        read_detector_files(write_folder(tmp_path, [(*LINE, "7", "8")]))


def test_a_file_without_lines_is_said_to_be_empty(tmp_path: Path) -> None:
    """An export that broke off after its header is no quiet shop."""
    with pytest.raises(SourceError, match=r"data\.csv is empty"):
        read_detector_files(write_folder(tmp_path, []))


@pytest.mark.parametrize(("place", "cell"), [(5, "sideways"), (5, ""), (6, "yesterday"), (6, "")])
def test_a_series_without_a_bad_side_or_a_first_day_is_refused_with_its_line(
    tmp_path: Path, place: int, cell: str
) -> None:
    """Which side is bad is never guessed."""
    wrong = list(SHOP)
    wrong[place] = cell
    with pytest.raises(SourceError, match=r"\Aseries\.csv.* line 2"):
        read_detector_files(write_folder(tmp_path, series=[tuple(wrong)]))


def test_a_promotion_without_dates_is_refused_with_its_line(tmp_path: Path) -> None:
    """A promotion of no days would silently be none."""
    with pytest.raises(SourceError, match=r"\Apromos\.csv, line 2"):
        read_detector_files(write_folder(tmp_path, promos=[("meli", "BR", "", "2026-01-09", "Saldão")]))


def test_names_that_look_like_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    """Store 007 is not store 7, in either file."""
    folder = write_folder(tmp_path, [("007", *LINE[1:])], [("007", *SHOP[1:]), ("7", *SHOP[1:])])
    watched = read_detector_files(folder).watched[0]
    assert watched.names == ("007", "7")
    watched.history.pass_to(1)
    assert watched.history.is_seen(0).tolist() == [True, False]


def test_falls_and_rises_are_watched_apart_with_their_groups_and_first_days(tmp_path: Path) -> None:
    """Each series keeps its name, its metric, its first day and the stores of its marketplace and country."""
    shops = [
        SHOP,
        ("s1", "e1", "meli", "BR", "complaint_rate", "up", "2026-01-07"),
        ("s2", "e2", "shopee", "BR", "conversion", "down", "2026-01-05"),
        ("s3", "e3", "meli", "BR", "conversion", "down", "2026-01-05"),
    ]
    falls, rises = read_detector_files(write_folder(tmp_path, series=shops)).watched
    assert (falls.names, falls.history.signal) == (("s0", "s2", "s3"), RATE_FALL)
    assert (rises.names, rises.history.signal) == (("s1",), RATE_RISE)
    assert rises.metrics == ("complaint_rate",)
    assert rises.starts.tolist() == [2]
    groups = falls.history.panel(0, 0).group
    assert groups[0] == groups[2] != groups[1]


def test_a_promotion_touches_its_own_marketplace_and_the_day_after(tmp_path: Path) -> None:
    """Both ends are part of it; a promotion may begin before the first day and end after the last."""
    days = quiet(Shops(days=9, series=2))
    shops = shops_of(days)
    shops[1] = ("s1", "e1", "shopee", *shops[1][3:])
    promos = [
        ("meli", "BR", "2025-12-01", on(1).isoformat(), "Natal"),
        ("meli", "BR", on(5).isoformat(), on(6).isoformat(), "Saldão"),
        ("shopee", "MX", on(0).isoformat(), on(8).isoformat(), "9.9"),
        ("shopee", "BR", on(8).isoformat(), on(20).isoformat(), "1.20"),
        ("meli", "BR", "2024-01-01", "2024-01-02", "long ago"),
    ]
    watched = read_detector_files(write_folder(tmp_path, lines_of(days), shops, promos)).watched[0]
    touched = watched.history.panel(8, 0).is_promo
    assert (np.flatnonzero(touched[:, 0]) - 62).tolist() == [0, 1, 2, 5, 6, 7]
    assert (np.flatnonzero(touched[:, 1]) - 62).tolist() == [8]


def test_counts_arrive_as_they_were_written(tmp_path: Path) -> None:
    """What the history shows is what the file says, gaps and later versions included."""
    days = quiet(Shops(days=20, series=3)).missing(1, [4]).comes_again(12, 2, [3], 0.5)
    files = read_detector_files(write_folder(tmp_path, lines_of(days), shops_of(days)))
    assert (files.first_day, files.last_day) == (MONDAY, on(19))
    known, read = days.history(), files.watched[0].history
    for morning in (5, 20):
        known.pass_to(morning)
        read.pass_to(morning)
        for name in ("exposure", "events", "is_seen", "is_final"):
            expected = getattr(known.panel(morning - 1, 0), name)
            np.testing.assert_array_equal(getattr(read.panel(morning - 1, 0), name), expected)
