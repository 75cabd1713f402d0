"""The Home tab: within Slack's limits whatever is in it, shown when it is opened and after what is pressed there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.slack.access import SlackAccess
from bot.slack.gateway import Gateway
from bot.slack.home import render_home
from bot.slack.home_tab import call_of_home_press, opened_home
from bot.slack.limits import HOME_BLOCKS
from handlers.messages import Arrival, Button, Reply
from handlers.rooms.home import Home
from kpi.languages import Language
from tests.bot.slack.block_lint import lint_home
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import chosen, event, press
from tests.twins.clock import A_SUNDAY_NOON, FakeClock
from tests.twins.slack_server import SlackServer, Trouble, home_hash

ANA = "U024ANA"
FOUR_BLOCKS = Reply(
    "#1001 转化率 · Lumina <ML>",
    Language.ZH,
    text="line & <!channel>",
    buttons=(Button("Take", "/incident @lumina ack 1001"), Button("Page", url="https://vigia.example.com")),
)
"""Header, text, buttons, and the line above them."""


def opened(tab: str = "home", event_id: str = "Ev0001", **changes: Any) -> dict[str, Any]:
    """Return that somebody opened Vigia."""
    body = event("app_home_opened", event_id)
    body["event"] = {
        "type": "app_home_opened",
        "user": ANA,
        "channel": "D0PERSON01",
        "tab": tab,
        "event_ts": "1795000900.000100",
        **changes,
    }
    return body


def home_press(value: str | None = "/incident @lumina ack 1001", **changes: Any) -> dict[str, Any]:
    """Return a press in the Home tab: there is a view, and no channel."""
    body = press(value, user={"id": ANA, "team_id": "T0HOME0001"}, container={"type": "view", "view_id": "V1"})
    del body["channel"]
    return {**body, "view": {"id": "V1", "type": "home", "hash": "1.a"}, **changes}


class Homes(Doors):
    """Slack's doors, behind which everybody has a home."""

    def __init__(self, access: SlackAccess, gateway: Gateway, clock: FakeClock) -> None:
        super().__init__(access, gateway, clock, look=self.look)
        self.home = Home(Language.EN, (FOUR_BLOCKS,))
        self.looked: list[str] = []
        self.look_fails = False

    async def look(self, arrival: Arrival) -> Home:
        """Return the same home for everybody."""
        self.looked.append(arrival.handle)
        if self.look_fails:
            raise RuntimeError("database away")
        return self.home


@pytest.fixture
async def homes(access: SlackAccess, gateway: Gateway, clock: FakeClock) -> AsyncIterator[Homes]:
    """Return doors with a home behind them."""
    made = Homes(access, gateway, clock)
    yield made
    await made.close()


def view_of(*parts: Reply) -> tuple[int, str]:
    """Return how many blocks a home has, and its last words; it breaks no rule of Slack's."""
    blocks = render_home(Home(Language.EN, parts))["blocks"]
    assert lint_home(blocks) == []
    return len(blocks), str(blocks[-1])


def test_a_home_at_the_limit_is_whole_and_one_past_it_leaves_out_whole_parts() -> None:
    """100 blocks, and never half an incident; what is left out is counted."""
    full = (replace(FOUR_BLOCKS, footer="as of now"), *(FOUR_BLOCKS,) * 24)
    blocks, last = view_of(*full)
    assert (blocks, "fit" in last) == (HOME_BLOCKS, False)
    blocks, last = view_of(*full, Reply("one more", Language.EN))
    assert (blocks, "2 more parts do not fit here" in last) == (98, True)
    blocks, last = view_of(*full[:-1], Reply("a", Language.EN), FOUR_BLOCKS)
    assert (blocks, "One more part does not fit here" in last) == (HOME_BLOCKS, True)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=120))
def test_any_parts_fit_or_say_that_they_do_not(sizes: list[int]) -> None:
    """Parts of one to four blocks."""
    plain = replace(FOUR_BLOCKS, text="", buttons=())
    kinds = {1: plain, 2: replace(FOUR_BLOCKS, buttons=()), 3: FOUR_BLOCKS, 4: replace(FOUR_BLOCKS, footer="f")}
    wanted = sum(sizes) + len(sizes) - 1
    blocks, last = view_of(*(kinds[one] for one in sizes))
    assert blocks == wanted if wanted <= HOME_BLOCKS else blocks <= HOME_BLOCKS and "fit here" in last


def test_no_text_becomes_markup_and_every_button_has_an_id_of_its_own() -> None:
    """A seller's words in an incident wake nobody."""
    view = render_home(Home(Language.ZH, (FOUR_BLOCKS,) * 5))
    assert lint_home(view["blocks"]) == []
    assert "<!channel>" not in str(view)
    ids = [one["action_id"] for block in view["blocks"] for one in block.get("elements", ()) if "action_id" in one]
    assert len(ids) == len(set(ids)) == 10
    assert {one.split("/")[0] for one in ids} == {"vigia_command", "vigia_open"}


async def test_a_home_is_shown_to_who_opens_it_once(slack: SlackServer, homes: Homes) -> None:
    """However often Slack repeats itself; opening it again shows it anew."""
    for number in range(3):
        assert (await homes.event(opened(event_id=f"Ev{number}"))).status_code == 200
    assert len(slack.homes[ANA]) == 1
    await homes.event(opened(event_ts="1795000999.1"))
    assert homes.looked == [ANA, ANA]


async def test_the_tab_of_messages_shows_nothing(slack: SlackServer, homes: Homes) -> None:
    """It is acknowledged."""
    assert (await homes.event(opened("messages"))).status_code == 200
    assert slack.calls == []


async def test_a_press_is_answered_alone_and_the_home_is_shown_anew(slack: SlackServer, homes: Homes) -> None:
    """In the person's own conversation: a home has no channel."""
    homes.reply = Reply("Taken.", Language.EN, is_private=True)
    for _ in range(2):
        await homes.press(home_press())
    (arrival,) = homes.arrivals
    assert (arrival.text, arrival.handle, arrival.is_direct) == ("/incident @lumina ack 1001", ANA, True)
    assert [one["text"] for one in slack.messages["D0PERSON01"]] == ["Taken."]
    assert len(slack.homes[ANA]) == 1
    methods = [call.method for call in slack.calls]
    assert methods.index("chat.postMessage") < methods.index("views.publish")


async def test_a_home_that_changed_meanwhile_is_looked_at_once_more(slack: SlackServer, homes: Homes) -> None:
    """Of two presses at once, the earlier look is never shown last."""
    await homes.event(opened())
    await homes.event(opened(event_ts="1795000999.1"))
    stale = {"id": "V1", "type": "home", "hash": home_hash(1)}
    await homes.press(home_press(view=stale))
    assert [call.params.get("hash") for call in slack.calls if call.method == "views.publish"][2:] == [
        home_hash(1),
        None,
    ]
    assert homes.looked == [ANA] * 4
    assert len(slack.homes[ANA]) == 3
    await homes.press(home_press(view={**stale, "hash": home_hash(3)}, trigger_id="another"))
    assert len(slack.of("views.publish")) == 5


async def test_a_press_in_a_channel_shows_no_home(slack: SlackServer, homes: Homes) -> None:
    """Nobody has it open for that."""
    homes.reply = Reply("ok", Language.EN)
    await homes.press(press())
    assert len(homes.arrivals) == 1
    assert dict(slack.homes) == {}


@pytest.mark.parametrize(
    "trouble", [Trouble(429, "ratelimited"), Trouble(code="not_enabled"), Trouble(is_dropped=True)]
)
async def test_a_home_slack_does_not_take_is_a_log_line(slack: SlackServer, homes: Homes, trouble: Trouble) -> None:
    """The earlier one stays in sight."""
    slack.plan("views.publish", trouble)
    with capture_logs() as logs:
        await homes.event(opened())
    assert "slack_home_not_shown" in {one["event"] for one in logs}


async def test_a_home_that_cannot_be_made_is_a_log_line(slack: SlackServer, homes: Homes) -> None:
    """Nobody asked anything."""
    homes.look_fails = True
    with capture_logs() as logs:
        await homes.event(opened())
    assert "slack_home_not_made" in {one["event"] for one in logs}
    assert slack.calls == []


async def test_a_press_of_somebody_slack_does_not_know_is_not_carried_out(slack: SlackServer, homes: Homes) -> None:
    """There is no conversation to answer in."""
    slack.strangers.add(ANA)
    await homes.press(home_press())
    assert homes.arrivals == []


def test_what_is_no_press_in_a_home_is_left_to_others() -> None:
    """A channel's button, a modal's, a button without a command, nobody."""
    bodies = [
        press(),
        home_press(view={"type": "modal"}),
        home_press(None),
        home_press(user={"id": None}),
        {},
    ]
    assert [call_of_home_press(body, A_SUNDAY_NOON) for body in bodies] == [None] * len(bodies)
    assert [opened_home(body, A_SUNDAY_NOON) for body in ({}, opened(user=""), opened("messages"))] == [None] * 3


def test_what_is_chosen_in_a_menu_of_a_home_is_a_press() -> None:
    """An incident there has as many buttons as in its channel."""
    (action,) = chosen("/incident @lumina timeline 1001")["actions"]
    call = call_of_home_press(home_press(actions=[action]), A_SUNDAY_NOON)
    assert call is not None
    assert call.arrival.text == "/incident @lumina timeline 1001"
