"""`vigia incident summary`, `vigia service-record` and the exports of incidents, over the sample engagements."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot.clock import now
from handlers.incidents.exports import EXPORTS
from kpi.errors import NotFoundError, QuestionError

SAMPLED = ("--engagement", "lumina")


@pytest.fixture
def reported(sampled: Any) -> Any:
    """Return a terminal in which Ana has reported something that looks like a formula."""
    words = ("--room", "lumina-ops", "--as", "ana")
    sampled("ask", "/incident =HYPERLINK loja suspensa", *words)
    return sampled


def lately() -> tuple[str, ...]:
    """Return a period with today in it, on any clock."""
    day = now().date()
    return ("--from", f"{day - timedelta(days=1)}", "--to", f"{day + timedelta(days=1)}")


def test_a_summary_is_written_as_markdown(reported: Any, tmp_path: Path) -> None:
    """For the operator to the screen, in another language into a file."""
    shown = reported("incident", "summary", "1001", *SAMPLED, "--view", "operations").stdout
    assert shown.startswith("# Balanço do incidente")
    out = tmp_path / "summary.md"
    said = reported("incident", "summary", "1001", *SAMPLED, "--language", "zh_CN", "--out", str(out)).stdout
    assert out.read_text("utf-8").startswith("# 事件 \\#1001 总结")
    assert said == f"written to {out}\n"


def test_a_summary_is_printed_as_pdf(reported: Any, tmp_path: Path) -> None:
    """Under its own name where none is given."""
    words = ("--view", "operations", "--language", "en", "--format", "pdf")
    reported("incident", "summary", "1001", *SAMPLED, *words)
    text = PdfReader(tmp_path / "incident-1001.pdf").pages[0].extract_text()
    assert "Summary of incident #1001" in text
    assert "HYPERLINK" in text


def test_an_unknown_incident_has_no_summary(sampled: Any) -> None:
    """One sentence."""
    with pytest.raises(NotFoundError):
        sampled("incident", "summary", "4711", *SAMPLED)


@pytest.mark.parametrize(
    ("file_format", "begins"), [("text", "Lumina"), ("md", "# Lumina"), ("csv", "engagement,month")]
)
def test_a_service_record_is_written_as_text_markdown_and_table(reported: Any, file_format: str, begins: str) -> None:
    """Of the present month, so far."""
    month = f"{now():%Y-%m}"
    words = ("--month", month, "--view", "operations", "--language", "en", "--format", file_format)
    shown = reported("service-record", *SAMPLED, *words).stdout
    assert begins in shown.splitlines()[0]
    assert month in shown or f"{now():%B %Y}" in shown


def test_a_service_record_is_written_as_json_and_pdf(reported: Any, tmp_path: Path) -> None:
    """The same numbers."""
    month = f"{now():%Y-%m}"
    words = ("service-record", *SAMPLED, "--month", month, "--view", "operations")
    (row,) = json.loads(reported(*words, "--format", "json").stdout)
    assert tuple(row) == EXPORTS["service-records"].columns
    assert (row["month"], row["incidents"]) == (month, 1)
    out = tmp_path / "record.pdf"
    reported(*words, "--language", "en", "--format", "pdf", "--out", str(out))
    assert "Service record of" in PdfReader(out).pages[0].extract_text()


def test_a_month_that_is_none_is_refused(sampled: Any) -> None:
    """With an example."""
    with pytest.raises(QuestionError, match="2026-10"):
        sampled("service-record", *SAMPLED, "--month", "October")


def test_incidents_are_exported_as_csv_that_no_spreadsheet_runs(reported: Any) -> None:
    """The operator's words are in their view only, and as text."""
    words = ("export", "incidents", *SAMPLED, *lately())
    (row,) = csv.DictReader(io.StringIO(reported(*words, "--view", "operations").stdout))
    assert tuple(row) == EXPORTS["incidents"].columns
    assert row["report"] == "'=HYPERLINK loja suspensa"
    assert (row["is_drill"], row["resolved_at"]) == ("false", "")
    assert datetime.fromisoformat(row["opened_at"]).tzinfo == UTC
    (theirs,) = csv.DictReader(io.StringIO(reported(*words).stdout))
    assert theirs["report"] == ""


@pytest.mark.parametrize("what", ["timelines", "deliveries", "service-records"])
def test_the_other_exports_are_written_as_json(reported: Any, what: str) -> None:
    """A list of objects; nothing there is null."""
    shown = reported("export", what, *SAMPLED, *lately(), "--format", "json", "--view", "operations").stdout
    found = json.loads(shown)
    assert found
    assert tuple(found[0]) == EXPORTS[what].columns


def test_an_export_without_rows_still_names_its_columns(sampled: Any, tmp_path: Path) -> None:
    """An empty file would look like a failed one."""
    out = tmp_path / "none.csv"
    period = ("--from", "2020-01-01", "--to", "2020-01-31")
    said = sampled("export", "incidents", *SAMPLED, *period, "--out", str(out)).stdout
    assert said == f"0 rows written to {out}\n"
    assert out.read_text("utf-8") == ",".join(EXPORTS["incidents"].columns) + "\n"


def test_an_export_as_a_workbook_has_a_name_of_its_own(reported: Any, tmp_path: Path) -> None:
    """Where none is given."""
    reported("export", "deliveries", *SAMPLED, *lately(), "--format", "xlsx", "--view", "operations")
    assert (tmp_path / "lumina-deliveries.xlsx").stat().st_size > 0
