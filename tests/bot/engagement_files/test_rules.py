"""Rules in an engagement file: what they become, and every mistake with its line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.engagement_files.changes import changes
from bot.engagement_files.reading import read_engagement_file
from bot.samples.engagements import sample_engagements
from kpi.alert_rules import AlertRule, LimitRule, PaceRule, RedLineRule, Side
from tests.bot.engagement_files.test_reading import GOOD, mistakes, written

RULES = """
[alerts]
red_lines = false

[[alerts.rules]]
kind = "limit"
metric = "refund_rate_value"
above = 0.03
clear_at = 0.025
for_days = 1
stores = ["lumina-ml-br"]

[[alerts.rules]]
kind = "limit"
id = "thin-week"
metric = "net_gmv"
below = 1000
stores = ["lumina-ml-br"]
over_days = 7

[[alerts.rules]]
kind = "pace"
metric = "gmv"
least_share = 0.85

[[alerts.rules]]
kind = "red_line"
metric = "claims_rate"
keep_level = "leader"
stores = ["lumina-ml-br"]
"""
FIRST_LINE = len(GOOD.splitlines()) + 2
"""Line of `[alerts]`."""


def test_rules_become_what_they_say_with_ids_that_stay(tmp_path: Path) -> None:
    """A rule without an id is called by its metric and side, so that another number is the same rule changed."""
    engagement = read_engagement_file(written(tmp_path, GOOD + RULES)).engagement
    store = ("lumina-ml-br",)
    assert engagement.alert_rules == (
        AlertRule(
            "refund_rate_value-above",
            LimitRule("refund_rate_value", Side.ABOVE, Decimal("0.03"), Decimal("0.025"), 1),
            store,
        ),
        AlertRule(
            "thin-week",
            LimitRule("net_gmv", Side.BELOW, Decimal(1000), Decimal(1000), over_days=7),
            store,
        ),
        AlertRule("pace-gmv", PaceRule(Decimal("0.85"), metric="gmv")),
        AlertRule("red_line-claims_rate", RedLineRule("claims_rate", "leader"), store),
    )
    assert not engagement.has_red_lines


def test_a_file_without_rules_watches_the_red_lines(tmp_path: Path) -> None:
    """Official limits need no rule."""
    engagement = read_engagement_file(written(tmp_path, GOOD)).engagement
    assert engagement.alert_rules == ()
    assert engagement.has_red_lines


@pytest.mark.parametrize(
    ("rule", "old", "new", "sentence"),
    [
        (2, 'kind = "pace"', 'kind = "peace"', 'give kind = "limit", "pace" or "red_line"'),
        (0, "refund_rate_value", "happiness", "no metric of the catalogue is called “happiness”"),
        (0, "above = 0.03", "above = 3", "a share is between 0 and 1"),
        (0, "above = 0.03\n", "", "exactly one of above and below"),
        (0, "clear_at = 0.025", "clear_at = 0.04", "a rule cannot clear at 0.04, beyond its limit 0.03"),
        (0, "for_days = 1", "for_dayz = 1", "unknown key"),
        (1, "over_days = 7", "over_days = 0", "greater than or equal to 1"),
        (2, 'metric = "gmv"', 'metric = "aov"', "only amounts have a pace"),
        (2, "least_share = 0.85", "least_share = 0.97", "a pace cannot clear at"),
        (1, '"thin-week"', '"red_line-claims_rate"', "“red_line-claims_rate” is used twice"),
        (3, 'keep_level = "leader"', 'keep_level = "purple"', "levels are green, leader, orange, yellow"),
        (3, 'metric = "claims_rate"', 'metric = "orders"', "no marketplace of these stores states"),
        (2, 'metric = "gmv"', 'stores = ["other"]', "no store is called “other”"),
    ],
)
def test_each_mistake_is_one_sentence_at_its_rule(tmp_path: Path, rule: int, old: str, new: str, sentence: str) -> None:
    """The line is in the rule's own table, not at the top of the file."""
    assert old in RULES
    text = GOOD + RULES.replace(old, new, 1)
    line, said = mistakes(tmp_path, text)[0]
    tables = [number for number, content in enumerate(text.splitlines(), 1) if content == "[[alerts.rules]]"]
    assert sentence in said
    assert said.startswith("alerts.rules")
    assert tables[rule] <= line < [*tables, 999][rule + 1]


def test_all_mistakes_of_several_rules_come_together(tmp_path: Path) -> None:
    """Nobody mends a file in three rounds."""
    rules = RULES.replace("above = 0.03", "above = 3").replace('"gmv"', '"nothing"')
    assert len(mistakes(tmp_path, GOOD + rules)) == 2


def test_an_amount_needs_stores_of_one_currency(tmp_path: Path) -> None:
    """1,000 of what nobody could say."""
    rules = RULES.replace('below = 1000\nstores = ["lumina-ml-br"]', "below = 1000")
    ((line, sentence),) = mistakes(tmp_path, GOOD + rules)
    assert "one currency; these have BRL, USD" in sentence
    assert line >= FIRST_LINE


def test_what_changes_among_the_rules_is_shown() -> None:
    """Added, changed with both texts, and removed."""
    lumina = sample_engagements()[0]
    rule = AlertRule("orders-below", LimitRule("orders", Side.BELOW, Decimal(10), Decimal(12)))
    added = replace(lumina, alert_rules=(rule,))
    changed = replace(
        lumina,
        alert_rules=(replace(rule, terms=LimitRule("orders", Side.BELOW, Decimal(8), Decimal(12))),),
        has_red_lines=False,
    )
    assert str(rule.terms) == "orders < 10 for 2 days, clears ≥ 12 for 3 days"
    assert changes(lumina, added) == ("+ rule orders-below",)
    assert changes(added, lumina) == ("− rule orders-below (its history stays)",)
    assert changes(added, changed) == (
        "~ engagement lumina: has_red_lines True → False",
        f"~ rule orders-below: terms {rule.terms} → {changed.alert_rules[0].terms}",
    )


def test_the_rules_in_the_docs_can_be_applied_as_they_stand(tmp_path: Path) -> None:
    """The example of docs/configuration.md, beside the example engagement."""
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    blocks = [part.split("```", 1)[0] for part in page.split("```toml\n")[1:]]
    rules = next(block for block in blocks if "[[alerts.rules]]" in block)
    engagement = read_engagement_file(written(tmp_path, blocks[0] + rules)).engagement
    assert [rule.id for rule in engagement.alert_rules] == ["refunds", "pace-gmv", "red_line-claims_rate"]
