"""The same promises of every chat platform: its ledger row says what people saw, whatever happens on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot.drawing import NotDrawnError
from bot.outbox import Outbox
from handlers.deliveries import Composed
from handlers.messages import Reply
from kpi.deliveries import CauseKind, DeliveryState, Placing
from kpi.languages import Language
from storage.database import Database
from tests.twins.clock import FakeClock
from tests.twins.console_world import a_picture, tiny_png
from tests.twins.outbox_world import OutboxWorld
from tests.twins.platform_ways import ANA, FALLIBLE, WAYS, PlatformWay

LINES = 3_000
LEFT_OUT = ("其余内容", "未显示", "省略", "…")
"""How platforms say that something is missing."""


@pytest.fixture(params=list(WAYS))
async def way(request: pytest.FixtureRequest, clock: FakeClock) -> AsyncIterator[PlatformWay]:
    """Return each platform in turn."""
    async with WAYS[request.param](clock) as made:
        yield made


fallible = pytest.mark.parametrize("way", FALLIBLE, indirect=True)


class Ledger(OutboxWorld):
    """An outbox over one platform's way out."""

    def __init__(self, database: Database, clock: FakeClock, way: PlatformWay) -> None:
        super().__init__(database, clock)
        self.way = way
        ways = {way.room.platform: way.messenger}
        self.outbox = Outbox(self.work, self.compose, self.draw, ways, clock)

    def queue(
        self, name: str, reply: Reply | None = None, *, anchor: str = "", kind: CauseKind = CauseKind.DIGEST
    ) -> None:
        """Queue a message; with an `anchor` it changes that one where this can be done."""
        placing = Placing.EDIT if anchor else Placing.POST
        self.add(name, self.way.room.platform, self.way.room.id, kind, placing=placing)
        said = reply or Reply(f"消息 {name}", Language.ZH)
        self.composing[name] = lambda: Composed(self.way.room, said, anchor)

    async def later(self, seconds: int) -> None:
        """Let time pass and send what is due."""
        self.clock.advance(timedelta(seconds=seconds))
        self.way.naps.now += seconds
        await self.sweep()

    def seen(self, name: str) -> list[int]:
        """Return where a message is seen in its room."""
        return [place for place, text in enumerate(self.way.seen()) if f"消息 {name}" in text]


@pytest.fixture
def ledger(database_url: str, clock: FakeClock, way: PlatformWay) -> Iterator[Ledger]:
    """Return the ledger of one platform."""
    database = Database(database_url)
    yield Ledger(database, clock, way)
    database.close()


async def test_a_message_is_delivered_once_and_its_receipt_is_kept(ledger: Ledger) -> None:
    """However often the outbox looks; a webhook alone gives no id."""
    ledger.queue("甲")
    await ledger.sweep()
    await ledger.later(300)
    row = ledger.delivery("甲")
    assert row.state is DeliveryState.SENT
    assert row.reason.startswith("taken by")
    assert bool(row.platform_message) is ledger.way.has_ids
    assert ledger.seen("甲") == [0]


@fallible
async def test_what_surely_was_not_taken_is_tried_again(ledger: Ledger) -> None:
    """After as long as the platform asks for, and then it is there once."""
    ledger.way.refuse_for_now()
    ledger.queue("甲")
    await ledger.sweep()
    assert (ledger.state("甲"), ledger.seen("甲")) == (DeliveryState.PENDING, [])
    await ledger.later(30)
    assert ledger.state("甲") is DeliveryState.PENDING
    await ledger.later(60)
    assert (ledger.state("甲"), ledger.seen("甲")) == (DeliveryState.SENT, [0])
    assert not ledger.delivery("甲").is_repeat


@fallible
async def test_what_is_refused_for_good_fails_with_a_reason(ledger: Ledger) -> None:
    """And is not tried again."""
    ledger.way.refuse_for_good()
    ledger.queue("甲")
    await ledger.sweep()
    await ledger.later(300)
    row = ledger.delivery("甲")
    assert (row.state, row.attempts, ledger.seen("甲")) == (DeliveryState.FAILED, 1, [])
    assert row.reason


@fallible
@pytest.mark.parametrize(("kind", "times"), [(CauseKind.DIGEST, 1), (CauseKind.INCIDENT, 2)])
async def test_a_lost_answer_is_unknown_until_the_platform_or_a_rule_decides(
    ledger: Ledger, kind: CauseKind, times: int
) -> None:
    """A platform that can be asked says that it is there; where none can be, only an incident comes again, marked."""
    ledger.way.lose_the_answer()
    ledger.queue("甲", kind=kind)
    await ledger.sweep()
    assert (ledger.state("甲"), len(ledger.seen("甲"))) == (DeliveryState.UNKNOWN, 1)
    await ledger.outbox.recover()
    await ledger.outbox.finish()
    expected = 1 if ledger.way.can_be_asked else times
    assert len(ledger.seen("甲")) == expected
    is_known = ledger.way.can_be_asked or times == 2
    assert ledger.state("甲") is (DeliveryState.SENT if is_known else DeliveryState.UNKNOWN)


@fallible
async def test_the_order_of_a_room_is_kept_while_one_message_waits(ledger: Ledger) -> None:
    """Whoever comes later waits behind it."""
    ledger.way.refuse_for_now()
    for name in ("甲", "乙", "丙"):
        ledger.queue(name)
        ledger.clock.advance(timedelta(milliseconds=1))
    await ledger.sweep()
    assert [ledger.seen(name) for name in ("甲", "乙", "丙")] == [[], [], []]
    for _ in range(3):
        await ledger.later(61)
    assert [ledger.seen(name) for name in ("甲", "乙", "丙")] == [[0], [1], [2]]


async def test_a_long_chinese_text_arrives_whole_or_says_that_it_does_not(ledger: Ledger) -> None:
    """Nothing is lost between two parts: what is there is an unbroken beginning."""
    text = "\n".join(f"第{number}行：转化率下降，请查看详情。" for number in range(LINES))
    ledger.queue("甲", Reply("消息 甲", Language.ZH, text=text))
    await ledger.sweep()
    assert ledger.state("甲") is DeliveryState.SENT
    arrived = "\n".join(ledger.way.seen())
    there = [number for number in range(LINES) if f"第{number}行" in arrived]
    assert there == list(range(len(there)))
    assert len(there) > 50
    assert len(there) == LINES or any(words in arrived for words in LEFT_OUT)


async def test_a_text_of_usual_length_arrives_whole(ledger: Ledger) -> None:
    """In as many parts as it takes, in order."""
    text = "\n".join(f"第{number}行：转化率下降，请查看详情。" for number in range(60))
    ledger.queue("甲", Reply("消息 甲", Language.ZH, text=text))
    await ledger.sweep()
    arrived = "\n".join(ledger.way.seen())
    places = [arrived.find(f"第{number}行") for number in range(60)]
    assert -1 not in places
    assert places == sorted(places)


async def test_a_mention_reaches_the_person(ledger: Ledger) -> None:
    """By the platform's own way to make a phone ring, with their name for everybody else."""
    ledger.queue("甲", Reply("消息 甲", Language.ZH, text="请确认", mention=ANA))
    await ledger.sweep()
    assert ledger.state("甲") is DeliveryState.SENT
    assert ledger.way.reached()


async def test_a_picture_that_cannot_be_drawn_never_blocks_the_text(ledger: Ledger) -> None:
    """The row says what is missing."""

    def fail() -> bytes:
        raise NotDrawnError("no font")

    ledger.drawing = fail
    ledger.queue("甲", Reply("消息 甲", Language.ZH, picture=a_picture("x")))
    await ledger.sweep()
    assert (ledger.state("甲"), ledger.seen("甲")) == (DeliveryState.SENT, [0])
    assert "without its picture: no font" in ledger.delivery("甲").reason


@fallible
async def test_a_picture_the_platform_refuses_never_blocks_the_text(ledger: Ledger) -> None:
    """The row says what is missing; a picture it takes is there, and nothing is missing."""
    ledger.drawing = tiny_png
    ledger.queue("甲", Reply("消息 甲", Language.ZH, picture=a_picture("x")))
    await ledger.sweep()
    assert (ledger.way.pictures(), "picture" in ledger.delivery("甲").reason) == (1, False)
    ledger.way.refuse_the_picture()
    ledger.queue("乙", Reply("消息 乙", Language.ZH, picture=a_picture("x")))
    await ledger.sweep()
    assert (ledger.state("乙"), len(ledger.seen("乙")), ledger.way.pictures()) == (DeliveryState.SENT, 1, 1)
    assert "picture" in ledger.delivery("乙").reason


async def test_an_edit_changes_its_message_or_is_one_of_its_own(ledger: Ledger) -> None:
    """Where a platform cannot change messages, people still read what changed."""
    ledger.queue("甲")
    await ledger.sweep()
    anchor = ledger.delivery("甲").platform_message or "sent without an id"
    ledger.queue("乙", anchor=anchor)
    await ledger.sweep()
    assert ledger.state("乙") is DeliveryState.SENT
    assert ledger.seen("乙") == ([0] if ledger.way.can_edit else [1])
    assert ledger.seen("甲") == ([] if ledger.way.can_edit else [0])
