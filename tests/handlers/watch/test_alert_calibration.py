"""How good the alerts were: said after 60 days, by metric where enough was answered, never tuned silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.watch.alert_calibration import calibration_text
from kpi.alerts.alert import begin
from kpi.alerts.records import AlertEpisode, Finding, Judgement, SeriesKey, Silence, Verdict
from kpi.days import ONE_DAY
from kpi.languages import Language
from kpi.wording.wording import Wording
from tests.handlers.alert_world import AlertWorld
from tests.handlers.world import DAY, NOW, north

TODAY = NOW.date()
REAL, EXPECTED, WRONG, OPEN = Verdict.REAL, Verdict.EXPECTED, Verdict.FALSE, Verdict.OPEN


def _world(days: int = 60, *presets: tuple[str, str]) -> AlertWorld:
    """Return a world that has been watched for so many days."""
    world = AlertWorld(replace(north(), alert_presets=presets))
    series = SeriesKey("north", "north-ml", "orders")
    with world.books.work() as work:
        work.alerts.record([Judgement(series, Finding(TODAY - days * ONE_DAY, Silence.USUAL), NOW)])
    return world


def _said(world: AlertWorld, *verdicts: Verdict, metric: str = "orders") -> AlertWorld:
    """Add an alert for each verdict, all within the last weeks."""
    with world.books.work() as work:
        for number, verdict in enumerate(verdicts):
            day = DAY - timedelta(days=number)
            finding = Finding(day, Silence.FIRES, 4.0)
            series = SeriesKey("north", "north-ml", metric)
            alert = AlertEpisode(
                f"{metric}{number}", series, begin(day, 1), finding, finding, finding, NOW, verdict=verdict
            )
            work.alerts.save(alert)
    return world


def _text(world: AlertWorld, language: Language = Language.EN) -> tuple[str, ...]:
    with world.books.view() as work:
        engagement = work.engagements.get("north")
        assert engagement is not None
        return calibration_text(work, engagement, TODAY, Wording(language))


def test_nothing_is_said_before_anything_was_watched() -> None:
    """A new engagement has no record, not an empty one."""
    assert _text(AlertWorld(north())) == ()


def test_before_60_days_the_days_so_far_are_counted_and_nothing_is_suggested() -> None:
    """Five wrong alerts of a first week are not enough to turn anything down."""
    text = _text(_said(_world(59), *[WRONG] * 5))
    assert text[0] == "Alerts in 59 days: 5. Real: 0 · expected: 0 · wrong: 5 · not said yet: 0."
    assert text[1].startswith("59 of 60 days watched so far;")
    assert len(text) == 2


def test_after_60_days_the_record_is_said_and_a_preset_suggested() -> None:
    """One wrong of five is one in five; two are many."""
    record = "Alerts in 60 days: 5. Real: 3 · expected: 1 · wrong: 1 · not said yet: 0."
    assert _text(_said(_world(), REAL, REAL, REAL, EXPECTED, WRONG))[0] == record
    few = _text(_said(_world(), REAL, REAL, REAL, EXPECTED, WRONG))
    many = _text(_said(_world(), REAL, REAL, REAL, WRONG, WRONG))
    none = _text(_said(_world(), REAL, REAL, REAL, EXPECTED, EXPECTED))
    assert not any("preset" in line for line in few)
    assert 'Many were wrong: consider preset = "quiet" under [alerts] in the engagement file.' in many
    assert 'None was wrong: preset = "sensitive" under [alerts] in the engagement file would show more.' in none


def test_a_preset_moves_one_step_at_a_time_and_not_beyond_its_ends() -> None:
    """From sensitive to normal first; quiet has nothing quieter, sensitive nothing louder."""
    wrong, right = [WRONG] * 5, [REAL] * 5
    assert any('preset = "normal"' in line for line in _text(_said(_world(60, ("", "sensitive")), *wrong)))
    assert any('preset = "normal"' in line for line in _text(_said(_world(60, ("", "quiet")), *right)))
    assert not any("preset" in line for line in _text(_said(_world(60, ("", "quiet")), *wrong)))
    assert not any("preset" in line for line in _text(_said(_world(60, ("", "sensitive")), *right)))


def test_four_answers_are_too_few() -> None:
    """What nobody answered counts for nothing, and four for nothing yet."""
    text = _text(_said(_world(), WRONG, WRONG, WRONG, WRONG, OPEN, OPEN))
    assert text == ("Alerts in 60 days: 6. Real: 0 · expected: 0 · wrong: 4 · not said yet: 2.",)


def test_a_metric_with_five_answers_has_a_line_and_its_own_suggestion() -> None:
    """Orders were right and conversion wrong: together one in three, and each its own way."""
    world = _said(_said(_world(), *[REAL] * 10), *[WRONG] * 5, metric="conversion_rate")
    text = _text(world)
    assert "Orders: 10 real, 0 expected, 0 wrong." in text
    assert "Conversion rate: 0 real, 0 expected, 5 wrong." in text
    assert 'Orders, none wrong: orders = "sensitive" in metrics under [alerts] would show more.' in text
    assert not any("conversion_rate =" in line for line in text)  # the preset for all says it already
    assert any('preset = "quiet"' in line for line in text)


def test_a_metric_with_a_preset_of_its_own_moves_from_there() -> None:
    """The preset for all would not reach it."""
    text = _text(_said(_world(60, ("orders", "sensitive")), *[WRONG] * 5))
    assert 'Orders, many wrong: consider orders = "normal" in metrics under [alerts].' in text


def test_sixty_quiet_days_are_said_too() -> None:
    """No alert is a record as well."""
    assert _text(_world()) == ("No alert in 60 days.",)


def test_the_record_is_said_in_the_rooms_language() -> None:
    """The seller's room reads Chinese."""
    text = _text(_said(_world(), REAL, REAL, REAL, WRONG, WRONG), Language.ZH)
    assert text[0] == "近 60 天告警：5。属实：3 · 意料之中：0 · 误报：2 · 未反馈：0。"


def test_the_list_of_alerts_carries_the_record() -> None:
    """`/alert` says it under its list."""
    world = _said(_world(), REAL, REAL, REAL, WRONG, WRONG)
    assert world.ask("/alert").notes == _text(world)
