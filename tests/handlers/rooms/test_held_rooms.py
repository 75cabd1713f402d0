"""An operations room that another company reads gets nothing of the operator's until an admin says that it may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.answers.kpi_command import KPI_COMMAND
from handlers.deliveries import Composed, compose_delivery
from handlers.digests.daily_digest import send_digest_now
from handlers.intake import Intake
from handlers.invitations.inviting import no_page
from handlers.messages import Arrival, Reply
from handlers.new_deliveries import new_delivery
from handlers.replays import composing
from handlers.rooms.command import ROOM_COMMAND
from handlers.rooms.held_rooms import HeldBack
from handlers.rooms.room_changes import Change
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.engagements import Engagement, Platform, Role
from tests.handlers.rooms.test_room_changes import OPS, SELLER, happen, in_slack
from tests.handlers.world import DAY, World, north, said

ANA, ADAM, BRUNO, WEI = (f"U0NORTH-{name}" for name in ("ANA", "ADAM", "BRUNO", "WEI"))


class Held(World):
    """A world whose outbox sends as the real one does, and remembers which room read what."""

    def __init__(self, engagement: Engagement) -> None:
        super().__init__(engagement)
        self.intake = Intake(self.books.work, (KPI_COMMAND, ROOM_COMMAND), view=self.books.view)
        self.compose = composing(self.intake, no_page)
        self.fill("north-ml", "north-amz")

    def go_out(self) -> dict[str, list[str]]:
        """Send everything that is due, also what follows from it; return what each room reads."""
        read: dict[str, list[str]] = {}
        for _ in range(3):
            for delivery in self._claimed():
                settlement = self._sent(delivery, read)
                with self.books.work() as work:
                    work.deliveries.settle(delivery.id, settlement)
        return read

    def _claimed(self) -> tuple[Delivery, ...]:
        with self.books.work() as work:
            return work.deliveries.claim(self.clock(), 999)

    def _sent(self, delivery: Delivery, read: dict[str, list[str]]) -> Settlement:
        with self.books.work() as work:
            composed = self.compose(work, delivery)
            for instead in composed.instead if isinstance(composed, HeldBack) else ():
                work.deliveries.add(instead)
        if not isinstance(composed, Composed):
            reason = composed.reason if isinstance(composed, HeldBack) else "gone"
            return Settlement(DeliveryState.SKIPPED, reason, self.clock())
        read.setdefault(composed.room.id, []).append(said(composed.reply))
        return Settlement(DeliveryState.SENT, "ok", self.clock(), platform_message=f"ts {delivery.id}")

    def digest(self) -> None:
        """Queue the digest of the day for both rooms."""
        with self.books.work() as work:
            send_digest_now(work, "north", DAY, self.clock())

    def types(self, text: str, who: str = ADAM, address: str = OPS, *, alone: bool = False) -> Reply:
        """Let somebody type something."""
        at: datetime = self.clock()
        arrival = Arrival(Platform.SLACK, address, who, text, at, f"{who} {text} {at}", is_direct=alone)
        reply = self.intake.answer(arrival)
        self.clock.advance(timedelta(seconds=1))
        assert reply is not None
        return reply


@pytest.fixture
def world() -> Held:
    """Give a world in Slack whose operations room has just become shared."""
    made = Held(in_slack(north(), wecom=False))
    happen(made, Change.SHARED, OPS)
    made.go_out()
    return made


def test_no_margin_and_no_digest_leaves_for_a_room_another_company_reads(world: Held) -> None:
    """The account manager reads it alone instead; the seller's room is not concerned."""
    world.digest()
    read = world.go_out()
    assert set(read) == {"north-seller", "direct/north-ana/slack"}
    (skipped,) = [one for one in world.deliveries() if one.room == "north-ops" and one.cause_kind is CauseKind.DIGEST]
    assert skipped.state is DeliveryState.SKIPPED
    assert skipped.reason == "held back: people of another company read this room; told to direct/north-ana/slack"


@pytest.mark.parametrize("kind", [one for one in CauseKind if one is not CauseKind.ANSWER])
def test_no_kind_of_message_gets_past(world: Held, kind: CauseKind) -> None:
    """Whatever its cause: it is not even looked at, by whatever composes it."""
    engagement = in_slack(north(), wecom=False)
    one = new_delivery("key", kind, "cause", engagement, engagement.rooms[0], world.clock())
    with world.books.work() as work:
        assert isinstance(world.compose(work, one), HeldBack)
        assert compose_delivery(work, one) is None


def test_a_change_follows_the_message_its_reader_got_instead(world: Held) -> None:
    """A change of what was posted before the room was shared reaches nobody."""
    engagement = in_slack(north(), wecom=False)
    first = new_delivery("first", CauseKind.INCIDENT, "n1", engagement, engagement.rooms[0], world.clock())
    change = replace(first, id="2", key="change", placing=Placing.EDIT, anchor="first")
    with world.books.work() as work:
        posted, changed = (world.compose(work, one) for one in (first, change))
    assert isinstance(posted, HeldBack)
    assert isinstance(changed, HeldBack)
    assert [one.key for one in posted.instead] == ["held/first/direct/north-ana/slack"]
    assert [(one.key, one.anchor) for one in changed.instead] == [
        ("held/change/direct/north-ana/slack", "held/first/direct/north-ana/slack")
    ]


def test_nothing_is_answered_there_but_words_about_rooms(world: Held) -> None:
    """Alone everything is; nobody of the seller's is told why."""
    assert "another company" in world.types("/kpi", ANA).headline.lower()
    assert world.types("/kpi", ANA).is_private
    assert world.types("/kpi", ANA, "D0ANA", alone=True).figures
    assert "held back" in world.types("/room", ANA).text
    assert "operations team" in world.types("/kpi", WEI).headline


def test_an_admin_lets_a_room_go_on_and_nobody_else(world: Held) -> None:
    """Not the account manager, not operations, not the seller's people."""
    for who, address in ((ANA, OPS), (BRUNO, OPS), (WEI, SELLER)):
        world.types("/room confirm north-ops", who, address)
    world.digest()
    assert "north-ops" not in world.go_out()
    assert "Confirmed" in world.types("/room confirm", ADAM).headline
    assert "Nothing is held back" in world.types("/room confirm north-ops", ADAM, "D0ADAM", alone=True).headline
    with world.books.work() as work:
        work.deliveries.add(new_delivery("w", CauseKind.WELCOME, OPS, north(), north().rooms[0], world.clock()))
    assert set(world.go_out()) == {"north-ops", "direct/north-ana/slack"}
    assert world.types("/kpi", ANA).figures
    happen(world, Change.SHARED, OPS, event="another company joined")
    assert "another company" in world.types("/kpi", ANA).headline.lower()


def test_the_account_manager_hears_what_was_held_back(world: Held) -> None:
    """How many, and of what kinds; who confirms reads the same. A change of a message is none of its own."""
    engagement = in_slack(north(), wecom=False)
    kinds = [CauseKind.DIGEST, CauseKind.INCIDENT, CauseKind.INCIDENT, CauseKind.WELCOME]
    made = [
        new_delivery(f"key {n}", kind, "cause", engagement, engagement.rooms[0], world.clock())
        for n, kind in enumerate(kinds)
    ]
    with world.books.work() as work:
        for one in (*made, replace(made[1], id="change", key="change", placing=Placing.EDIT, anchor="key 1")):
            work.deliveries.add(one)
            work.deliveries.claim(world.clock(), 9)
            held = world.compose(work, one)
            assert isinstance(held, HeldBack)
            work.deliveries.settle(one.id, Settlement(DeliveryState.SKIPPED, held.reason, world.clock()))
    world.clock.advance(timedelta(seconds=1))
    counted = "4 messages were not posted there meanwhile: digests 1, news of incidents 2, other messages 1."
    assert counted in world.types("/room confirm", ADAM).text
    (words,) = world.go_out()["direct/north-ana/slack"]
    assert "Adam of north confirmed that another company may read room “north-ops”" in words
    assert counted in words


def test_nothing_that_was_held_back_is_nothing_to_say(world: Held) -> None:
    """Nor is who confirms it told what they just did."""
    assert "not posted there meanwhile" not in world.types("/room confirm", ADAM).text
    assert "direct/north-adam/slack" not in world.go_out()


def test_without_an_admin_the_account_manager_confirms() -> None:
    """Somebody has to."""
    engagement = in_slack(north(), wecom=False)
    people = tuple(one for one in engagement.people if one.role is not Role.ADMIN)
    world = Held(replace(engagement, people=people))
    happen(world, Change.SHARED, OPS)
    assert "Who may confirm" in world.types("/room confirm", BRUNO).headline
    assert "Confirmed" in world.types("/room confirm", ANA).headline


def test_a_room_goes_on_when_it_is_shared_no_more(world: Held) -> None:
    """Not as long as one of several companies reads it still."""
    happen(world, Change.UNSHARED, OPS, is_still_shared=True)
    assert "another company" in world.types("/kpi", ANA).headline.lower()
    happen(world, Change.UNSHARED, OPS, event="the last one left")
    assert world.types("/kpi", ANA).figures


def test_a_room_that_got_a_new_id_by_being_shared_is_held_at_once() -> None:
    """Slack may tell of the sharing under the new id first."""
    world = Held(in_slack(north(), wecom=False))
    happen(world, Change.SHARED, "C0NEWOPS")
    made = happen(world, Change.MOVED, OPS, moved_to="C0NEWOPS")
    assert sum("/shared/" in one.key for one in made) == 2, "who decides hears of it"
    world.digest()
    assert set(world.go_out()) - {"direct/north-adam/slack"} == {"north-seller", "direct/north-ana/slack"}


def test_an_unknown_room_is_said_to_be_none(world: Held) -> None:
    """With those there are."""
    assert "north-ops" in world.types("/room confirm elsewhere").headline
