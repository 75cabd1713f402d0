"""Whatever numbers a marketplace reports, there is an answer and a digest in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.deliveries import compose_delivery
from handlers.digests.corrections import sweep_corrections
from handlers.digests.daily_digest import sweep_digests
from handlers.messages import Reply
from kpi.days import Period
from kpi.digest_rules import HEADLINE_METRICS
from kpi.facts import Fact, FactStatus
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.rates import Rate
from kpi.targets import Target
from tests.handlers.world import DAY, NOW, World, north
from tests.twins.book_samples import a_fact

MEASURES = sorted({name for metric in HEADLINE_METRICS for name in METRICS[metric].measures})
VALUES = st.sampled_from((0, 1, 2, 7, 100, 4_000, 10**7, 10**13))
SERIES = st.tuples(
    st.sampled_from(("north-ml", "north-amz")),
    st.sampled_from(MEASURES),
    st.lists(st.none() | VALUES, min_size=1, max_size=10),
    st.sampled_from((FactStatus.FINAL, FactStatus.PRELIMINARY, FactStatus.PARTIAL)),
)
TARGET = st.tuples(
    st.sampled_from(HEADLINE_METRICS),
    st.sampled_from(("0", "0.02", "1")),
    st.sampled_from((Direction.UP, Direction.DOWN)),
)
RATE = Rate(DAY, "BRL", "CNY", Decimal("1.331"), "PBOC")


def facts_of(series: list[tuple[str, str, list[int | None], FactStatus]]) -> list[Fact]:
    """Return the facts of weekly and daily series that end on the data day; None leaves a gap."""
    return [
        a_fact(store, measure, value, DAY - timedelta(days=back * step), status)
        for store, measure, values, status in series
        for step in (7, 1)
        for back, value in enumerate(values)
        if value is not None
    ]


def require_readable(reply: Reply) -> None:
    """Fail for a placeholder nobody filled, a number that is none, and an empty message."""
    words = (reply.headline, reply.text, reply.footer, *reply.notes, *(figure.note for figure in reply.figures))
    assert reply.headline
    assert not any(mark in text for text in words for mark in ("%(", "NaN", "Infinity", "None", "E+"))
    assert all(figure.name and figure.value for figure in reply.figures)


@settings(max_examples=50)
@given(
    series=st.lists(SERIES, max_size=8),
    later=st.lists(SERIES, max_size=3),
    agreed=st.lists(TARGET, max_size=3, unique_by=lambda one: one[0]),
    language=st.sampled_from(Language),
)
def test_any_reported_numbers_can_be_asked_for_sent_and_corrected(
    series: list[tuple[str, str, list[int | None], FactStatus]],
    later: list[tuple[str, str, list[int | None], FactStatus]],
    agreed: list[tuple[str, str, Direction]],
    language: Language,
) -> None:
    """Zeros, gaps, billions, more orders than visits: nothing of it stops an answer or a digest."""
    world, month = World(north(language)), Period.month_of(DAY)
    targets = [
        Target(metric, "north", metric, (), month, direction, Decimal(value), "BRL" if metric == "gmv" else None)
        for metric, value, direction in agreed
    ]
    world.agree(north(language), RATE, *targets)
    world.learn(facts_of(series))
    for question in (
        "/kpi",
        "/kpi targets",
        "/kpi 7d",
        *(f"/kpi {name} 7d vs last year" for name in HEADLINE_METRICS[:4]),
    ):
        require_readable(world.ask(f"/kpi {question}"))
    sweep_digests(world.books.work, NOW)
    world.clock.set(NOW + timedelta(hours=5))
    sweep_digests(world.books.work, world.clock())
    assert len(world.deliveries()) == 2
    world.send_all()
    world.clock.advance(timedelta(hours=6))
    world.learn(facts_of(later))
    sweep_corrections(world.books.work, world.clock())
    for delivery in world.deliveries():
        with world.books.view() as work:
            composed = compose_delivery(work, delivery)
        assert composed is not None
        require_readable(replace(composed.reply, picture=None))
    assert sweep_corrections(world.books.work, world.clock()) == 0
