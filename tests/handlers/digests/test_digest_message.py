"""A frozen digest as the message of one room: its language, its clock, the same figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handlers.answers.kpi_command import KPI_COMMAND
from handlers.digests.composition import compose_digest
from handlers.digests.message import digest_message, verdict_of
from handlers.incidents.command import INCIDENT_COMMAND
from handlers.intake import Intake
from handlers.messages import Button, Reply
from kpi.days import Period
from kpi.digests import Digest
from kpi.engagements import Audience
from kpi.languages import Language
from kpi.metrics.measures import SCALED
from kpi.metrics.metric import Direction
from kpi.pictures import DigestSheet
from kpi.rates import Rate
from kpi.targets import Target
from kpi.tones import Tone
from kpi.wording.wording import Wording
from tests.handlers.world import DAY, NOW, World, bad_thursday, north
from tests.twins.book_samples import a_fact

EN, ZH, PT, ES = Language.EN, Language.ZH, Language.PT, Language.ES
NBSP = "\N{NO-BREAK SPACE}"
OPS, SELLER = Audience.OPERATIONS, Audience.SELLER


def composed(world: World) -> Digest:
    """Return the digest of the data day."""
    with world.books.view() as work:
        return compose_digest(work, north(), DAY, NOW)


def message(world: World, language: Language = EN, audience: Audience = SELLER) -> Reply:
    """Return the digest as a room of this audience reads it."""
    engagement = north(language)
    room = next(room for room in engagement.rooms if room.audience is audience)
    return digest_message(composed(world), engagement, room)


def quiet() -> World:
    """Return a world with an ordinary day."""
    return World(north()).fill("north-ml", "north-amz")


def with_gap() -> World:
    """Return a world in which Mexico has not reported."""
    return World(north()).fill("north-ml").fill("north-amz", last=DAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("language", "headline", "cause"),
    [
        (EN, "North Thu 27 Aug: GMV R$2,500.00 worse", "GMV (BRL) against usual: conversion explains 100%."),
        (ZH, "North 08-27（周四）：GMV R$2,500.00 变差", "GMV（BRL）较正常变动的主因：转化率 贡献 100%。"),
        (PT, f"North qui, 27/08: GMV R${NBSP}2.500,00 pior", "GMV (BRL) frente ao normal: conversão explica 100%."),
        (
            ES,
            f"North jue 27/08: GMV R${NBSP}2.500,00 peor",
            "GMV (BRL) frente a lo normal: conversión",
        ),
    ],
)
def test_a_bad_day_leads_with_the_worst_finding_its_cause_and_who_answers(
    language: Language, headline: str, cause: str
) -> None:
    """What a locked phone shows is the verdict with its number."""
    reply = message(bad_thursday(), language)
    assert reply.headline == headline
    worst, why, owner = reply.text.splitlines()
    assert "50" in worst
    assert why.startswith(cause)
    assert "100%" in why
    assert "Ana of north" in owner
    assert reply.mention == north(language).account_manager()


def test_an_amount_is_told_with_its_change_and_a_ratio_with_its_counts() -> None:
    """Never with the same words twice."""
    assert message(bad_thursday()).text.splitlines()[0] == (
        "GMV is worse than usual: R$2,500.00 (usual R$4,703.48–R$5,296.52; ▼ 50.0%)."
    )
    world = World(north()).fill("north-ml", last=DAY - timedelta(days=1)).fill("north-amz")
    world.report("north-ml", {"visits": 8_000, "orders_paid": 100, "gmv_gross": 5_000 * SCALED})
    assert message(world).text.splitlines()[0] == (
        "Conversion rate (ML) is worse than usual: 1.25% (usual 2.00%–3.00%; 100 ÷ 8,000)."
    )


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        (EN, "North Thu 27 Aug: nothing worse than usual, GMV R$5,100.00 ▲ 2.0%, nothing to do"),
        (ZH, "North 08-27（周四）：无指标变差，GMV R$5,100.00 ▲2.0%，无待办"),
        (PT, f"North qui, 27/08: nada pior que o normal, GMV R${NBSP}5.100,00 ▲ 2,0%, nada a fazer"),
        (ES, f"North jue 27/08: nada peor que lo normal, GMV R${NBSP}5.100,00 ▲ 2,0%, nada pendiente"),
    ],
)
@pytest.mark.parametrize("audience", Audience)
def test_a_good_day_is_one_line_and_its_picture(language: Language, headline: str, audience: Audience) -> None:
    """Nobody has to read ten numbers to learn that there is nothing to do."""
    reply = message(quiet(), language, audience)
    assert reply.headline == headline
    assert (reply.text, reply.figures, reply.table, reply.notes) == ("", (), None, ())
    assert reply.picture is not None
    assert reply.mention is None


@pytest.mark.parametrize(
    ("language", "ending", "note"),
    [
        (EN, ", partial data", "Data: North ML ✓ · North Amazon: no data since 26 Aug"),
        (ZH, "，数据不全", "数据：North ML ✓ · North Amazon：08-26 之后无数据"),
        (PT, ", dados parciais", "Dados: North ML ✓ · North Amazon: sem dados desde 26/08"),
        (ES, ", datos parciales", "Datos: North ML ✓ · North Amazon: sin datos desde el 26/08"),
    ],
)
def test_a_gap_is_named_with_its_store_and_its_last_day(language: Language, ending: str, note: str) -> None:
    """And the day is not called good."""
    reply = message(with_gap(), language)
    assert reply.headline.endswith(ending)
    assert note in reply.notes
    assert reply.figures


@pytest.mark.parametrize(("language", "missing"), [(EN, "paid orders"), (ZH, "付款订单"), (PT, "pedidos pagos")])
def test_missing_measures_are_named_in_words(language: Language, missing: str) -> None:
    """`orders_paid` is a column and no word of a message."""
    world = World(north()).fill("north-ml", last=DAY - timedelta(days=1)).fill("north-amz")
    world.report("north-ml", {"gmv_gross": 5_000 * SCALED})
    (note,) = message(world, language).notes
    assert missing in note
    assert "orders_paid" not in note


def test_a_day_without_data_is_not_judged() -> None:
    """Neither good nor bad."""
    reply = message(World(north()))
    assert reply.headline == "North Thu 27 Aug: no data has arrived for this day"
    assert reply.tone is Tone.UNKNOWN
    assert reply.picture is None
    assert reply.notes == ("Data: North ML: no data yet · North Amazon: no data yet",)


def test_both_rooms_read_the_same_figures_and_only_operations_the_stores() -> None:
    """The seller's message ends where the operator's begins to work."""
    world = bad_thursday()
    operations, seller = message(world, audience=OPS), message(world, audience=SELLER)
    assert operations.figures == seller.figures
    assert (operations.headline, operations.text) == (seller.headline, seller.text)
    assert seller.table is None
    assert operations.table is not None
    assert operations.table.rows == (
        ("North ML", "GMV", "R$2,500.00", "▼ 50.0%", "worse"),
        ("North Amazon", "GMV", "MX$16.0k", "=", "normal"),
        ("North ML", "Orders", "50", "▼ 50.0%", "worse"),
        ("North Amazon", "Orders", "40", "=", "normal"),
    )


def test_each_audience_reads_its_own_clock_first() -> None:
    """Beijing for the seller, the store's city for the operator; the data day on both."""
    world = bad_thursday()
    assert "composed 19:00 Beijing / 08:00 São Paulo" in message(world, audience=SELLER).footer
    assert "composed 08:00 São Paulo / 19:00 Beijing" in message(world, audience=OPS).footer
    assert message(world).footer.startswith(
        "Data day 27 Aug in São Paulo (27 Aug 11:00–28 Aug 11:00 in Beijing) · "
        "27 Aug in Mexico City (27 Aug 14:00–28 Aug 14:00 in Beijing)"
    )
    assert message(world).footer.endswith(" · D-20260827-01-north")


def test_the_total_and_the_targets_stand_in_the_notes() -> None:
    """2,500 x 1.331 + 16,000 x 0.388."""
    world = bad_thursday()
    rates = [Rate(DAY, "BRL", "CNY", Decimal("1.331"), "PBOC"), Rate(DAY, "MXN", "CNY", Decimal("0.388"), "PBOC")]
    world.agree(north(), *rates)
    notes = message(world).notes
    assert notes[0].startswith("GMV ≈ ¥9,535.50 (BRL at 1.3310 on 27 Aug, PBOC")
    digest = replace(composed(world), targets_met=1, targets_set=3)
    assert "Targets on pace: 1 of 3" in digest_message(digest, north(), north().rooms[0]).notes


def test_an_event_of_the_day_is_said_before_the_finding() -> None:
    """Whoever sees "Black Friday" reads the number differently."""
    digest = replace(composed(bad_thursday()), events=("Black Friday", "11.11"))
    assert verdict_of(digest, Wording(EN)).startswith("Black Friday, 11.11, GMV R$2,500.00 worse")


@pytest.mark.parametrize(
    ("language", "finding"),
    [
        (EN, "Conversion rate (ML) 2.55% behind its target"),
        (ZH, "2.55%"),
        (PT, "2,55%"),
        (ES, "2,55%"),
    ],
)
def test_what_is_normal_but_behind_its_target_says_so(language: Language, finding: str) -> None:
    """2.55 % is normal for this store, and 3 % was agreed; nobody is called for it."""
    world = quiet()
    month = Period.month_of(DAY)
    agreed = Target("t", "north", "conversion_rate", ("north-ml",), month, Direction.UP, Decimal("0.03"))
    world.agree(north(), agreed)
    reply = message(world, language)
    assert finding in reply.headline
    assert (reply.tone, reply.mention) == (Tone.WATCH, None)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("audience", Audience)
def test_the_picture_shows_each_figure_and_is_titled_with_the_verdict(language: Language, audience: Audience) -> None:
    """Chinese sheets carry a Latin twin for machines without the font."""
    reply = message(bad_thursday(), language, audience)
    assert isinstance(reply.picture, DigestSheet)
    assert [panel.value for panel in reply.picture.panels] == [figure.value for figure in reply.figures]
    assert reply.picture.title in reply.headline
    assert reply.picture.alt_text == reply.headline
    assert (reply.picture.fallback is not None) == (language is ZH)


def test_the_buttons_ask_about_the_day_of_the_digest() -> None:
    """Pressed a week later they still mean this Thursday."""
    world = bad_thursday()
    world.intake = Intake(world.books.work, (KPI_COMMAND, INCIDENT_COMMAND))
    buttons = message(world).buttons
    with world.books.work() as work:
        work.digests.freeze(composed(world))
    assert buttons[:2] == (
        Button("All numbers", "/kpi 2026-08-27", is_primary=True),
        Button("How was this made?", "/kpi why gmv 2026-08-27"),
    )
    world.clock.advance(timedelta(days=7))
    for button in buttons:
        assert not world.ask(button.command, "north-seller", "wei").reference


def test_nobody_is_mentioned_on_a_day_that_only_needs_watching() -> None:
    """A mention is for a bad day."""
    digest = replace(composed(bad_thursday()), tone=Tone.WATCH)
    assert digest_message(digest, north(), north().rooms[0]).mention is None


def test_a_day_of_small_numbers_is_not_judged() -> None:
    """Neither good nor bad, and said so."""
    digest = replace(composed(quiet()), tone=Tone.UNKNOWN)
    assert verdict_of(digest, Wording(EN)) == "too little data to judge the day"


def test_an_account_manager_who_left_is_not_named() -> None:
    """The snapshot remembers an id; the engagement no longer knows whose."""
    digest = replace(composed(bad_thursday()), owner="gone")
    reply = digest_message(digest, north(), north().rooms[0])
    assert "Account manager" not in reply.text
    assert reply.mention is None


def test_a_change_that_nothing_explains_is_not_explained() -> None:
    """A cause below three tenths of the change is noise."""
    digest = composed(bad_thursday())
    unexplained = replace(digest, drivers=(replace(digest.drivers[0], factors=(), stores=(), listings=()),))
    assert "against usual:" not in digest_message(unexplained, north(), north().rooms[0]).text


def test_the_listing_that_fell_is_named_with_its_share_of_the_change() -> None:
    """MLB2 sold 15 instead of 40, MLB1 as ever: all of the change of the listings is its own."""
    world = bad_thursday()
    days = [DAY - timedelta(days=7 * back) for back in range(5)]
    world.learn(
        a_fact("north-ml", "gmv_gross", value * SCALED, day, listing=listing)
        for day in days
        for listing, value in (("MLB1", 100), ("MLB2", 15 if day == DAY else 40))
    )
    assert "GMV (BRL) against usual: conversion explains 100%, MLB2 explains 100%." in message(world).text


def test_one_store_needs_no_table_of_stores() -> None:
    """It would repeat the figures."""
    single = replace(north(), stores=north().stores[:1])
    world = World(single).fill("north-ml", last=DAY - timedelta(days=1))
    world.report("north-ml", {"visits": 4_000, "orders_paid": 50, "gmv_gross": 2_500 * SCALED})
    with world.books.view() as work:
        digest = compose_digest(work, single, DAY, NOW)
    reply = digest_message(digest, single, single.rooms[0])
    assert reply.table is None
    assert reply.figures
