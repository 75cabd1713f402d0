"""Hostile and broken files: one sentence, nothing read, nothing stored."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kpi.errors import HostileFileError, SourceError, UnknownLayoutError, VigiaError
from kpi.sources.importing import read_files
from kpi.sources.previews import ImportContext
from kpi.sources.safety import Limits
from tests.kpi.sources.shop import BRAZIL, context

HEADER = "date,store_code,orders_paid,visits\n"
ROW = "2026-11-20,acme-br,12,340\n"


def _csv(folder: Path, text: str, name: str = "kpi_daily.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _refusal(path: Path, given: ImportContext | None = None) -> VigiaError:
    with pytest.raises(SourceError) as refused:
        read_files([path], given or context())
    return refused.value


def test_an_empty_file_is_named_and_refused(tmp_path: Path) -> None:
    """A download that failed leaves an empty file behind."""
    path = tmp_path / "kpi_daily.csv"
    path.touch()
    assert "is empty" in str(_refusal(path))


def test_a_folder_is_no_export(tmp_path: Path) -> None:
    """Somebody drags the folder instead of the file."""
    assert "is not a file" in str(_refusal(tmp_path))


def test_a_file_at_the_size_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    """The limit protects the machine; it is a number, so both sides of it are tried."""
    path = _csv(tmp_path, HEADER + ROW)
    size = path.stat().st_size
    assert read_files([path], context(limits=Limits(file_bytes=size))).facts
    refused = _refusal(path, context(limits=Limits(file_bytes=size - 1)))
    assert isinstance(refused, HostileFileError)


def test_a_workbook_with_formulas_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """A formula's value is whatever the last program that opened it thought."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["date", "store_code", "orders_paid"])
    sheet.append(["2026-11-20", "acme-br", "=1+1"])
    path = tmp_path / "kpi_daily.xlsx"
    book.save(path)
    assert "paste them as values" in str(_refusal(path))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Forty kilobytes that become forty megabytes are no export."""
    path = tmp_path / "kpi_daily.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    assert "far more than it weighs" in str(_refusal(path))


@pytest.mark.parametrize("cut", [0.3, 0.8])
def test_a_truncated_workbook_is_damaged(tmp_path: Path, cut: float) -> None:
    """A download that stopped half way opens in no program."""
    book = openpyxl.Workbook()
    path = tmp_path / "kpi_daily.xlsx"
    book.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * cut)])
    assert "damaged" in str(_refusal(path))


def test_a_broken_gz_is_damaged_and_a_whole_one_is_read(tmp_path: Path) -> None:
    """Exports travel compressed; half of one is nothing."""
    packed = gzip.compress((HEADER + ROW).encode())
    path = tmp_path / "kpi_daily.csv.gz"
    path.write_bytes(packed)
    assert read_files([path], context()).facts
    path.write_bytes(packed[: len(packed) // 2])
    assert "damaged" in str(_refusal(path))


def test_ten_thousand_columns_are_too_many(tmp_path: Path) -> None:
    """The widest real export has 63 columns."""
    names = ",".join(f"c{number}" for number in range(10_000))
    assert isinstance(_refusal(_csv(tmp_path, f"date,{names}\n2026-11-20\n")), HostileFileError)


@pytest.mark.parametrize(
    "page", ["<html><body>Faça login</body></html>", "\x00\x00\x00\x01\x02", "palavras soltas sem cabeçalho\n"]
)
def test_what_is_no_table_gets_one_sentence(tmp_path: Path, page: str) -> None:
    """A login page saved as a report, random bytes, a letter: none of them has our headers."""
    refused = _refusal(_csv(tmp_path, page))
    assert isinstance(refused, UnknownLayoutError | HostileFileError)
    assert "\n" not in str(refused)


def test_an_unknown_store_code_rejects_the_row_with_its_line(tmp_path: Path) -> None:
    """A row of somebody else's store must not be counted for ours."""
    preview = read_files([_csv(tmp_path, HEADER + ROW + "2026-11-20,other,5,9\n")], context())
    assert [(row.line, row.cell) for row in preview.rejected] == [(3, "other")]
    assert {fact.store for fact in preview.facts} == {BRAZIL.id}


def test_a_blank_cell_is_unknown_and_a_zero_is_zero(tmp_path: Path) -> None:
    """Missing is not zero: the whole product stands on it."""
    text = HEADER + "2026-11-20,acme-br,0,\n"
    facts = read_files([_csv(tmp_path, text)], context()).facts
    assert {(fact.measure, fact.value) for fact in facts} == {("orders_paid", 0)}


@pytest.mark.parametrize("bad", ["-3", "NaN", "many", "1e400"])
def test_an_impossible_count_is_refused_with_its_line(tmp_path: Path, bad: str) -> None:
    """What no shop can have is a mistake in the file, and the line is what helps to find it."""
    preview = read_files([_csv(tmp_path, HEADER + ROW + f"2026-11-21,acme-br,{bad},100\n")], context())
    assert [row.line for row in preview.rejected] == [3]
