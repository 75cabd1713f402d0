"""A rule from its file to the alert, and what it would have said before it is switched on."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.clock import now
from bot.commands.rule_words import written_rule
from kpi.alert_rules import LimitRule, PaceRule, RedLineRule, Side, Terms
from kpi.errors import QuestionError, UnknownNameError


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("claims_rate>0.02", LimitRule("claims_rate", Side.ABOVE, Decimal("0.02"), Decimal("0.02"))),
        ("claims_rate > 2% / 1.8%", LimitRule("claims_rate", Side.ABOVE, Decimal("0.02"), Decimal("0.018"))),
        ("orders<60/80", LimitRule("orders", Side.BELOW, Decimal(60), Decimal(80))),
        ("pace:gmv", PaceRule(metric="gmv")),
        ("pace:", PaceRule()),
        ("red_line:claims_rate", RedLineRule("claims_rate")),
    ],
)
def test_a_rule_is_written_in_a_few_characters(words: str, terms: Terms) -> None:
    """Limit with its clearing value, pace, red line; per cent are shares."""
    assert written_rule(words, "quiet").terms == terms


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("claims_rate", "Write a rule as METRIC=PRESET"),
        ("conversion_rate=loud", "Write a rule as METRIC=PRESET"),
        ("claims_rate>much", "Write a rule as METRIC=PRESET"),
        ("red_line:", "Write a rule as METRIC=PRESET"),
        ("claims_rate>2%/3%", "cannot clear at 0.03, beyond its limit 0.02"),
        ("pace:aov", "only amounts have a pace"),
    ],
)
def test_a_rule_that_cannot_be_is_one_sentence(words: str, sentence: str) -> None:
    """With how to write one."""
    with pytest.raises(QuestionError, match=sentence.replace("+", r"\+")):
        written_rule(words, "quiet")


@pytest.mark.parametrize("words", ["happiness>3", "pace:happiness", "red_line:happiness"])
def test_an_unknown_metric_is_named(words: str) -> None:
    """Not taken for another one."""
    with pytest.raises(UnknownNameError, match="happiness"):
        written_rule(words, "quiet")


def test_a_limit_is_previewed_as_a_table_and_a_picture(sampled: Any, tmp_path: Path) -> None:
    """Every morning of the last months, one picture for each store that would have been alerted."""
    words = ("--engagement", "lumina", "--rule", "orders<700/750", "--days", "60", "--out", str(tmp_path / "out"))
    output = sampled("alerts", "preview", *words).output
    assert "(≥ 700)" in output
    assert "3 series, 180 mornings judged" in output
    assert "orders<700/750: 2 alerts" in output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "orders-lumina-amz-mx.png",
        "orders-lumina-shopee-br.png",
    }


def test_a_red_line_is_previewed_where_there_is_one(sampled: Any) -> None:
    """Shopee's is guidance and Amazon has none for claims: Mercado Libre's alone; for orders there is none at all."""
    words = ("--engagement", "lumina", "--days", "40", "--rule")
    assert "1 series, 40 mornings judged" in sampled("alerts", "preview", *words, "red_line:claims_rate").output
    with pytest.raises(QuestionError, match="watches nothing here"):
        sampled("alerts", "preview", *words, "red_line:orders")


def test_a_replay_writes_the_rules_lines_with_their_reason(sampled: Any, tmp_path: Path) -> None:
    """Beside the scan's, under the rule's name; asked for single metrics, the scan alone."""
    today = now().date()
    words = ("--engagement", "lumina", "--from", str(today - timedelta(days=6)), "--to", str(today))
    out = tmp_path / "alerts.csv"
    sampled("replay", *words, "--alerts", str(out))
    with out.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["series_id"].endswith(":red_line")]
    assert {row["metric"] for row in rows} == {"claims_rate", "late_shipment_rate", "seller_cancellation_rate"}
    assert all(row["reason"].startswith("red line: ") for row in rows)
    assert not any(row["z"] for row in rows)
    sampled("replay", *words, "--alerts", str(out), "--metrics", "orders")
    assert ":red_line" not in out.read_text(encoding="utf-8")
