"""What a person is handed to forward: a note, then plain words, picture and document as the group shall see them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messengers import AnswerLostError, NotSentError, Parcel
from bot.wecom.app_messenger import AppMessenger
from bot.wecom.forwarding import Forwarders
from bot.wecom.limits import APP_PART_BYTES, MOST_PARTS, TEXT_BYTES
from bot.wecom.pace import TO_A_PERSON, Pace
from bot.wecom.plain_renderer import plain_parts
from bot.wecom.ways import WeComWays
from handlers.messages import Reply
from kpi.documents import Document
from kpi.engagements import Room
from kpi.languages import Language
from tests.bot.slack.samples import digest_reply
from tests.bot.wecom.samples import ROOM, a_long_reply, a_parcel
from tests.bot.wecom.test_app_messenger import App
from tests.twins.naps import Naps

OUTSIDE = replace(ROOM, id="lumina-external", address="ana", forward_by="ana")
NOTE = "Para encaminhar a “lumina-external”"
REPLY = replace(digest_reply(Language.ZH), to_forward=NOTE, page=("/kpi",))


@pytest.fixture
def app() -> App:
    """Return the app that hands over."""
    return App()


@pytest.fixture
async def forwarders(app: App, naps: Naps) -> AsyncIterator[Forwarders]:
    """Return the way under test."""
    people = AppMessenger(app, Pace(naps.seconds, naps.sleep, TO_A_PERSON))

    def page_url(room: Room, commands: tuple[str, ...]) -> str:
        return f"https://vigia.example/{room.id}/{len(commands)}"

    yield Forwarders(people, page_url)
    await people.close()


def outside(reply: Reply = REPLY, picture: bytes | None = None) -> Parcel:
    """Return a parcel for Ana to forward."""
    return a_parcel(reply, room=OUTSIDE, picture=picture)


async def test_a_note_comes_first_and_then_what_is_forwarded(forwarders: Forwarders, app: App) -> None:
    """The ledger does not call it delivered to the group: it says who has to forward it."""
    receipt = await WeComWays(None, None, forwarders).post(outside(picture=b"png"))
    ((person, note),) = app.sent
    assert person == "ana"
    assert NOTE in note
    assert REPLY.headline[:10] in note
    (words,) = app.words
    assert NOTE not in words
    assert REPLY.headline in words
    assert all(figure.value in words for figure in REPLY.figures)
    assert "https://vigia.example/lumina-external/" in words
    assert len(app.pictures) == 1
    assert receipt.remark == "to be forwarded by ana"


async def test_nothing_is_shown_as_markup_where_none_is_read(forwarders: Forwarders, app: App) -> None:
    """WeChat shows neither markdown nor cards; a listing's name is no link either."""
    await forwarders.post(outside(replace(REPLY, text='Lamp <a href="https://evil.example">x</a>')))
    assert "**" not in app.words[0]
    assert "<" not in app.words[0]
    assert app.cards == []


async def test_a_document_comes_with_it(forwarders: Forwarders, app: App) -> None:
    """The group gets the file from whoever forwards it."""
    parcel = outside(replace(REPLY, document=Document("summary", "D", "", ())))
    await forwarders.post(replace(parcel, document=b"%PDF-1.7"))
    assert app.files == [("summary.pdf", b"%PDF-1.7")]


async def test_while_only_the_note_arrived_nothing_is_lost_by_trying_again(forwarders: Forwarders, app: App) -> None:
    """WeCom drops the same note; half a text, though, is neither sent nor unsent."""
    app.failures = [None, NotSentError("45009: too many")]
    with pytest.raises(NotSentError):
        await forwarders.post(outside())
    app.failures = [None, None, NotSentError("45009: too many")]
    with pytest.raises(AnswerLostError, match="only part 1 of"):
        await forwarders.post(outside(replace(a_long_reply(), to_forward=NOTE)))


async def test_two_notes_are_never_the_same(forwarders: Forwarders, app: App) -> None:
    """Or WeCom would drop the second one within half an hour."""
    await forwarders.post(outside())
    await forwarders.post(outside(replace(REPLY, headline="另一条")))
    assert len({note for _, note in app.sent}) == 2


async def test_without_the_app_nothing_can_be_handed_over(forwarders: Forwarders) -> None:
    """The sentence says so; WeCom cannot be asked what arrived."""
    with pytest.raises(NotSentError, match="app is not set up"):
        await WeComWays(None, None).post(outside())
    assert await forwarders.find(outside(), since=None) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(("extra", "messages"), [(0, 1), (1, 2)])
def test_plain_words_are_split_one_byte_past_their_limit(extra: int, messages: int) -> None:
    """Counted in bytes, of which a Chinese character has three."""
    lines = ("长" * 100, "长" * 250, "长" * 250)
    filler = APP_PART_BYTES - sum(len(line.encode()) + 1 for line in lines)
    reply = Reply(lines[0], Language.ZH, text="\n".join((*lines[1:], "x" * (filler + extra))))
    parts = plain_parts(reply)
    assert len(parts) == messages
    assert len(parts[0].encode()) == APP_PART_BYTES or messages > 1
    assert APP_PART_BYTES < TEXT_BYTES


@given(text=st.text(max_size=60), times=st.integers(1, 60), headline=st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_every_reply_becomes_texts_wecom_takes(text: str, times: int, headline: str) -> None:
    """Within the bytes of a text, and never more messages than agreed."""
    parts = plain_parts(Reply(headline, Language.ZH, text=text * times))
    assert len(parts) <= MOST_PARTS + 1
    assert all(len(part.encode()) <= TEXT_BYTES for part in parts)
