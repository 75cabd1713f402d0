"""The summary of an incident: posted once when it ends, as each side may read it, and shown to whoever asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.grammar.incident_words import VERB_WORDS, Verb
from handlers.incidents.desk import declare, happen, merge
from handlers.incidents.readers import RoomReader
from handlers.incidents.summary import SETTLES_WITHIN, printed_summary
from handlers.markdown import as_markdown
from handlers.messages import Reply
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing
from kpi.documents import Document
from kpi.engagements import Audience
from kpi.incidents.changes import Changed
from kpi.incidents.events import Acknowledge, Resolve
from kpi.incidents.incident import Actor, Incident, Side, Source, Subject
from kpi.incidents.openings import Declaration
from kpi.languages import Language
from kpi.severities import Severity
from tests.handlers.call_world import HOUR, MINUTE, OPS, SELLER, CallWorld, Sent
from tests.handlers.summary_story import answered, ended, spoken_north

GOLDEN = Path(__file__).parent / "data"
STAFF = Actor("north-ana", Side.STAFF, Source.SLACK)
ENDS = Resolve("ads", "pictures", Language.EN, "it is fine")


def summaries(world: CallWorld) -> list[Sent]:
    """Return the messages that came with a document."""
    return [one for one in world.sent if one.reply.document is not None]


def queued(world: CallWorld) -> list[Delivery]:
    """Return the summaries that were queued."""
    return [one for one in world.deliveries() if one.cause_kind is CauseKind.SUMMARY]


def printed(world: CallWorld, audience: Audience, language: Language | None = None) -> Document:
    """Return the summary as one side reads it now."""
    engagement = spoken_north()
    room = next(room for room in engagement.rooms if room.audience is audience)
    reader = RoomReader(engagement, replace(room, language=language or room.language), world.clock())
    with world.books.view() as work:
        incident = work.incidents.get("north", 1001)
        assert incident is not None
        return printed_summary(work, incident, reader)


def opened(world: CallWorld, *, is_drill: bool = False, report: str = "one") -> Incident:
    """Return an incident Ana declared about no metric."""
    declared = Declaration("north", Subject(), Severity.S2, "fell", Language.EN, is_drill=is_drill, report_id=report)
    with world.books.work() as work:
        engagement = work.engagements.get("north")
        assert engagement is not None
        return declare(work, engagement, declared, STAFF, world.clock()).incident


def test_the_summary_answers_the_card_in_both_rooms_a_minute_after_the_end() -> None:
    """Once, however often the sweep looks, and behind the news that it ended."""
    world = ended()
    assert summaries(world) == []
    world.live(5 * MINUTE)
    told = summaries(world)
    assert sorted(one.room for one in told) == [OPS, SELLER]
    assert {one.placing for one in told} == {Placing.REPLY}
    at_end = world.incident().resolved_at
    assert at_end is not None
    assert all(one.at - at_end >= SETTLES_WITHIN for one in told)
    assert {one.anchor for one in queued(world)} == {f"incident/north-1001/card/{room}" for room in (SELLER, OPS)}


def test_the_summary_in_chinese_for_the_seller_reads_well() -> None:
    """Golden: read it in review. Nothing internal, both clocks, the seller's first."""
    world = ended()
    world.live(3 * MINUTE)
    assert as_markdown(printed(world, Audience.SELLER)) == (GOLDEN / "incident_summary.zh_CN.md").read_text("utf-8")


def test_the_summary_in_portuguese_for_operations_reads_well() -> None:
    """Golden: read it in review. Calls, internal notes, the reason of the early end."""
    world = ended()
    world.live(3 * MINUTE)
    assert as_markdown(printed(world, Audience.OPERATIONS)) == (GOLDEN / "incident_summary.pt_BR.md").read_text("utf-8")


def test_the_seller_reads_nothing_internal() -> None:
    """Neither in the message nor in its document, in no language."""
    world = ended()
    world.live(3 * MINUTE)
    (message,) = (one.reply for one in summaries(world) if one.room == SELLER)
    for text in (repr(message), *(repr(printed(world, Audience.SELLER, language)) for language in Language)):
        assert "the margin of this listing is thin" not in text
        assert "the seller sees it, too" not in text
        assert OPS not in text
    assert "the margin of this listing is thin" in repr(printed(world, Audience.OPERATIONS))


def test_a_message_that_did_not_arrive_is_told_as_such() -> None:
    """With its reason in the operations room only."""
    world = answered()
    world.broken.add(SELLER)
    world.staff("/incident resolve 1001 reason: fine")
    world.live(3 * MINUTE)
    operations, seller = printed(world, Audience.OPERATIONS, Language.EN), printed(world, Audience.SELLER, Language.EN)
    assert "not delivered: channel_not_found" in repr(operations)
    assert "not delivered" in repr(seller)
    assert "channel_not_found" not in repr(seller)


def test_a_night_is_not_disturbed_by_a_summary() -> None:
    """What ended at 23:00 in Beijing is summed up there in the morning."""
    world = answered()
    world.clock.advance(timedelta(hours=13))  # 23:40 in Beijing
    world.staff("/incident resolve 1001 reason: fine")
    (seller,) = (one for one in queued(world) if one.room == SELLER)
    assert seller.due_at.astimezone(spoken_north().rooms[0].zone).strftime("%H:%M") == "09:01"


def test_a_drill_has_no_summary() -> None:
    """Nobody's service was tried."""
    world = CallWorld()
    drill = opened(world, is_drill=True)
    with world.books.work() as work:
        happen(work, drill.id, ENDS, STAFF, world.clock() + MINUTE)
    assert queued(world) == []


def test_a_merged_incident_is_summed_up_with_the_one_it_went_into() -> None:
    """One summary for both."""
    world = CallWorld()
    first, second = opened(world, report="one"), opened(world, report="two")
    with world.books.work() as work:
        assert isinstance(merge(work, first.id, second.id, STAFF, world.clock() + MINUTE), Changed)
    assert queued(world) == []
    with world.books.work() as work:
        happen(work, second.id, ENDS, STAFF, world.clock() + HOUR)
    assert {one.cause for one in queued(world)} == {second.id}


def test_what_is_not_over_is_not_summed_up_by_itself() -> None:
    """Somebody who takes it ends nothing."""
    world = CallWorld()
    incident = opened(world)
    with world.books.work() as work:
        happen(work, incident.id, Acknowledge(), STAFF, world.clock() + MINUTE)
    assert queued(world) == []


@pytest.mark.parametrize("word", VERB_WORDS[Verb.SUMMARY])
def test_the_summary_is_shown_on_request_in_four_languages(word: str) -> None:
    """Only to who asks, with the document."""
    world = ended()
    world.live(3 * MINUTE)
    reply = world.staff(f"/incident {word} 1001")
    assert reply.is_private
    assert reply.document is not None
    assert reply.document.file_name == "incident-1001.pdf"
    assert reply.headline.startswith("Balanço do incidente #1001")


def test_an_open_incident_is_summed_up_as_it_stands() -> None:
    """What has not been given is a dash, what is not over is running."""
    world = CallWorld(spoken_north(Language.EN, Language.EN))
    world.fill("north-ml")
    world.declare("/incident conversion fell in North ML")
    reply = world.staff("/incident summary 1001")
    assert reply.table is not None
    assert reply.table.rows[1] == ("Analysis", "—", "still running")
    assert reply.table.rows[-1] == ("Resolution", "—", "—")
    assert "now: 2.55%" in reply.text


def test_nobody_sums_up_what_is_not_theirs() -> None:
    """An incident about a margin does not exist in the seller's room."""
    world = CallWorld(spoken_north(Language.EN, Language.EN))
    opened(world)
    world.staff("/incident contribution margin fell in North ML")
    reply = world.declare("/incident summary 1002")
    assert "There is no incident" in reply.headline
    assert reply.document is None
    assert _document(world.staff("/incident summary 1002")).name == "incident-1002"


def _document(reply: Reply) -> Document:
    assert reply.document is not None
    return reply.document


def test_a_chinese_document_has_an_english_twin_that_says_why_it_is_english() -> None:
    """For machines without a Chinese font; the others have none."""
    world = ended()
    chinese = printed(world, Audience.SELLER)
    assert chinese.is_chinese
    assert chinese.fallback is not None
    assert chinese.fallback.footer.startswith("In English: this machine has no Chinese font.")
    assert printed(world, Audience.OPERATIONS).fallback is None


def test_a_failed_summary_stops_nothing() -> None:
    """It is a delivery like any other: failed, with its reason."""
    world = ended()
    world.broken.update((SELLER, OPS))
    world.live(5 * MINUTE)
    assert {one.state for one in queued(world)} == {DeliveryState.FAILED}
