"""`vigia alerts evaluate`: a folder of counts in, a file of alerts out, or one sentence and no file."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from kpi.alerts.detection.signals import RATE_RISE
from tests.kpi.alerts.detection.folders import LINE, lines_of, shops_of, write_folder
from tests.kpi.alerts.detection.many_days import Days, Shops, changed, on, quiet

COLUMNS = ["series_id", "date", "metric", "state", "onset", "z", "effect", "reason"]
FALLS = Shops(days=110, series=5)
RISES = Shops(days=110, series=3, exposure=300, rate=0.03, noise=0.08, signal=RATE_RISE)
FELL = 85


def _folder(folder: Path, falls: Days, rises: Days) -> Path:
    return write_folder(folder, [*lines_of(falls), *lines_of(rises, "c")], [*shops_of(falls), *shops_of(rises, "c")])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def test_a_folder_of_counts_becomes_a_file_of_alerts(terminal: Any, tmp_path: Path) -> None:
    """A fall that ends, a rise that stays, a day that is missing: five lines, each with its day."""
    falls = quiet(FALLS, changed(FALLS, 2, FELL, 0.5, days=4)).missing(4, [70])
    folder = _folder(tmp_path / "counts", falls, quiet(RISES, changed(RISES, 1, FELL, 3.0)))
    result = terminal("alerts", "evaluate", "--data", str(folder), "--out", str(tmp_path / "alerts.csv"))
    assert result.exit_code == 0
    assert f"8 series, {on(60)} to {on(109)}: 2 alerts, 1 missing days" in result.output.replace("\n", "")
    rows = {(row["series_id"], row["state"]): row for row in _rows(tmp_path / "alerts.csv")}
    assert set(rows) == {("s2", "firing"), ("s2", "resolved"), ("s4", "no_data"), ("c1", "firing")}
    fall = rows["s2", "firing"]
    assert (fall["metric"], fall["onset"], fall["reason"]) == ("conversion", on(FELL).isoformat(), "own")
    assert float(fall["z"]) >= 3.8
    assert float(fall["effect"]) == pytest.approx(0.5, abs=0.15)
    assert rows["s2", "resolved"]["onset"] == fall["onset"]
    assert rows["s4", "no_data"]["date"] == on(70).isoformat()
    assert rows["c1", "firing"]["metric"] == "complaint_rate"
    assert not rows["s4", "no_data"]["z"]


def test_the_preset_and_the_first_day_are_chosen_on_the_command_line(terminal: Any, tmp_path: Path) -> None:
    """A quiet preset says no more than a sensitive one; nothing is said of days before the first."""
    folder = _folder(tmp_path / "counts", quiet(FALLS, changed(FALLS, 2, 65, 0.75)), quiet(RISES))
    fired = {}
    for preset in ("quiet", "normal", "sensitive"):
        out = tmp_path / f"{preset}.csv"
        terminal("alerts", "evaluate", "--data", str(folder), "--out", str(out), "--preset", preset)
        fired[preset] = sum(row["state"] == "firing" for row in _rows(out))
    assert fired["quiet"] <= fired["normal"] <= fired["sensitive"]
    assert fired["sensitive"] >= 1
    out = tmp_path / "late.csv"
    terminal("alerts", "evaluate", "--data", str(folder), "--out", str(out), "--from", on(100).isoformat())
    assert all(row["date"] >= on(100).isoformat() for row in _rows(out))


def test_the_same_folder_gives_the_same_file(terminal: Any, tmp_path: Path) -> None:
    """No clock, no chance."""
    folder = _folder(tmp_path / "counts", quiet(FALLS, changed(FALLS, 2, FELL, 0.6)), quiet(RISES))
    written = []
    for name in ("one.csv", "two.csv"):
        terminal("alerts", "evaluate", "--data", str(folder), "--out", str(tmp_path / name))
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def _complaint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, out: Path
) -> tuple[object, str]:
    monkeypatch.setattr(sys, "argv", ["vigia", "alerts", "evaluate", "--data", str(folder), "--out", str(out)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


def test_a_missing_column_is_one_sentence_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a file would be taken for a whole one."""
    folder = write_folder(tmp_path / "counts")
    (folder / "series.csv").write_text("series_id,platform,country,metric,first_date\n", encoding="utf-8")
    code, sentence = _complaint(monkeypatch, capsys, folder, tmp_path / "alerts.csv")
    assert code == 1
    assert sentence == "series.csv has no column bad_direction.\n"
    assert not (tmp_path / "alerts.csv").exists()


def test_a_bad_line_is_one_sentence_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is named, so that it can be corrected."""
    folder = write_folder(tmp_path / "counts", [LINE, (*LINE[:3], "-4", *LINE[4:])])
    code, sentence = _complaint(monkeypatch, capsys, folder, tmp_path / "alerts.csv")
    assert code == 1
    assert sentence.count("\n") == 1
    assert sentence.startswith("data.csv, line 3: ")
    assert not (tmp_path / "alerts.csv").exists()
