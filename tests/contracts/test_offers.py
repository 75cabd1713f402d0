"""One offer a thread, however many replicas hear of it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from bot.samples.engagements import sample_engagements
from handlers.listening.listening import Remark, overhear
from kpi.deliveries import CauseKind
from kpi.engagements import Platform
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LUMINA = sample_engagements()[0]
REMARK = Remark(
    Platform.CONSOLE, "lumina-seller", "wei", "vendas despencaram", NOW, "heard/1", message="m1", thread="m1"
)


def hear_all(database: Books, remarks: list[Remark]) -> int:
    """Let eight replicas hear remarks at the same time; return how many queued an offer."""
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(lambda remark: overhear(database.work, remark), remarks))


def offers(database: Books) -> int:
    """Return how many offers are stored."""
    with database.view() as work:
        return sum(one.cause_kind is CauseKind.OFFER for one in work.deliveries.of_engagement("lumina", 99))


def test_the_same_event_at_two_replicas_makes_one_offer(database: Books) -> None:
    """Slack sends its retry to whichever replica answers."""
    assert hear_all(database, [REMARK] * 8) == offers(database) == 1


def test_ten_messages_of_one_thread_at_once_make_one_offer(database: Books) -> None:
    """Ten events, one thread."""
    remarks = [replace(REMARK, event_id=f"heard/{number}", message=f"m{number}") for number in range(10)]
    assert hear_all(database, remarks) == offers(database) == 1
