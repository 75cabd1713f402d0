"""The monthly service record: planned while the month runs, posted once when it is due, shown to whoever asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from handlers.digests.schedule import slot_key
from handlers.grammar.incident_words import VERB_WORDS, Verb
from handlers.incidents.desk import declare, happen
from handlers.incidents.service_record import PAST_THE_HOUR, record_for, sweep_service_records
from handlers.markdown import as_markdown
from handlers.messages import Reply
from kpi.deliveries import HANDED_OVER, CauseKind, Delivery, DeliveryState, Settlement
from kpi.digests import DigestSlot
from kpi.engagements import Audience
from kpi.incidents.events import Acknowledge, Reopen, Resolve
from kpi.incidents.incident import Actor, Incident, Movement, Side, Source, Subject
from kpi.incidents.openings import Declaration
from kpi.languages import Language
from kpi.markets import BEIJING
from kpi.service_records.months import ServiceMonth
from kpi.service_records.waiting_questions import WaitingQuestion
from kpi.severities import Severity
from tests.handlers.call_world import HOUR, MINUTE, MONDAY, OPS, SELLER, CallWorld
from tests.handlers.summary_story import ended, spoken_north

GOLDEN = Path(__file__).parent / "data"
AUGUST, SEPTEMBER = ServiceMonth(date(2026, 8, 1), BEIJING), ServiceMonth(date(2026, 9, 1), BEIJING)
DUE = datetime(2026, 9, 1, 1, tzinfo=UTC)
"""Tuesday, 09:00 in Beijing."""
STAFF = Actor("north-ana", Side.STAFF, Source.SLACK)
ENDS = Resolve("ads", "pictures", Language.EN, "it is fine")


def records(world: CallWorld) -> list[Delivery]:
    """Return the records that were queued."""
    return [one for one in world.deliveries() if one.cause_kind is CauseKind.RECORD]


def sweep(world: CallWorld, at: datetime) -> int:
    """Do what the schedule does at an instant."""
    world.clock.set(at)
    return sweep_service_records(world.books.work, at)


def opened(world: CallWorld, subject: Subject | None = None, *, is_drill: bool = False) -> Incident:
    """Return an incident Ana declared now."""
    declared = Declaration(
        "north", subject or Subject(), Severity.S2, "fell", Language.EN, is_drill=is_drill, report_id="r"
    )
    with world.books.work() as work:
        engagement = work.engagements.get("north")
        assert engagement is not None
        return declare(work, engagement, declared, STAFF, world.clock()).incident


def resolved(world: CallWorld, incident: Incident, after: timedelta) -> None:
    """Let Ana end an incident so much later than now."""
    with world.books.work() as work:
        happen(work, incident.id, ENDS, STAFF, world.clock() + after)


def test_a_record_is_posted_in_both_rooms_on_the_first_working_morning() -> None:
    """Of the seller's clock; the operations room hears of it on its own first working morning."""
    world = CallWorld()
    assert sweep(world, MONDAY) == 0
    assert sweep(world, DUE - timedelta(seconds=1)) == 0
    assert sweep(world, DUE) == 1
    seller, operations = sorted(records(world), key=lambda one: one.room != SELLER)
    assert (seller.key, seller.due_at) == (f"record/north/2026-08/{SELLER}", DUE + PAST_THE_HOUR)
    assert (operations.room, operations.due_at) == (OPS, datetime(2026, 9, 1, 12, tzinfo=UTC) + PAST_THE_HOUR)


def test_a_record_is_posted_once_whoever_sweeps_and_whatever_restarts() -> None:
    """The key is the month's, and the row is the truth."""
    world = CallWorld()
    sweep(world, MONDAY)
    assert [sweep(world, DUE + place * 10 * MINUTE) for place in range(4)] == [1, 0, 0, 0]
    assert len(records(world)) == 2


def test_a_bot_that_was_down_when_it_was_due_posts_it_later() -> None:
    """A record does not go stale."""
    world = CallWorld()
    sweep(world, MONDAY)
    assert sweep(world, DUE + timedelta(days=5)) == 1
    assert all(one.due_at >= DUE + timedelta(days=5) for one in records(world))


def test_a_new_engagement_owes_nothing_for_the_months_before_it() -> None:
    """Its first record is that of the month it began in."""
    world = CallWorld()
    sweep(world, DUE + timedelta(days=3))
    assert records(world) == []
    assert sweep(world, SEPTEMBER.due_at) == 1
    assert {one.key for one in records(world)} == {f"record/north/2026-09/{room}" for room in (OPS, SELLER)}


def test_what_was_posted_is_frozen_and_what_is_asked_for_is_as_of_now() -> None:
    """An incident of August that ends in September is still open in the record of August that was posted."""
    world = CallWorld(spoken_north(Language.EN, Language.EN))
    sweep(world, MONDAY)
    incident = opened(world)
    sweep(world, DUE)
    world.clock.set(DUE + timedelta(days=1))
    resolved(world, incident, HOUR)
    world.live(timedelta(days=1), HOUR)
    (posted,) = (one.reply for one in world.sent if one.room == OPS and "Service record" in one.reply.headline)
    assert "Incidents: 1, still open: 1" in posted.text
    assert "Incidents: 1, still open: 0" in world.staff("/incident record 2026-08").text
    assert "Incidents: 0" in world.staff("/incident record 2026-09").text


def test_the_sellers_questions_are_counted_with_their_first_answers() -> None:
    """Silence after a question is what sellers fear: how many were answered in time, and how soon."""
    world = CallWorld(spoken_north(Language.EN, Language.EN))
    sweep(world, MONDAY)
    with world.books.work() as work:
        for number, answered_after in enumerate((30 * MINUTE, 3 * HOUR, None)):
            asked = WaitingQuestion("north", SELLER, f"t{number}", MONDAY, MONDAY + 2 * HOUR)
            work.waiting_questions.add(asked)
            if answered_after is not None:
                work.waiting_questions.answer("north", SELLER, asked.thread, MONDAY + answered_after)
    world.clock.set(DUE)
    said = world.staff("/incident record 2026-08").text
    assert "Questions of the seller: 1 of 3 answered in time, 1 late, 1 not; median of the first answer" in said
    assert "Questions of the seller: none was asked" in world.staff("/incident record 2026-07").text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, "only handed to a person to forward: 2 messages, daily digests among them: 2. Whether"),
        (Language.ZH, "其中 2 条仅交给人工转发（含日报 2 份），是否已到达群里无从得知。"),
        (Language.PT, "apenas entregues a uma pessoa para encaminhar: 2"),
        (Language.ES, "solo se entregaron a una persona para reenviar: 2"),
    ],
)
def test_what_was_only_handed_to_a_person_is_said_to_be_so(language: Language, said: str) -> None:
    """To both sides, in the message and its document; where nothing was, nothing is said."""
    world = CallWorld(spoken_north(language, language))
    settle_digest(world, SELLER, 19, MINUTE)
    world.clock.set(DUE)
    assert said[:12] not in world.declare("/incident record 2026-08").text
    for number in (20, 21):
        settle_digest(world, SELLER, number, MINUTE, f"taken by wecom; {HANDED_OVER} ana")
    for reply in (world.declare("/incident record 2026-08"), world.staff("/incident record 2026-08")):
        assert said in reply.text
        assert reply.document is not None
        assert said in as_markdown(reply.document)


def test_the_record_in_chinese_for_the_seller_reads_well() -> None:
    """Golden: read it in review."""
    assert _golden("service_record.zh_CN.md", SELLER)


def test_the_record_in_portuguese_for_operations_reads_well() -> None:
    """Golden: read it in review."""
    assert _golden("service_record.pt_BR.md", OPS)


def _golden(name: str, room: str) -> bool:
    return as_markdown_of(a_month(), room) == (GOLDEN / name).read_text("utf-8")


def a_month() -> CallWorld:
    """Return a world in which August had two incidents and a drill, and its record was sent."""
    world = CallWorld(spoken_north())
    sweep(world, MONDAY)
    first = opened(world, Subject("north-ml", "orders", Movement.FALL))
    with world.books.work() as work:
        happen(work, first.id, Acknowledge(), STAFF, world.clock() + 12 * MINUTE)
    resolved(world, first, 2 * HOUR)
    opened(world, is_drill=True)
    world.clock.advance(3 * HOUR)
    opened(world, Subject("north-ml", "orders", Movement.FALL))
    opened(world, Subject("north-ml", "contribution_margin", Movement.FALL))
    settle_digest(world, SELLER, 20, MINUTE)
    settle_digest(world, SELLER, 21, 2 * HOUR)
    sweep(world, DUE)
    world.live(timedelta(days=1), HOUR)
    return world


def settle_digest(world: CallWorld, room: str, number: int, late_by: timedelta, reason: str = "ok") -> None:
    """Let a room's digest of a day be due and sent so long after its deadline."""
    day, deadline = date(2026, 8, number), datetime(2026, 8, number + 1, 12, tzinfo=UTC)
    slot = DigestSlot(slot_key("north", day, room), "north", room, day, deadline, deadline)
    with world.books.work() as work:
        work.digests.plan(slot)
        engagement = work.engagements.get("north")
        assert engagement is not None
        sent = Delivery(
            f"digest-{number}",
            slot.key,
            CauseKind.DIGEST,
            "D-1",
            "north",
            room,
            engagement.rooms[0].platform,
            DeliveryState.SENDING,
            deadline,
            deadline,
        )
        work.deliveries.add(sent)
        work.deliveries.settle(sent.id, Settlement(DeliveryState.SENT, reason, deadline + late_by))


def as_markdown_of(world: CallWorld, room: str) -> str:
    """Return the record a room was sent."""
    (sent,) = (one.reply for one in world.sent if one.room == room and one.reply.document and not one.reply.reference)
    assert sent.document is not None
    return as_markdown(sent.document)


def test_the_sellers_record_leaves_out_what_they_may_not_know_of() -> None:
    """Not even the number of incidents about margins, nor messages to other rooms."""
    world = a_month()
    with world.books.view() as work:
        engagement = spoken_north()
        seller = record_for(work, engagement, AUGUST, Audience.SELLER, world.clock())
        operations = record_for(work, engagement, AUGUST, Audience.OPERATIONS, world.clock())
    assert (seller.incidents, operations.incidents) == (2, 3)
    assert (seller.repeats, seller.drills) == (1, 0)
    assert seller.messages < operations.messages
    assert seller.digests is not None
    assert (seller.digests.on_time, seller.digests.late) == (1, 1)


def test_a_follower_somebody_opened_is_no_repeat() -> None:
    """It is counted as opened again."""
    world = CallWorld()
    incident = opened(world, Subject("north-ml", "orders", Movement.FALL))
    resolved(world, incident, HOUR)
    world.clock.advance(2 * HOUR)
    with world.books.work() as work:
        happen(work, incident.id, Reopen("again", Language.EN, incident.policy), STAFF, world.clock())
        record = record_for(work, spoken_north(), AUGUST, Audience.OPERATIONS, world.clock())
    assert (record.incidents, record.repeats, record.reopened) == (2, 0, 1)


def test_a_month_without_anything_says_no_data() -> None:
    """Instead of a row of zeros."""
    world = CallWorld(spoken_north(Language.EN, Language.EN))
    reply = world.staff("/incident record 2026-07")
    assert reply.table is None
    assert reply.text.count("no data") == 2
    assert reply.document is not None
    assert as_markdown(reply.document).count("no data") == 4


def ask(text: str) -> Reply:
    """Return the answer to Ana in a world of one incident that has ended."""
    return ended(spoken_north(Language.EN, Language.EN)).staff(text)


@pytest.mark.parametrize("word", VERB_WORDS[Verb.RECORD])
def test_the_record_is_shown_on_request_in_four_languages(word: str) -> None:
    """Without a month: the last whole one; it is shown to who asks, with the document."""
    reply = ask(f"/incident {word}")
    assert reply.headline == "North: Service record of August 2026"
    assert reply.is_private
    assert reply.document is not None
    assert reply.document.file_name == "service-record-north-2026-08.pdf"
    assert reply.table is not None
    assert reply.table.rows[0] == ("Acknowledgement", "0", "1", "0", "0", "0", "0")


def test_the_present_month_is_told_so_far() -> None:
    """And says so."""
    assert ask("/incident record 2026-09").footer.startswith("So far: the month is not over.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-13", "year and month"),
        ("0001-01", "year and month"),
        ("august", "year and month"),
        ("2026-10", "not begun yet"),
    ],
)
def test_what_is_no_month_is_refused_with_an_example(text: str, says: str) -> None:
    """Not an empty record."""
    reply = ask(f"/incident record {text}")
    assert says in reply.headline
    assert reply.document is None


def test_one_engagement_that_fails_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it raised is raised when all have had their turn, and it is tried again."""
    world = CallWorld()
    world.agree(replace(spoken_north(), id="alpha", rooms=(), stores=(), people=()))
    sweep(world, MONDAY)
    real = record_for

    def fails_for_alpha(work: object, engagement: object, *rest: object) -> object:
        if getattr(engagement, "id", "") == "alpha":
            raise RuntimeError("broken")
        return real(work, engagement, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("handlers.incidents.service_record.record_for", fails_for_alpha)
    with pytest.raises(RuntimeError, match="broken"):
        sweep(world, DUE)
    assert len(records(world)) == 2
    monkeypatch.undo()
    assert sweep(world, DUE + 6 * MINUTE) == 1
