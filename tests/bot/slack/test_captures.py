"""Which payloads of Slack point at a message or change one, and what is read for a command that points at one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.slack.arrivals import Call, Place
from bot.slack.captures import Quotes, call_of_capture_shortcut, change_of_message
from bot.slack.gateway import Gateway
from bot.slack.hearing import reaction_of
from handlers.listening.captured_messages import Pointed
from handlers.listening.listening import Sign
from handlers.messages import Arrival
from kpi.engagements import Platform
from tests.bot.slack.payloads import BOT_USER, CARD, deleted, edited, reacted, said, shortcut, unreacted
from tests.bot.slack.samples import AT
from tests.twins.slack_server import SlackServer, Trouble

TS, ROOM = "1795000100.000200", "C0SELLER01"
WRITTEN = datetime.fromtimestamp(1795000100, UTC) + timedelta(microseconds=200)


class Watching:
    """Remembers what is pointed at."""

    def __init__(self) -> None:
        self.pointed: list[Pointed] = []
        self.failure: Exception | None = None

    async def __call__(self, pointed: Pointed) -> None:
        """Remember one message."""
        if self.failure:
            raise self.failure
        self.pointed.append(pointed)


@pytest.fixture
def watching() -> Watching:
    """Return what remembers."""
    return Watching()


@pytest.fixture
def quotes(gateway: Gateway, watching: Watching) -> Quotes:
    """Return a reader of messages on loopback."""
    return Quotes(gateway.client, watching)


def a_call(text: str = f"/incident pin {TS}", **changes: Any) -> Call:
    """Return a command in the seller's channel."""
    arrival = Arrival(Platform.SLACK, ROOM, "U0SELLER01", text, AT, "e1", **changes)
    return Call(arrival, Place(ROOM, "U0SELLER01"))


def write(slack: SlackServer, **changes: Any) -> None:
    """Let a message stand in the channel."""
    slack.messages[ROOM].append({"ts": TS, "text": "a &lt;b&gt; <@U1|li>", "user": "U0SELLER01"} | changes)


async def test_a_message_is_read_with_all_that_is_known_of_it(
    slack: SlackServer, quotes: Quotes, watching: Watching
) -> None:
    """Its author, thread, instants, address and files; that it is pointed at is remembered first."""
    file = {"id": "F1", "name": "shot.png", "size": 7, "url_private": "https://files.slack.com/x"}
    write(slack, thread_ts=CARD, edited={"user": "U0SELLER01", "ts": "1795000200.000000"}, files=[file])
    call = await quotes.complete(a_call(f"/incident 记入 1001 {TS}"))
    quoted = call.arrival.quoted
    assert quoted is not None
    assert (quoted.id, quoted.text, quoted.author, quoted.thread) == (TS, "a <b> @li", "U0SELLER01", CARD)
    assert (quoted.written_at, quoted.since) == (WRITTEN, datetime.fromtimestamp(1795000200, UTC))
    assert quoted.link.endswith("/p1795000100000200")
    assert [one.id for one in call.files] == ["F1"]
    assert watching.pointed == [Pointed(Platform.SLACK, ROOM, "U0SELLER01", TS, AT)]


@pytest.mark.parametrize(
    "text",
    [
        *("/incident pin", "/incident pin 1001", "/incident pin m1", f"/incident unpin {TS}", f"/kpi {TS}"),
        *(f"/incident note 1001 {TS}", f"/incident about-message {TS}"),
    ],
)
async def test_no_other_command_reads_anything(
    slack: SlackServer, quotes: Quotes, watching: Watching, text: str
) -> None:
    """Slack limits how often history may be read."""
    write(slack)
    assert await quotes.complete(a_call(text)) == a_call(text)
    assert (slack.calls, watching.pointed) == ([], [])


async def test_in_somebodys_own_conversation_nothing_is_read(slack: SlackServer, quotes: Quotes) -> None:
    """No message of a room stands there."""
    call = a_call(is_direct=True)
    assert await quotes.complete(call) == call
    assert slack.calls == []


@pytest.mark.parametrize("verb", ["pin", "unpin"])
async def test_a_link_names_a_message_of_its_own_channel_alone(slack: SlackServer, quotes: Quotes, verb: str) -> None:
    """A link to another channel reads nothing."""
    write(slack)
    own = f"<https://acme.slack.com/archives/{ROOM}/p1795000100000200?thread_ts=1.2&cid=C1|see>"
    call = await quotes.complete(a_call(f"/incident {verb} 1001 {own}"))
    assert call.arrival.text == f"/incident {verb} 1001 {TS}"
    other = f"/incident {verb} 1001 https://acme.slack.com/archives/C0OPS00001/p1795000100000200"
    slack.calls.clear()
    assert (await quotes.complete(a_call(other))).arrival.text == other
    assert slack.calls == []


@pytest.mark.parametrize(
    "trouble",
    [
        *(Trouble(code="ratelimited", status=429, retry_after="60"), Trouble(code="missing_scope")),
        Trouble(status=502, is_page=True),
    ],
)
async def test_a_message_slack_does_not_show_is_not_quoted(
    slack: SlackServer, quotes: Quotes, trouble: Trouble
) -> None:
    """The command goes on without it, and says so."""
    write(slack)
    slack.plan("conversations.replies", trouble)
    assert await quotes.complete(a_call()) == a_call()


async def test_a_deleted_message_is_not_quoted(slack: SlackServer, quotes: Quotes) -> None:
    """Neither one that is gone, nor the stone that stands for one with answers."""
    assert await quotes.complete(a_call()) == a_call()
    write(slack, subtype="tombstone", text="This message was deleted.")
    assert await quotes.complete(a_call()) == a_call()


async def test_what_cannot_be_watched_is_not_read(slack: SlackServer, quotes: Quotes, watching: Watching) -> None:
    """A change of it could be missed."""
    write(slack)
    watching.failure = RuntimeError("the database is away")
    assert await quotes.complete(a_call()) == a_call()
    assert slack.calls == []


async def test_what_the_shortcut_brings_along_is_not_read_again(slack: SlackServer, quotes: Quotes) -> None:
    """It is the message as it reads now."""
    message = {"user": "U1", "text": "sales &amp; returns", "ts": TS, "files": [{"id": "F1"}]}
    body = shortcut("vigia_capture_message", message=message, channel={"id": ROOM}, response_url="https://r")
    call = call_of_capture_shortcut(body, AT)
    assert call is not None
    assert call.arrival.quoted is not None
    assert (call.arrival.text, call.arrival.handle) == (f"/incident pin {TS}", "U024ANA")
    assert (call.arrival.quoted.text, call.arrival.quoted.thread) == ("sales & returns", TS)
    assert call.arrival.quoted.link == f"https://lumina.slack.com/archives/{ROOM}/p1795000100000200"
    assert (call.place.response_url, call.place.is_private) == ("https://r", True)
    assert await quotes.complete(call) == call
    assert slack.calls == []


@pytest.mark.parametrize("change", [{"message": {}}, {"channel": {}}, {"user": {}}, {"message": {"ts": "now"}}])
def test_a_shortcut_without_place_or_time_is_nothing(change: dict[str, Any]) -> None:
    """Slack names all of them; nothing is made up."""
    body = shortcut("vigia_capture_message", message={"ts": TS, "text": "x"}, channel={"id": ROOM}) | change
    assert call_of_capture_shortcut(body, AT) is None


def test_an_edit_says_what_a_message_says_since_when() -> None:
    """As plain words."""
    change = change_of_message(edited(TS, "R&amp;D <!channel>", "1795000200.000000"), AT)
    assert change is not None
    assert (change.message, change.address, change.text) == (TS, ROOM, "R&D")
    assert change.since == datetime.fromtimestamp(1795000200, UTC)


def test_a_deletion_says_nothing_any_more() -> None:
    """Also of a message with answers, which Slack calls a change."""
    stone = edited(TS, "This message was deleted.", "", subtype="tombstone", user="USLACKBOT")
    for body in (deleted(TS), stone):
        change = change_of_message(body, AT)
        assert change is not None
        assert (change.message, change.text) == (TS, None)


@pytest.mark.parametrize(
    "body",
    [
        said(),
        edited(TS, "the same", ""),
        edited(TS, "Vigia's card", "1795000200.000000", user=BOT_USER),
        edited("", "no time", "1795000200.000000"),
        deleted(""),
        deleted(TS, channel=""),
        {"event": {"subtype": "message_changed"}},
        {},
    ],
)
def test_anything_else_changes_no_message(body: dict[str, Any]) -> None:
    """A preview below a link, Vigia's own living cards, shapes nobody knows."""
    assert change_of_message(body, AT) is None


def test_a_pin_is_a_sign_and_so_is_taking_it_off() -> None:
    """Any other sign taken off means nothing."""
    put, off = reaction_of(reacted("pushpin")), reaction_of(unreacted())
    assert put is not None
    assert off is not None
    assert (put.sign, off.sign) == (Sign.PIN, Sign.UNPIN)
    assert put.event_id != off.event_id
    assert reaction_of(unreacted("eyes")) is None


def test_a_time_no_calendar_has_is_no_message() -> None:
    """Whatever Slack may send one day."""
    assert change_of_message(edited("99999999999.000001", "x", "1795000200.000000"), AT) is None
