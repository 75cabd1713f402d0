"""What people write to Vigia alone: which engagement it is about, what they may know, and what stays silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.answers.kpi_command import KPI_COMMAND
from handlers.direct_rooms import addressed
from handlers.incidents.command import INCIDENT_COMMAND
from handlers.intake import Intake
from handlers.messages import Arrival, Button, Reply
from handlers.watch.alert_command import ALERT_COMMAND
from kpi.engagements import Engagement, Platform
from kpi.languages import Language
from tests.handlers.world import World, north, said, south


def in_slack(engagement: Engagement) -> Engagement:
    """Return the engagement with its people in chat: Ana the same account for all, the others each their own."""

    def handles(person: str) -> tuple[tuple[Platform, str], ...]:
        seller, _, who = person.partition("-")
        own = "U0ANA" if who == "ana" else f"U0{seller}{who}".upper()
        return ((Platform.SLACK, own), (Platform.WECOM, f"{seller}.{who}"))

    return replace(engagement, people=tuple(replace(one, handles=handles(one.id)) for one in engagement.people))


class DirectWorld(World):
    """Two sellers with an open incident each, and people who write to Vigia alone."""

    def __init__(self) -> None:
        super().__init__(in_slack(north()), in_slack(south()))
        commands = (KPI_COMMAND, ALERT_COMMAND, INCIDENT_COMMAND)
        self.intake = Intake(self.books.work, commands, view=self.books.view)
        self._messages = 0
        self.alone("/incident @north conversion fell in North ML northsecret", "U0ANA")
        self.alone("/incident @south conversion fell in South ML southsecret", "U0ANA")

    def alone(
        self, text: str, handle: str, platform: Platform = Platform.SLACK, *, is_direct: bool = True
    ) -> Reply | None:
        """Return the answer to somebody's own conversation."""
        self._messages += 1
        arrival = Arrival(platform, f"D{handle}", handle, text, self.clock(), f"direct {self._messages}", is_direct)
        return self.intake.answer(arrival)

    def answer(self, text: str, handle: str, platform: Platform = Platform.SLACK) -> Reply:
        """Return the answer to somebody who is owed one."""
        reply = self.alone(text, handle, platform)
        assert reply is not None, "silence"
        return reply


@pytest.fixture(scope="module")
def shared() -> DirectWorld:
    """Return one world for tests that only ask."""
    return DirectWorld()


def test_who_serves_one_seller_need_not_name_it(shared: DirectWorld) -> None:
    """Bruno of north asks as he would in the room; what he may press there names the engagement."""
    reply = shared.answer("/incident show 1001", "U0NORTHBRUNO")
    assert "North ML" in reply.headline
    assert all(button.command.startswith("/incident @north ") for button in reply.buttons if button.command)
    assert "visits" in said(shared.answer("/kpi visits", "U0NORTHBRUNO")).lower()


def test_who_serves_several_is_asked_which(shared: DirectWorld) -> None:
    """Incident 1001 exists in both: guessing could answer the wrong seller."""
    reply = shared.answer("/incident ack 1001", "U0ANA")
    assert "You serve several sellers: north, south" in reply.headline
    assert "`/incident @north …`" in reply.headline
    for name, secret in (("north", "northsecret"), ("south", "southsecret")):
        assert secret in said(shared.answer(f"/incident @{name} show 1001", "U0ANA"))
        assert secret in said(shared.answer(f"@{name.upper()} /incident show 1001", "U0ANA"))
        assert secret in said(shared.answer(f"incident ＠{name} show 1001", "U0ANA"))


def test_a_seller_is_not_told_of_others_even_by_name(shared: DirectWorld) -> None:
    """It reads like one that does not exist."""
    for name in ("south", "nobody"):
        reply = shared.answer(f"/incident @{name} show 1001", "U0NORTHWEI")
        assert "Yours are: north" in reply.headline
        assert "southsecret" not in said(reply)


def test_a_sellers_person_alone_sees_what_their_room_sees(shared: DirectWorld) -> None:
    """Not the operator's side of it."""
    reply = shared.answer("/kpi contribution margin", "U0NORTHWEI")
    assert "Margins are shown only" in reply.headline
    assert "escalate" in said(shared.answer("/incident show 1001", "U0NORTHWEI"))
    assert "/incident @north ack" not in said(shared.answer("/incident show 1001", "U0NORTHWEI"))


def test_a_stranger_alone_gets_silence(shared: DirectWorld) -> None:
    """And so does everybody in a place that is neither bound nor their own."""
    assert shared.alone("/incident list", "U0STRANGER") is None
    assert shared.alone("/incident list", "U0ANA", is_direct=False) is None


def test_wecom_writes_user_ids_in_any_case(shared: DirectWorld) -> None:
    """The engagement file keeps them small."""
    assert "North ML" in shared.answer("/incident show 1001", "North.Bruno", Platform.WECOM).headline


def test_the_answer_is_in_the_persons_own_language() -> None:
    """Mistakes too."""
    world = DirectWorld()
    engagement = in_slack(north())
    people = tuple(replace(one, language=Language.PT) if one.id == "north-bruno" else one for one in engagement.people)
    world.agree(replace(engagement, people=people))
    assert world.answer("/incident list", "U0NORTHBRUNO").language is Language.PT
    assert world.answer("what?", "U0NORTHBRUNO").language is Language.PT
    assert world.answer("/incident list", "U0NORTHRITA").language is Language.EN


@pytest.mark.parametrize("text", ["/incident @south ack 1001", "@south /incident ack 1001", "@south incident ack 1001"])
def test_taking_an_incident_alone_is_taking_it(text: str) -> None:
    """Wherever the seller is named: what writes is never answered by a unit of work that only reads."""
    world = DirectWorld()
    world.answer(text, "U0ANA")
    with world.books.view() as work:
        theirs, ours = (work.incidents.get(name, 1001) for name in ("south", "north"))
    assert theirs is not None
    assert ours is not None
    assert (theirs.owner, ours.owner) == ("south-ana", "")


def test_a_command_copied_into_a_room_does_what_it_says_or_nothing() -> None:
    """Its own engagement's name is taken out; another one of this person's would mean something else here."""
    world = DirectWorld()
    world.agree(north())  # its people, Ana among both sellers', are in the console now
    world.agree(south())
    assert "North ML" in world.ask("/incident @north show 1001").headline
    assert "This room is about “north”" in world.ask("/incident @south ack 1001").headline
    with world.books.view() as work:
        assert work.incidents.get("north", 1002) is None


def test_buttons_that_name_an_engagement_or_a_page_are_left_alone() -> None:
    """Naming it twice would be a report."""
    buttons = (
        Button("a", "/incident @north ack 1"),
        Button("b", url="https://example.com"),
        Button("c", "/kpi"),
        Button("d", "/kpi visits @home"),
    )
    named = addressed(Reply("x", Language.EN, buttons=buttons), north()).buttons
    assert [one.command for one in named] == [
        "/incident @north ack 1",
        "",
        "/kpi @north",
        "/kpi @north visits @home",
    ]


WORDS = st.sampled_from(
    [
        "/incident",
        "incident",
        "/kpi",
        "/alert",
        "@north",
        "@south",
        "＠south",
        "@",
        "list",
        "show",
        "timeline",
        "1001",
        "note",
        "ack",
        "south-ml",
        "North",
        "South",
        "visits",
        "conversion",
        "why",
        "help",
        "margin",
        "escalate",
    ]
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(WORDS, max_size=6).map(" ".join),
    st.sampled_from(("U0NORTHWEI", "U0NORTHBRUNO", "U0SOUTHWEI", "U0SOUTHBRUNO", "U0STRANGER", "")),
    st.booleans(),
)
def test_nobody_ever_reads_of_a_seller_that_is_not_theirs(text: str, handle: str, is_direct: bool) -> None:
    """Whatever they write to Vigia alone."""
    world = DirectWorld()
    reply = world.alone(text, handle, is_direct=is_direct)
    own = next((name for name in ("north", "south") if name.upper() in handle), "")
    if not own or not is_direct:
        assert reply is None
        return
    other = "south" if own == "north" else "north"
    words = said(reply).lower() if reply else ""
    assert f"{other}secret" not in words
    assert f"{other} ml" not in words.replace(text.lower(), "")
    assert "7,777" not in words or own == "south"


@pytest.mark.parametrize(
    ("address", "handle", "is_direct", "is_owed"),
    [
        ("D1", "U0ANA", True, True),
        ("D1", "U0NOBODY", True, False),
        ("D1", "U0ANA", False, False),
        ("north-ops", "nobody", False, True),
    ],
)
def test_who_is_owed_an_answer_is_known_before_it_is_given(
    address: str, handle: str, *, is_direct: bool, is_owed: bool
) -> None:
    """A door that has to say at once whether an answer comes says what the answer will be; asking claims nothing."""
    world = DirectWorld()
    platform = Platform.CONSOLE if address == "north-ops" else Platform.SLACK
    arrival = Arrival(platform, address, handle, "/kpi @north conversion", world.clock(), "asked", is_direct)
    assert [world.intake.owes(arrival) for _ in range(2)] == [is_owed, is_owed]
    assert (world.intake.answer(arrival) is not None) is is_owed
