"""What is heard without being asked: one offer a thread, none to the operator's people, and signs as commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.deliveries import compose_delivery
from handlers.listening.listening import EvidenceThread, Reaction, Remark, Sign, evidence_thread, overhear, twin_of
from handlers.listening.problem_offers import LONGEST_CARRIED, MOST_A_DAY
from handlers.messages import Form, Reply
from handlers.new_deliveries import new_delivery
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.engagements import Platform
from kpi.incidents.incident import EntryKind, Side, Status
from kpi.languages import Language
from tests.handlers.incident_world import IncidentWorld, alerted
from tests.handlers.world import World, north, south

TROUBLE = "昨天开始转化率掉得很厉害，客户张三说打不开"


def hear(world: World, text: str = TROUBLE, handle: str = "wei", **changes: str) -> bool:
    """Let somebody write something in the seller's room (or elsewhere)."""
    address = changes.get("address", "north-seller")
    message = changes.get("message", "1795.0001")
    remark = Remark(
        Platform.CONSOLE,
        address,
        handle,
        text,
        world.clock(),
        changes.get("event_id", f"heard/{address}/{message}"),
        message,
        changes.get("thread", message),
    )
    return overhear(world.books.work, remark)


def thread_of(world: World, thread: str, **changes: str) -> EvidenceThread | None:
    """Return the incident to which files of a message in a thread belong."""
    address, handle = changes.get("address", "north-seller"), changes.get("handle", "wei")
    remark = Remark(Platform.CONSOLE, address, handle, "", world.clock(), "e", changes.get("message", "m99"), thread)
    with world.books.view() as work:
        return evidence_thread(work, remark)


def offers(world: World) -> list[Delivery]:
    """Return every offer."""
    return [one for one in world.deliveries() if one.cause_kind is CauseKind.OFFER]


def shown(world: World, delivery: Delivery) -> tuple[Reply, str]:
    """Return what a delivery says, and the message it belongs to."""
    with world.books.view() as work:
        composed = compose_delivery(work, delivery)
    assert composed is not None
    return composed.reply, composed.anchor


def put(world: World, sign: Sign, message: str, handle: str = "ana", address: str = "north-ops", **how: bool) -> str:
    """Return the command of a sign somebody put on a message."""
    is_ours = how.get("is_ours", False)
    reaction = Reaction(Platform.CONSOLE, address, handle, sign, message, is_ours, f"sign/{handle}/{message}")
    with world.books.view() as work:
        return twin_of(work, reaction)


def posted(world: World) -> dict[str, str]:
    """Let the outbox send everything; return each room's newest message by the kind of its cause and its placing."""
    found = {}
    with world.books.work() as work:
        for number, one in enumerate(work.deliveries.claim(world.clock() + timedelta(days=1), 999)):
            sent = Settlement(DeliveryState.SENT, "ok", world.clock(), platform_message=f"m{number}")
            work.deliveries.settle(one.id, sent)
            found[f"{one.room}/{one.cause_kind}/{one.placing}"] = f"m{number}"
    return found


def test_a_sellers_words_of_trouble_are_answered_with_one_button_in_their_thread() -> None:
    """The button names the message; nothing opens by itself."""
    world = IncidentWorld(north(Language.ZH), south())
    assert hear(world)
    (offer,) = offers(world)
    assert (offer.room, offer.placing, offer.state) == ("north-seller", Placing.REPLY, DeliveryState.PENDING)
    reply, anchor = shown(world, offer)
    assert anchor == "1795.0001"
    assert [button.command for button in reply.buttons] == ["/incident about-message 1795.0001"]
    assert reply.language is Language.ZH
    with world.books.view() as work:
        assert work.incidents.of_engagement("north", world.clock() - timedelta(days=9)) == ()


def test_nothing_of_what_was_written_is_stored() -> None:
    """Ids and times only: no word of the message is anywhere in the books."""
    world = IncidentWorld()
    hear(world)
    stored = repr(world.books.state)
    assert "1795.0001" in stored
    assert not [word for word in ("转化率", "掉得", "张三", "打不开") if word in stored]


def test_ten_messages_of_one_thread_get_one_offer() -> None:
    """The thread has its button."""
    world = IncidentWorld()
    made = [hear(world, message=f"1795.{number:04}", thread="1795.0001") for number in range(1, 11)]
    assert made == [True, *[False] * 9]
    assert len(offers(world)) == 1


def test_a_room_gets_only_so_many_offers_a_day() -> None:
    """On a day on which everything is on fire, everybody knows where the button is; tomorrow is another day."""
    world = IncidentWorld()
    made = [hear(world, message=f"1795.{number:04}") for number in range(MOST_A_DAY + 3)]
    assert sum(made) == MOST_A_DAY
    world.clock.advance(timedelta(days=1))
    assert hear(world, message="1796.0001")


def test_the_same_event_is_heard_once() -> None:
    """Slack repeats what it believes was lost."""
    world = IncidentWorld()
    assert hear(world)
    assert not hear(world, thread="another")


@pytest.mark.parametrize(
    ("handle", "address"),
    [
        *(("ana", "north-seller"), ("bruno", "north-seller"), ("nobody", "north-seller")),
        *(("ana", "north-ops"), ("wei", "north-ops"), ("wei", "nowhere")),
    ],
)
def test_staff_strangers_and_unbound_places_are_offered_nothing(handle: str, address: str) -> None:
    """What the operator writes of trouble is how things stand; silence costs the others nothing."""
    world = IncidentWorld()
    assert not hear(world, "conversão caiu 30%, já estamos vendo", handle, address=address)
    assert world.deliveries() == ()


@pytest.mark.parametrize("text", ["早上好", "谢谢", "👍👍", "<!channel>", "", "> 转化率暴跌", "没有问题"])
def test_small_talk_is_left_alone(text: str) -> None:
    """Most of what is written in a room."""
    assert not hear(IncidentWorld(), text)


def test_a_thread_of_an_incident_needs_no_button() -> None:
    """Whoever writes below its card talks about what is open already."""
    world = IncidentWorld()
    world.seller("/incident conversion fell in North ML since yesterday")
    card = posted(world)["north-seller/incident/post"]
    assert not hear(world, "conversion is still falling", message="m99", thread=card)
    assert hear(world, "conversion is still falling", message="m98", thread="m98")


def test_files_belong_to_the_incident_in_whose_thread_they_are_written() -> None:
    """Where Vigia told of it, for who is known there; nowhere else, and not for a message that begins a thread."""
    world = IncidentWorld(north(Language.ZH), south())
    world.seller("/incident conversion fell in North ML since yesterday")
    card = posted(world)["north-seller/incident/post"]
    assert thread_of(world, card) == EvidenceThread("/incident evidence 1001", Language.ZH)
    assert thread_of(world, card, handle="stranger") is None
    assert thread_of(world, card, address="north-ops") is None
    assert thread_of(world, card, message=card) is None
    assert thread_of(world, "m-of-wei") is None


def test_the_button_reports_the_messages_words_and_twice_is_one() -> None:
    """The door adds the words; two people who press report the same message."""
    world = IncidentWorld()
    told = world.seller("/incident about-message 1795.0001 everything looks strange here")
    assert "#1001" in told.notes[0]
    again = world.ask("/incident about-message 1795.0001 everything looks strange here", "north-seller", "ana")
    assert "#1001" in again.notes[0]
    assert world.incident().report == "everything looks strange here"
    with world.books.view() as work:
        kinds = [line.kind for line in work.incidents.timeline(world.incident().id)]
    assert kinds == [EntryKind.OPENED, EntryKind.REPORTED_AGAIN]


def test_the_form_of_a_message_submitted_by_two_people_is_one_report() -> None:
    """Whatever each of them makes of its words."""
    world, command = IncidentWorld(), "/incident about-message 1795.0001"
    values = {"store": "-", "metric": "-", "severity": "S1", "evidence": "", "files": ""}
    for handle, text in (("wei", "all is strange"), ("ana", "checkout is down")):
        arrival = world.arrival(command, "north-seller", handle)
        form = world.intake.opened(arrival)
        assert isinstance(form, Form)
        assert form.command == command
        assert world.intake.answer(replace(arrival, values={**values, "text": text})) is not None
    with world.books.view() as work:
        kinds = [line.kind for line in work.incidents.timeline(world.incident().id)]
        assert len(work.incidents.of_engagement("north", world.clock() - timedelta(days=9))) == 1
    assert (world.incident().report, kinds) == ("all is strange", [EntryKind.OPENED, EntryKind.REPORTED_AGAIN])


def test_a_message_that_cannot_be_read_any_more_is_asked_for() -> None:
    """It was deleted meanwhile: its reporter says it in one line."""
    asked = IncidentWorld().seller("/incident about-message 1795.0001")
    assert "/incident about-message 1795.0001 …" in asked.text
    assert asked.is_private


def test_words_that_name_store_and_metric_join_what_is_open() -> None:
    """A message about what an incident is about already opens nothing new."""
    world = IncidentWorld()
    world.seller("/incident conversion fell in North ML")
    world.seller("/incident about-message 1795.0001 conversion fell again in North ML")
    with world.books.view() as work:
        assert len(work.incidents.of_engagement("north", world.clock() - timedelta(days=9))) == 1


def test_trouble_told_to_vigia_itself_without_a_command_gets_the_same_offer() -> None:
    """In the console and by mention people write as they speak; the button carries their words."""
    world = IncidentWorld()
    offer = world.seller("conversion fell a lot in North ML")
    assert offer.text.startswith("North ML · Conversion")
    (button,) = offer.buttons
    world.seller(button.command)
    assert (world.incident().report, world.incident().subject.store) == (
        "conversion fell a lot in North ML",
        "north-ml",
    )
    assert len(world.seller("sales crashed " * 1_000).buttons[0].command) <= LONGEST_CARRIED + 20
    assert "I answer commands" in world.ask("conversion fell a lot in North ML").headline
    assert "I answer commands" in world.seller("good morning").headline


def test_eyes_on_a_card_take_it_and_a_tick_of_the_seller_confirms_it() -> None:
    """By the message's delivery, whichever of the incident's messages it is."""
    world = IncidentWorld()
    world.seller("/incident conversion fell in North ML")
    cards = posted(world)
    staff, seller = cards["north-ops/incident/post"], cards["north-seller/incident/post"]
    taken = put(world, Sign.TAKE, staff)
    assert taken == "/incident ack 1001"
    world.ask(taken)
    assert (world.incident().status, world.incident().owner) == (Status.ACKNOWLEDGED, "north-ana")
    fixed = put(world, Sign.FIXED, seller, "wei", "north-seller")
    assert fixed == "/incident fixed 1001"
    world.seller(fixed)
    with world.books.view() as work:
        sides = [line.actor.side for line in work.incidents.timeline(world.incident().id)]
    assert sides[-1] is Side.SELLER


def test_signs_mean_nothing_on_the_wrong_side_or_the_wrong_message() -> None:
    """A seller who looks takes nothing, an operator's tick confirms nothing; strangers get silence."""
    world = IncidentWorld()
    world.seller("/incident conversion fell in North ML")
    cards = posted(world)
    staff, seller = cards["north-ops/incident/post"], cards["north-seller/incident/post"]
    assert put(world, Sign.TAKE, seller, "wei", "north-seller") == ""
    assert put(world, Sign.FIXED, staff) == ""
    assert put(world, Sign.TAKE, "m-of-somebody") == ""
    assert put(world, Sign.TAKE, seller, "ana", "north-ops") == "", "the card of another room"
    assert put(world, Sign.TAKE, staff, "nobody") == ""
    assert put(world, Sign.REPORT, "m-of-somebody", "nobody") == ""
    assert put(world, Sign.REPORT, "m-of-somebody", "ana", "nowhere") == ""
    assert put(world, Sign.REPORT, staff) == ""


def test_a_siren_reports_the_message_it_is_put_on() -> None:
    """A person's message by its words, an alert by what it knows, Vigia's own answers not at all."""
    world = alerted()
    told = next(one for one in world.deliveries() if (one.room, one.cause_kind) == ("north-ops", CauseKind.ALERT))
    with world.books.view() as work:
        alert = work.alerts.of_engagement("north", world.clock().date() - timedelta(days=60))[0]
    assert put(world, Sign.REPORT, "m-of-wei", "wei", "north-seller") == "/incident about-message m-of-wei"
    assert put(world, Sign.REPORT, told.platform_message) == f"/incident alert {alert.id}"
    assert put(world, Sign.REPORT, "m-of-vigia", is_ours=True) == ""
    with world.books.work() as work:
        digest = new_delivery("digest/1", CauseKind.DIGEST, "D-1", north(), north().rooms[0], world.clock())
        work.deliveries.add(replace(digest, platform_message="m-of-digest"))
    assert put(world, Sign.REPORT, "m-of-digest") == "/incident digest D-1"


def test_an_unfinished_delivery_is_no_message() -> None:
    """A delivery that was not sent has no message that could be found."""
    world = IncidentWorld()
    world.seller("/incident conversion fell in North ML")
    assert put(world, Sign.TAKE, "") == ""
    engagement = replace(north(), people=())
    world.agree(engagement)
    assert put(world, Sign.TAKE, "m1") == ""
