"""What was agreed and where it stands, with the pace through the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handlers.messages import Figure
from kpi.days import Period
from kpi.errors import NotMeasurableError
from kpi.languages import Language
from kpi.metrics.metric import Direction
from kpi.pictures import BulletPicture
from kpi.targets import Target
from kpi.tones import Tone
from tests.handlers.world import DAY, World, bad_thursday, north

AUGUST = Period.month_of(DAY)


def target(metric: str, value: str, currency: str | None = None, *stores: str, down: bool = False) -> Target:
    """Return a target for August."""
    direction = Direction.DOWN if down else Direction.UP
    return Target(
        f"{metric}/{'+'.join(stores)}/{value}", "north", metric, stores, AUGUST, direction, Decimal(value), currency
    )


def agreed(*targets: Target, language: Language = Language.EN) -> World:
    """Return a world with a bad Thursday and these targets.

    Until 27 August north-ml sold 2,646 orders for R$ 132,300 with 108,000 visits, north-amz 1,080 for MX$ 432,000.
    """
    world = bad_thursday(language)
    world.agree(north(language), *targets)
    return world


def test_an_amount_is_measured_against_what_was_due_by_now() -> None:
    """Every weekday weighs the same here, so 27 of 31 days are due: 155,000 x 27 ÷ 31 = 135,000; 132,300 is 98 %."""
    world = agreed(replace(target("gmv", "155000", "BRL", "north-ml"), source="contract", owner="Ana"))
    reply = world.ask("/kpi targets")
    assert reply.figures == (
        Figure(
            "GMV · North ML",
            "R$132.3k",
            judgement="slightly behind",
            tone=Tone.WATCH,
            target="≥ R$155.0k",
            note="pace 98%",
        ),
    )
    assert reply.table is not None
    assert reply.table.rows == (("GMV · North ML", "≥ R$155.0k", "R$132.3k", "R$135.0k", "Ana", "contract"),)
    assert reply.footer.startswith("Data days 1–27 Aug")


def test_the_headline_counts_what_the_lines_say() -> None:
    """Exactly on pace, a little behind, far behind, unknown: one of four."""
    world = agreed(
        target("gmv", "496000", "MXN", "north-amz"),
        target("gmv", "155000", "BRL", "north-ml"),
        target("orders", "6000"),
        target("claims_rate", "0.02", down=True),
    )
    reply = world.ask("/kpi targets")
    judgements = {figure.judgement for figure in reply.figures}
    assert reply.headline == "North: 1 of 4 targets on pace (August 2026)"
    assert judgements == {"on pace", "slightly behind", "behind", "no data"}
    assert [figure.judgement for figure in reply.figures].count("on pace") == 1
    assert reply.tone is Tone.WATCH


def test_when_all_are_met_the_answer_is_green() -> None:
    """One of one."""
    reply = agreed(target("orders", "4000")).ask("/kpi targets")
    assert (reply.headline, reply.tone) == ("North: 1 of 1 targets on pace (August 2026)", Tone.GOOD)


@pytest.mark.parametrize(
    ("value", "down", "judgement", "tone"),
    [
        ("0.0245", False, "on pace", Tone.GOOD),
        ("0.03", False, "behind", Tone.BAD),
        ("0.0245", True, "on pace", Tone.GOOD),
        ("0.02", True, "behind", Tone.BAD),
    ],
)
def test_a_ratio_is_compared_as_it_is(value: str, *, down: bool, judgement: str, tone: Tone) -> None:
    """2,646 ÷ 108,000 = 2.45 % exactly; a ratio has no pace."""
    (figure,) = agreed(target("conversion_rate", value, None, "north-ml", down=down)).ask("/kpi targets").figures
    assert (figure.value, figure.judgement, figure.tone, figure.note) == ("2.45%", judgement, tone, "")
    assert figure.target.startswith("≤" if down else "≥")


def test_an_amount_that_must_stay_below_is_measured_by_what_was_allowed_by_now() -> None:
    """3,726 orders so far: 4,278 x 27 ÷ 31 = 3,726 are allowed, one target less is too few."""
    for value, judgement in (("4278", "on pace"), ("4277", "behind")):
        (figure,) = agreed(target("orders", value, down=True)).ask("/kpi targets").figures
        assert (figure.value, figure.judgement) == ("3,726", judgement)


def test_a_target_for_two_currencies_at_once_is_not_guessed() -> None:
    """GMV in pesos of a country without a store stays unknown."""
    (figure,) = agreed(target("gmv", "1", "CLP")).ask("/kpi targets").figures
    assert (figure.value, figure.judgement) == ("no data", "no data")


def test_only_the_metric_asked_for_is_shown() -> None:
    """Of two."""
    world = agreed(target("orders", "4000"), target("gmv", "155000", "BRL", "north-ml"))
    assert [figure.name for figure in world.ask("/kpi targets orders").figures] == ["Orders"]


def test_without_a_target_the_answer_offers_to_set_one() -> None:
    """For this month; those of another month are not this month's."""
    world = agreed(replace(target("orders", "9"), period=Period.month_of(date(2026, 7, 1))))
    reply = world.ask("/kpi targets")
    assert reply.headline == "No targets are agreed for August 2026."
    assert [button.command for button in reply.buttons] == ["/kpi target set"]


def test_a_target_on_margins_is_not_shown_to_the_seller() -> None:
    """Neither its value nor that it exists."""
    world = agreed(target("gross_margin", "0.3"), target("orders", "4000"))
    assert len(world.ask("/kpi targets").figures) == 2
    for room, person in (("north-seller", "wei"), ("north-seller", "ana"), ("north-ops", "bruno")):
        assert [figure.name for figure in world.ask("/kpi targets", room, person).figures] == ["Orders"]


@pytest.mark.parametrize("language", Language)
def test_the_picture_holds_each_known_target_as_a_bar(language: Language) -> None:
    """132,300 of 155,000 attained where 135,000 were due; the unknown one has no bar."""
    world = agreed(target("gmv", "155000", "BRL", "north-ml"), target("claims_rate", "0.02"), language=language)
    picture = world.ask("/kpi targets").picture
    assert isinstance(picture, BulletPicture)
    (bar,) = picture.rows
    assert bar.attained == pytest.approx(132_300 / 155_000)
    assert bar.due == pytest.approx(27 / 31)
    assert (picture.fallback is not None) == (language is Language.ZH)


def test_when_nothing_is_known_there_is_no_picture() -> None:
    """No bar, no sheet."""
    assert agreed(target("claims_rate", "0.02")).ask("/kpi targets").picture is None


def test_a_target_no_number_could_confirm_is_refused_with_the_whole_engagement() -> None:
    """Nothing is stored of an agreement that cannot be kept."""
    world = World()
    with pytest.raises(NotMeasurableError, match="26"):
        world.agree(north(), target("orders", "9"), replace(target("conversion_rate", "26"), id="26 % in per cent"))
    assert world.ask("/kpi targets").figures == ()
