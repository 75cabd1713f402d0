"""Every chat platform's way out on loopback, seen through the same few questions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.console.board import Board
from bot.console.messenger import ConsoleMessenger
from bot.messengers import Messenger
from bot.slack.access import SlackAccess
from bot.slack.gateway import create_gateway
from bot.slack.messenger import SlackMessenger
from bot.wecom.app import WeComApp
from bot.wecom.app_access import AppAccess
from bot.wecom.app_messenger import AppMessenger
from bot.wecom.messenger import WeComMessenger
from bot.wecom.pace import TO_A_PERSON, Pace
from bot.wecom.tokens import Tokens
from bot.wecom.webhook import GroupWebhooks
from kpi.engagements import Audience, Person, Platform, Role, Room
from kpi.languages import Language
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock
from tests.twins.naps import Naps
from tests.twins.slack_server import SlackServer
from tests.twins.slack_server import Trouble as SlackTrouble
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, AppTrouble, WeComAppServer
from tests.twins.wecom_server import KEY, Trouble, WeComServer

BEIJING = ZoneInfo("Asia/Shanghai")
FIRST_MESSAGE_AT = datetime.fromtimestamp(1_795_000_000, UTC)
"""What the Slack on loopback stamps its first message with."""
CHANNEL, ANA_IN_SLACK = "C0OPS00001", "U024ANA"
ANA = Person(
    "ana",
    "安娜",
    Role.ACCOUNT_MANAGER,
    Language.ZH,
    BEIJING,
    ((Platform.SLACK, ANA_IN_SLACK), (Platform.WECOM, "ana"), (Platform.CONSOLE, "ana")),
)


@dataclass
class PlatformWay:
    """A messenger, what people see of what it sent, and how to make it fail; a console in memory cannot."""

    room: Room
    messenger: Messenger
    naps: Naps
    seen: Callable[[], Sequence[str]]
    """Each message as it stands now, oldest first; pictures and cards are none."""
    pictures: Callable[[], int]
    reached: Callable[[], bool]
    """Whether Ana's phone rings."""
    refuse_for_now: Callable[[], None]
    refuse_for_good: Callable[[], None]
    lose_the_answer: Callable[[], None]
    """The platform takes the next message and cannot say so."""
    refuse_the_picture: Callable[[], None]
    can_edit: bool = True
    can_be_asked: bool = True
    has_ids: bool = True


def _room(room_id: str, platform: Platform, address: str) -> Room:
    return Room(room_id, "lumina", platform, address, Audience.OPERATIONS, Language.ZH, BEIJING)


@asynccontextmanager
async def slack_way(clock: FakeClock) -> AsyncIterator[PlatformWay]:
    """Give a channel of Slack, whose clock agrees with ours."""
    clock.set(FIRST_MESSAGE_AT)
    server, naps = SlackServer(), Naps()
    await server.start()
    access = SlackAccess("a-signing-secret", "xoxb-not-a-token", "xapp-not-a-token", server.api_url)
    gateway = create_gateway(access, sleep=naps.sleep, seconds=naps.seconds)

    def refuse_the_picture() -> None:
        server.accepts_bytes = False

    yield PlatformWay(
        _room("lumina-ops", Platform.SLACK, CHANNEL),
        SlackMessenger(gateway),
        naps,
        lambda: [f"{one['text']} {one['blocks']}" for one in server.messages[CHANNEL]],
        lambda: sum(block["type"] == "image" for one in server.messages[CHANNEL] for block in one["blocks"]),
        lambda: any(f"<@{ANA_IN_SLACK}>" in str(one) for one in server.messages[CHANNEL]),
        lambda: server.plan("chat.postMessage", SlackTrouble(status=429, retry_after="60")),
        lambda: server.archived.add(CHANNEL),
        lambda: server.plan("chat.postMessage", SlackTrouble(is_dropped=True, is_done=True)),
        refuse_the_picture,
    )
    await gateway.close()
    await server.stop()
    assert server.problems == []


@asynccontextmanager
async def group_way(_clock: FakeClock) -> AsyncIterator[PlatformWay]:
    """Give a group of WeCom, by its webhook."""
    naps = Naps()
    server = WeComServer(naps.seconds)
    await server.start()
    webhooks = GroupWebhooks(server.url)
    yield PlatformWay(
        _room("lumina-ops", Platform.WECOM, "lumina-group"),
        WeComMessenger(webhooks, {"lumina-group": KEY}, naps.seconds, naps.sleep),
        naps,
        server.texts,
        lambda: server.kinds().count("image"),
        lambda: any(one["text"].get("mentioned_list") == ["ana"] for _, one in server.posted if "text" in one),
        lambda: server.fail(Trouble(errcode=45009)),
        server.keys.clear,
        lambda: server.fail(Trouble(is_dropped=True, is_taken=True)),
        lambda: server.fail(None, Trouble(errcode=40009)),
        can_edit=False,
        can_be_asked=False,
        has_ids=False,
    )
    await webhooks.close()
    await server.stop()


@asynccontextmanager
async def person_way(clock: FakeClock) -> AsyncIterator[PlatformWay]:
    """Give Ana alone, by WeCom's app."""
    naps, server = Naps(), WeComAppServer()
    server.start()
    access = AppAccess(CORP, AGENT, SecretStr(SECRET), server.url)
    app = WeComApp(access, Tokens(access, MemoryDatabase().work, clock))
    people = AppMessenger(app, Pace(naps.seconds, naps.sleep, TO_A_PERSON), hears=True)
    yield PlatformWay(
        _room("direct/ana/wecom", Platform.WECOM, "ana"),
        people,
        naps,
        lambda: server.texts("ana"),
        lambda: sum(one["msgtype"] == "image" for one in server.sent),
        lambda: bool(server.texts("ana")),
        lambda: server.troubles.append(AppTrouble("message/send", errcode=45009)),
        server.people.clear,
        lambda: server.troubles.append(AppTrouble("message/send", is_dropped=True, is_done=True)),
        lambda: server.troubles.append(AppTrouble("media/upload", errcode=40009)),
        can_edit=False,
        can_be_asked=False,
    )
    await people.close()
    server.stop()


@asynccontextmanager
async def console_way(clock: FakeClock) -> AsyncIterator[PlatformWay]:
    """Give a room of the console."""
    board = Board()
    room = _room("lumina-ops", Platform.CONSOLE, "lumina-ops")

    def never() -> None:
        raise AssertionError("a room in memory does not fail")

    yield PlatformWay(
        room,
        ConsoleMessenger(board, clock),
        Naps(),
        lambda: [str(one.entry.reply) for one in board.messages(room.address)],
        lambda: sum(bool(one.entry.picture) for one in board.messages(room.address)),
        lambda: any(one.entry.reply.mention == ANA for one in board.messages(room.address) if one.entry.reply),
        never,
        never,
        never,
        never,
    )


WAYS = {"slack": slack_way, "wecom group": group_way, "wecom person": person_way, "console": console_way}
FALLIBLE = ("slack", "wecom group", "wecom person")
