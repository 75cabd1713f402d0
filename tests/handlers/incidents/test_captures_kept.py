"""Captured messages in what remains: exports and documents say their words as long as they are kept."""

from __future__ import annotations

import json
from datetime import date

import pytest

from handlers.incidents.exports import EXPORTS, ExportScope, Row
from handlers.markdown import as_markdown
from handlers.messages import Reply
from kpi.days import Period
from kpi.engagements import Audience
from kpi.languages import Language
from tests.handlers.capture_world import OPS, SECOND, WORDS, CaptureWorld
from tests.handlers.world import north, south

ALL = Period(date(2026, 8, 1), date(2026, 9, 30))
MARGIN = "their margin is thin"
NASTY = '=HYPERLINK("x") | <b>\n<!channel> 🙈'


@pytest.fixture
def world() -> CaptureWorld:
    """Return a world with a message of each room in a timeline, one of them changed, and one with nasty signs."""
    made = CaptureWorld()
    made.pin()
    made.change("付款好了")
    made.pin(quoted=made.quoted("m2", NASTY))
    made.pin(handle="ana", address=OPS, quoted=made.quoted("m3", MARGIN, "bruno"))
    return made


def rows(world: CaptureWorld, audience: Audience) -> list[Row]:
    """Return the rows of captured messages in an export."""
    with world.books.view() as work:
        found = EXPORTS["timelines"].rows(work, ExportScope(north(), ALL, audience, world.clock()))
        return [one for one in found if str(one["kind"]).startswith("capture")]


def printed(reply: Reply) -> str:
    """Return the document of a summary as Markdown."""
    assert reply.document is not None
    return as_markdown(reply.document)


def test_an_export_has_words_instants_author_and_the_way_back(world: CaptureWorld) -> None:
    """As its columns promise; for the seller without what the operator took in for itself."""
    found = rows(world, Audience.OPERATIONS)
    assert {frozenset(one) for one in found} == {frozenset(EXPORTS["timelines"].columns)}
    first = found[0]
    assert (first["text"], first["occurred_at"], first["visibility"]) == (WORDS, "2026-08-28T10:30:00Z", "seller")
    params = json.loads(str(first["params"]))
    assert (params["author"], params["link"]) == ("north-wei", "https://chat.example/m1")
    assert [one["text"] for one in found] == [WORDS, NASTY, MARGIN, "付款好了"]
    assert [one["text"] for one in rows(world, Audience.SELLER)] == [WORDS, NASTY, "付款好了"]


def test_an_export_says_why_there_are_no_words_any_more(world: CaptureWorld) -> None:
    """Deleted and taken out are told apart."""
    world.change(None)
    world.change(None, message="m2")
    world.pin("/incident unpin m3", handle="ana", address=OPS, quoted=None)
    found = [one for one in rows(world, Audience.OPERATIONS) if one["kind"] == "captured"]
    assert [one["text"] for one in found] == ["", "", ""]
    assert [json.loads(str(one["params"]))["ended"] for one in found] == ["deleted", "deleted", "taken_out"]
    assert not any("chat.example" in str(one) for one in found)


@pytest.mark.parametrize("language", Language)
def test_a_summarys_document_shows_what_the_reader_may_read(language: Language) -> None:
    """In every language; a table of Markdown survives what people write."""
    world = CaptureWorld(north(language), south(language))
    world.pin(quoted=world.quoted("m2", NASTY))
    world.pin(handle="ana", address=OPS, quoted=world.quoted("m3", MARGIN, "bruno"))
    ours, theirs = (printed(ask("/incident summary 1001")) for ask in (world.ask, world.seller))
    for document in (ours, theirs):
        (line,) = [one for one in document.splitlines() if "HYPERLINK" in one]
        assert "chat.example/m2" in line
        assert "🙈" in line
        assert "<b>" not in line
    assert MARGIN in ours
    assert MARGIN not in theirs
    assert "chat.example/m3" not in theirs
    world.change(None, after=2 * SECOND, message="m2")
    assert "HYPERLINK" not in printed(world.seller("/incident summary 1001"))
