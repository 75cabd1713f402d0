"""The terminal as an admin and an account manager use it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.cli import COMMANDS
from bot.clock import now
from kpi.errors import ConfigurationError, NotFoundError, QuestionError
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, WeComAppServer

WEEKS_AGO = (now() - timedelta(days=40)).date()
"""The samples end yesterday, whenever the tests run."""

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "olist" / "engagement.toml"


def test_help_lists_every_command(terminal: Any) -> None:
    """And each has a help text of its own."""
    page = terminal("--help").output
    assert all(name in page for name in COMMANDS)
    for name in COMMANDS:
        assert "Usage" in terminal(name, "--help").output


def test_applying_twice_changes_nothing(terminal: Any) -> None:
    """The first time everything is new, the second time nothing is."""
    dry = terminal("apply", str(EXAMPLE), "--dry-run")
    assert "nothing was stored" in dry.output
    first = terminal("apply", str(EXAMPLE))
    assert "+ store olist-br" in first.output
    assert "next digest for" in first.output
    second = terminal("apply", str(EXAMPLE))
    assert "nothing to change" in second.output
    assert "+ store" not in second.output


def test_applying_says_which_rooms_are_welcomed_once(terminal: Any, tmp_path: Path) -> None:
    """Those of chat platforms; a room of the console needs none."""
    text = EXAMPLE.read_text(encoding="utf-8").replace('platform = "console"', 'platform = "wecom"', 1)
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")
    assert "welcome" not in terminal("apply", str(EXAMPLE)).output
    assert terminal("apply", str(tmp_path / "e.toml")).output.count("its welcome is on its way") == 1
    assert "welcome" not in terminal("apply", str(tmp_path / "e.toml")).output


def test_a_question_is_answered_with_words_and_a_picture(sampled: Any, tmp_path: Path) -> None:
    """The answer as text, the chart as a file."""
    result = sampled(
        "ask", "--room", "lumina-ops", "--as", "ana", "/kpi conversion ml", "--out", str(tmp_path / "pictures")
    )
    assert "Lumina" in result.output
    pictures = list((tmp_path / "pictures").glob("*.png"))
    assert len(pictures) == 1
    assert pictures[0].read_bytes().startswith(b"\x89PNG")


def test_an_answer_as_json_has_its_figures(sampled: Any) -> None:
    """For scripts: the same reply, structured."""
    result = sampled("ask", "--room", "lumina-seller", "--as", "wei", "/kpi 转化率 美客多", "--json")
    reply = json.loads(result.stdout)
    assert reply["language"] == "zh-CN"
    assert any("转化率" in figure["name"] for figure in reply["figures"])


def test_a_wrong_room_is_named_with_those_there_are(sampled: Any) -> None:
    """One sentence."""
    with pytest.raises(NotFoundError, match="lumina-ops"):
        sampled("ask", "--room", "nowhere", "--as", "ana", "/kpi")
    with pytest.raises(NotFoundError, match="bruno"):
        sampled("ask", "--room", "lumina-ops", "--as", "nobody", "/kpi")


def test_a_dry_digest_stores_and_sends_nothing(sampled: Any, tmp_path: Path) -> None:
    """Every room's text and picture, and an empty ledger."""
    result = sampled("digest", "--engagement", "lumina", "--dry-run", "--out", str(tmp_path / "out"))
    assert "Nothing was stored or sent" in result.output
    assert len(list((tmp_path / "out").glob("*.png"))) == 2
    assert len(list((tmp_path / "out").glob("*.txt"))) == 2
    assert "Nothing was queued yet" in sampled("deliveries", "--engagement", "lumina").output


def test_a_digest_is_queued_and_seen_in_the_ledger(sampled: Any) -> None:
    """Two rooms, two deliveries, both waiting."""
    assert "2 messages queued" in sampled("digest", "--engagement", "lumina").output
    ledger = sampled("deliveries", "--engagement", "lumina").output
    assert ledger.count("pending") == 2
    assert "lumina-seller" in ledger


def test_an_unknown_delivery_cannot_be_sent_again(sampled: Any) -> None:
    """The id is named."""
    with pytest.raises(NotFoundError, match="no delivery “x1”"):
        sampled("deliveries", "--engagement", "lumina", "--resend", "x1")


def test_readings_are_exported_with_their_counts(sampled: Any) -> None:
    """Value equals numerator over denominator, row by row."""
    words = (
        "--engagement",
        "lumina",
        "--from",
        str(WEEKS_AGO),
        "--to",
        str(WEEKS_AGO + timedelta(days=9)),
        "--grain",
        "month",
    )
    rows = list(csv.DictReader(io.StringIO(sampled("export", "readings", *words).stdout)))
    assert list(rows[0]) == ["period", "store", "metric", "value", "numerator", "denominator", "unit", "status"]
    assert len({row["store"] for row in rows}) == 3
    rates = [row for row in rows if row["metric"] == "conversion_rate"]
    assert rates
    for row in rates:
        assert float(row["value"]) == pytest.approx(float(row["numerator"]) / float(row["denominator"]), abs=1e-6)


def test_an_excel_export_holds_numbers(sampled: Any, tmp_path: Path) -> None:
    """Values are numbers, not text."""
    words = ("--engagement", "andes", "--from", str(WEEKS_AGO), "--to", str(WEEKS_AGO), "--format", "xlsx")
    sampled("export", "readings", *words, "--out", str(tmp_path / "r.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "r.xlsx", read_only=True)
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    book.close()
    assert rows[0][0] == "period"
    assert isinstance(rows[1][3], int | float)


def test_a_backwards_export_is_refused(sampled: Any) -> None:
    """The earlier date comes first."""
    with pytest.raises(QuestionError, match="ends before it begins"):
        sampled("export", "readings", "--engagement", "lumina", "--from", "2026-10-02", "--to", "2026-10-01")


def test_the_doctor_says_what_to_do(terminal: Any) -> None:
    """An empty installation is sound; it has no engagement yet and says so."""
    result = terminal("doctor")
    assert result.exit_code == 0
    assert "vigia apply FILE" in result.output


def test_the_doctor_finds_a_room_without_its_webhook_key(terminal: Any, tmp_path: Path) -> None:
    """A WeCom room whose key is not set can never be posted to."""
    text = EXAMPLE.read_text(encoding="utf-8").replace('platform = "console"', 'platform = "wecom"', 1)
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")
    terminal("apply", str(tmp_path / "e.toml"))
    result = terminal("doctor")
    assert result.exit_code == 1
    assert "has no key called “olist-seller”" in result.output


def _about(subject: str, output: str) -> str:
    return next(line.strip() for line in output.splitlines() if subject in line)


def test_the_doctor_names_who_can_be_called_nowhere(
    terminal: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A user id helps only on a platform this installation writes to."""
    text = EXAMPLE.read_text(encoding="utf-8").replace('id = "ana"', 'id = "ana"\nwecom = "Ana.Souza"', 1)
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")
    terminal("apply", str(tmp_path / "e.toml"))
    assert _about("person ana", terminal("doctor").output).startswith("! person ana         can be called nowhere")
    monkeypatch.setenv("VIGIA_WECOM_CORP_ID", "ww0madeup0corp")
    result = terminal("doctor")
    assert result.exit_code == 1
    assert _about("person ana", result.output) == "✓ person ana         is called alone in wecom"
    assert "VIGIA_WECOM_AGENT_ID and VIGIA_WECOM_APP_SECRET" in " ".join(result.output.split())


def test_the_doctor_asks_wecom_who_the_app_is(terminal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret is found before somebody has to be called."""
    company = WeComAppServer()
    company.start()
    settings = {"CORP_ID": CORP, "AGENT_ID": str(AGENT), "APP_SECRET": SECRET, "API_URL": company.url}
    for name, value in settings.items():
        monkeypatch.setenv(f"VIGIA_WECOM_{name}", value)
    assert "speaks as Vigia; no callback" in terminal("doctor").output
    monkeypatch.setenv("VIGIA_WECOM_CALLBACK_TOKEN", "QDG6eK")
    assert "belong together" in " ".join(terminal("doctor").output.split())
    monkeypatch.setenv("VIGIA_WECOM_CALLBACK_KEY", "jWmYm7qr5nMoAUwZRjGtBx" + "m" * 21)
    assert "speaks as Vigia; people can answer it" in terminal("doctor").output
    monkeypatch.setenv("VIGIA_WECOM_APP_SECRET", "not-the-one-it-was")
    result = terminal("doctor")
    company.stop()
    assert result.exit_code == 1
    assert "WeCom refuses the app's secret" in " ".join(result.output.split())


def test_the_doctor_finds_a_database_that_cannot_be_opened(
    terminal: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And names the setting."""
    monkeypatch.setenv("VIGIA_DATABASE_URL", f"sqlite:///{tmp_path}/no/such/folder/x.sqlite")
    result = terminal("doctor")
    assert result.exit_code == 1
    assert "VIGIA_DATABASE_URL" in result.output


def test_slacks_manifest_is_printed_for_this_installation(terminal: Any) -> None:
    """To be pasted; Slack calls https addresses only."""
    result = terminal("slack", "manifest", "--url", "https://vigia.acme.com.br")
    assert json.loads(result.output)["settings"]["interactivity"]["request_url"].startswith(
        "https://vigia.acme.com.br/"
    )
    with pytest.raises(ConfigurationError, match="https"):
        terminal("slack", "manifest", "--url", "http://vigia.acme.com.br")


def test_run_without_any_platform_says_what_is_missing(terminal: Any) -> None:
    """Nothing would be served."""
    with pytest.raises(Exception, match="Nothing to serve"):
        terminal("run")
