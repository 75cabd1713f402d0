"""Several workspaces: whose app takes a request, whose token writes into a room, and what an end of one brings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.kept_events import KeptEvents
from bot.messengers import NotAskedError, NotSentError, Parcel, UnreachableError
from bot.slack.access import SlackAccess
from bot.slack.departures import Departure, departure_of
from bot.slack.ears import Hearing
from bot.slack.forms import NO_FORMS
from bot.slack.link import SlackLink, assemble_link
from bot.slack.messenger import no_file
from bot.slack.side import Behind, SlackSide, assemble_slack
from bot.slack.ways import SlackWays
from bot.slack.workspaces import ABSENT_FOR
from handlers.messages import Arrival, Reply
from handlers.rooms.home import Home
from handlers.rooms.workspace_losses import WorkspaceLoss
from kpi.documents import Drawing
from kpi.engagements import Audience, Platform, Room
from kpi.languages import Language
from tests.bot.slack.linked import LINK, TEAM, Linked
from tests.bot.slack.payloads import event
from tests.bot.slack.test_ears import Listening
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock
from tests.twins.slack_server import SlackServer, Trouble

ROOM = Room("r", "e", Platform.SLACK, "C0SELLER01", Audience.SELLER, Language.EN, ZoneInfo("UTC"))
IN_AURORA = replace(ROOM, workspace=TEAM)
MINUTE = timedelta(minutes=1)


class Several:
    """What stands behind all workspaces, and what was told of losses."""

    def __init__(self, slack: SlackServer, clock: FakeClock) -> None:
        self.linked = Linked(slack, clock)
        self.losses: list[WorkspaceLoss] = []
        heard = Listening()
        hearing = Hearing(heard.overhear, heard.twin_of, heard.evidence_for, heard.room_changed)
        self.inbox = KeptEvents(MemoryDatabase().work, Platform.SLACK, clock)
        self._behind = Behind(self._answer, self._draw, NO_FORMS, hearing, self._look, self.inbox, self._tell)
        self.home = assemble_slack(SlackAccess("secret", "xoxb-home", api_url=slack.api_url), self._behind, clock)

    def link(self, home: SlackSide | None = None) -> SlackLink:
        """Return the workspaces as a process that has just started knows them."""
        return assemble_link(self.linked.access, LINK, self._behind, self.linked.care, home)

    async def _answer(self, _arrival: Arrival) -> Reply | None:
        return None

    async def _draw(self, _drawing: Drawing) -> bytes:
        return b""

    async def _look(self, _arrival: Arrival) -> Home:
        return Home(Language.EN, ())

    async def _tell(self, loss: WorkspaceLoss) -> None:
        self.losses.append(loss)


@pytest.fixture
async def several(slack: SlackServer, clock: FakeClock) -> AsyncIterator[Several]:
    """Return a workspace that installed Vigia by its link."""
    made = Several(slack, clock)
    yield made
    await made.home.gateway.close()


def departure(at: datetime, *, is_sure: bool = True) -> Departure:
    """Return that somebody took Vigia out of a workspace."""
    return Departure(at, "slack/left/Ev1", is_sure)


async def test_a_request_finds_the_app_of_its_workspace_in_memory(several: Several) -> None:
    """The database is asked once; nothing is asked of Slack."""
    link = several.link()
    workspaces = link.workspaces
    await workspaces.sweep()
    with several.linked.database.work() as work:
        work.workspaces.erase(TEAM)
    app = await workspaces.app_of(TEAM)
    assert app is not None
    assert await workspaces.app_of(TEAM) is app
    assert await workspaces.app_of("") is None
    assert several.linked.slack.calls == []
    await link.close()


async def test_a_workspace_that_is_not_there_is_looked_for_once_a_minute(several: Several) -> None:
    """An installation that another replica took in is seen then; one of this process at once."""
    link = several.link()
    workspaces = link.workspaces
    assert await workspaces.app_of("T0BOREAL01") is None
    several.linked.install(several.linked.desk.team("T0BOREAL01", "Boreal"))
    assert await workspaces.app_of("T0BOREAL01") is None
    workspaces.installed("T0BOREAL01")
    assert await workspaces.app_of("T0BOREAL01") is not None
    assert await workspaces.app_of("T0CORAL001") is None
    several.linked.install(several.linked.desk.team("T0CORAL001", "Coral"))
    several.linked.clock.advance(ABSENT_FOR)
    assert await workspaces.app_of("T0CORAL001") is not None
    await link.close()


async def test_a_room_is_written_to_by_the_workspace_it_names(several: Several) -> None:
    """One that names none: by the token of the settings, else by the only workspace there is."""
    link = several.link()
    workspaces = link.workspaces
    own = await workspaces.gateway_of(IN_AURORA)
    assert await workspaces.gateway_of(ROOM) is own
    beside = several.link(several.home)
    with_home = beside.workspaces
    assert await with_home.gateway_of(ROOM) is several.home.gateway
    assert await with_home.gateway_of(IN_AURORA) is not several.home.gateway
    several.linked.install(several.linked.desk.team("T0BOREAL01", "Boreal"))
    with pytest.raises(NotSentError, match="engagement file") as unnamed:
        await workspaces.gateway_of(ROOM)
    assert not isinstance(unnamed.value, UnreachableError)
    for one in (link, beside):
        await one.close()


@pytest.mark.parametrize("room", [ROOM, IN_AURORA])
async def test_without_its_workspace_a_room_is_out_of_reach(several: Several, room: Room) -> None:
    """Sent for good and at once, so that the next way is tried; looked for, it is not there."""
    link = several.link()
    await link.workspaces.departed(TEAM, departure(several.linked.clock()))
    ways = SlackWays(link.workspaces.gateway_of, no_file)
    parcel = Parcel("d1", room, Reply("x", Language.EN), None)
    with pytest.raises(UnreachableError, match="link"):
        await ways.post(parcel)
    assert await ways.find(parcel, several.linked.clock()) is None
    await link.close()


async def test_a_room_that_names_no_workspace_is_no_answer_to_where_its_message_is(several: Several) -> None:
    """It is asked again once the engagement file says so."""
    several.linked.install(several.linked.desk.team("T0BOREAL01", "Boreal"))
    link = several.link()
    ways = SlackWays(link.workspaces.gateway_of, no_file)
    with pytest.raises(NotAskedError):
        await ways.find(Parcel("d1", ROOM, Reply("x", Language.EN), None), several.linked.clock())
    await link.close()


async def test_an_uninstalled_workspace_is_erased_and_told(several: Several) -> None:
    """As the only one, also for the rooms that name none; the second word of it finds nothing."""
    link, clock = several.link(), several.linked.clock
    assert await link.workspaces.app_of(TEAM) is not None
    await link.workspaces.departed(TEAM, departure(clock()))
    await link.workspaces.departed(TEAM, departure(clock()))
    assert [one.names for one in several.losses] == [frozenset({TEAM, ""})]
    assert several.linked.shelves().all() == ()
    assert await link.workspaces.app_of(TEAM) is None
    assert several.linked.slack.calls == []
    await link.close()


async def test_beside_others_only_rooms_that_name_it_are_lost(several: Several) -> None:
    """Whether another one was installed, or a token stands in the settings."""
    several.linked.install(several.linked.desk.team("T0BOREAL01", "Boreal"))
    link, home = several.link(), several.link(several.home)
    await link.workspaces.departed("T0BOREAL01", departure(several.linked.clock()))
    await home.workspaces.departed(TEAM, departure(several.linked.clock()))
    assert [one.names for one in several.losses] == [frozenset({"T0BOREAL01"}), frozenset({TEAM})]
    for one in (link, home):
        await one.close()


async def test_the_end_of_an_earlier_installation_ends_no_later_one(several: Several) -> None:
    """Slack counts in seconds, and repeats events for minutes."""
    link, clock = several.link(), several.linked.clock
    before = clock() - timedelta(seconds=1)
    await link.workspaces.departed(TEAM, departure(before))
    assert several.losses == []
    assert [one.id for one in several.linked.shelves().all()] == [TEAM]
    await link.close()


@pytest.mark.parametrize(
    ("trouble", "is_lost"),
    [
        (None, False),
        (Trouble(code="token_revoked"), True),
        (Trouble(code="account_inactive"), True),
        (Trouble(code="internal_error"), False),
        (Trouble(is_dropped=True), False),
    ],
)
async def test_of_a_revoked_token_slack_is_asked_whether_it_is_ours(
    several: Several, trouble: Trouble | None, is_lost: bool
) -> None:
    """A renewed token is revoked too; where Slack does not answer, the next message finds out."""
    link = several.link()
    several.linked.slack.plan("auth.test", *([trouble] if trouble else []))
    await link.workspaces.departed(TEAM, departure(several.linked.clock(), is_sure=False))
    assert bool(several.losses) == is_lost
    assert [one.id for one in several.linked.shelves().all()] == ([] if is_lost else [TEAM])
    assert several.linked.renewals() == 0
    await link.close()


async def test_a_workspace_that_is_installed_over_itself_speaks_with_its_newest_token(several: Several) -> None:
    """At once here; at another replica with its next sweep, or when Slack refuses the old one."""
    link, other, linked = several.link(), several.link(), several.linked
    for one in (link, other):
        await (await one.workspaces.gateway_of(IN_AURORA)).client.auth_test()
    linked.clock.advance(timedelta(seconds=1))
    again = linked.install(linked.desk.teams[TEAM])
    link.workspaces.installed(TEAM)
    await other.workspaces.sweep()
    for one in (link, other):
        await (await one.workspaces.gateway_of(IN_AURORA)).client.auth_test()
        await one.close()
    assert [call.token for call in linked.slack.calls] == [linked.first, linked.first, again, again]


async def test_a_sweep_renews_tokens_in_time_and_drops_what_another_replica_erased(several: Several) -> None:
    """So that neither an answer nor a digest waits for it; one workspace in trouble keeps no other from it."""
    link, linked = several.link(), several.linked
    broken = linked.install(linked.desk.team("T0ACORN001", "Acorn"))
    linked.keep(replace(linked.shelves().get("T0ACORN001"), tokens="nonsense"))
    linked.clock.advance(timedelta(hours=10))
    await link.workspaces.sweep()
    assert linked.renewals() == 1
    assert linked.stored().renewed_at == linked.clock()
    assert broken in linked.desk.given
    await link.workspaces.sweep()
    assert linked.renewals() == 1
    with linked.database.work() as work:
        work.workspaces.erase(TEAM)
    await link.workspaces.sweep()
    assert await link.workspaces.app_of(TEAM) is None
    await link.close()


async def test_the_token_of_the_settings_that_was_revoked_is_told_too(several: Several) -> None:
    """Its rooms name no workspace."""
    assert several.home.door.leave is not None
    await several.home.door.leave(departure(several.linked.clock()))
    assert [one.names for one in several.losses] == [frozenset({""})]
    await several.home.door.leave(departure(several.linked.clock(), is_sure=False))
    assert len(several.losses) == 2, "Slack does not know that token"


def test_what_slack_says_of_an_end_is_read(clock: FakeClock) -> None:
    """Only people's own tokens: nothing of ours. Without a time it is now."""
    revoked = event("tokens_revoked", tokens={"oauth": ["U1"], "bot": ["U2"]}) | {"event_time": 1_795_000_000}
    found = departure_of(revoked, clock())
    assert found is not None
    assert (found.at.timestamp(), found.event_id, found.is_sure) == (1_795_000_000, "slack/left/Ev0001", False)
    assert departure_of(event("tokens_revoked", tokens={"oauth": ["U1"]}), clock()) is None
    assert departure_of(event("tokens_revoked"), clock()) is None
    assert departure_of(event("app_uninstalled"), clock()) == Departure(clock(), "slack/left/Ev0001", is_sure=True)
