"""Targets people set: kept with what they changed, and in force before what the file says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.samples.engagements import sample_engagements, sample_targets
from kpi.days import Period
from kpi.target_changes import TargetChange
from kpi.targets import Target
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
WRITTEN = sample_targets("lumina", DAY)
CONVERSION = next(one for one in WRITTEN if one.metric == "conversion_rate")


def _change(change_id: str, target: Target, at: datetime = NOW, before: Target | None = None) -> TargetChange:
    return TargetChange(change_id, target, before, "ana", at)


@pytest.fixture
def agreed(database: Books) -> Books:
    """Return books that know two engagements and the targets of one."""
    with database.work() as work:
        for engagement in sample_engagements():
            work.engagements.save(engagement, NOW)
        work.targets.replace("lumina", WRITTEN)
    return database


def test_a_change_comes_back_as_it_was_said(agreed: Books) -> None:
    """Its numbers exact, its days days, with what was before."""
    better = replace(CONVERSION, id="better", value=Decimal("0.02600"), source="call of 23 Nov")
    change = _change("one", better, before=CONVERSION)
    with agreed.work() as work:
        work.targets.agree(change)
        work.targets.agree(_change("two", replace(better, id="other", currency="BRL"), NOW + timedelta(hours=1)))
    with agreed.view() as work:
        assert work.targets.change("one") == change
        assert str(work.targets.changes("lumina")[1].target.value) == "0.02600"
        assert [one.id for one in work.targets.changes("lumina")] == ["two", "one"]
        assert work.targets.change("three") is None
        assert work.targets.changes("andes") == ()


def test_a_target_that_was_set_counts_before_the_written_one_on_its_days(agreed: Books) -> None:
    """And the written one on the days before; applying the file again changes nothing about it."""
    later = Period(date(2026, 11, 25), date(2026, 12, 31))
    with agreed.work() as work:
        work.targets.agree(_change("one", replace(CONVERSION, id="later", period=later, value=Decimal("0.03"))))
        work.targets.replace("lumina", WRITTEN)
    with agreed.view() as work:
        conversion = {
            day: [one.id for one in work.targets.of("lumina", day) if one.metric == "conversion_rate"]
            for day in (date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 31), date(2027, 1, 1))
        }
        assert list(conversion.values()) == [[CONVERSION.id], ["later"], ["later"], []]
        assert {CONVERSION.id, "later"} <= {one.id for one in work.targets.all_of("lumina")}
        assert set(work.targets.written("lumina")) == set(WRITTEN)


def test_the_last_word_counts_and_what_nobody_means_any_more_is_gone(agreed: Books) -> None:
    """Whichever was stored first."""
    better, best = (replace(CONVERSION, id=name, value=Decimal(name)) for name in ("0.026", "0.028"))
    with agreed.work() as work:
        work.targets.agree(_change("b", best, NOW + timedelta(minutes=1)))
        work.targets.agree(_change("a", better))
    with agreed.view() as work:
        ids = {one.id for one in work.targets.all_of("lumina") if one.metric == "conversion_rate"}
        assert ids == {"0.028"}
        assert [one.id for one in work.targets.of("lumina", DAY) if one.metric == "conversion_rate"] == ["0.028"]


def test_an_id_is_taken_once(agreed: Books) -> None:
    """A second change of one id would rewrite what was told."""
    with agreed.work() as work:
        work.targets.agree(_change("one", CONVERSION))
    with agreed.work() as work, pytest.raises(ValueError, match="already"):
        work.targets.agree(_change("one", replace(CONVERSION, value=Decimal("0.5"))))
