"""From a parcel to a person in WeCom: short enough, in order, and told apart from what goes to groups."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.messengers import AnswerLostError, LimitedError, NotSentError, Parcel, UnreachableError
from bot.wecom.app_messenger import AppMessenger, with_commands
from bot.wecom.limits import APP_IMAGE_BYTES, OUR_MESSAGES_TO_A_PERSON_PER_MINUTE
from bot.wecom.pace import TO_A_PERSON, Pace
from bot.wecom.ways import WeComWays
from handlers.messages import Button, Reply
from kpi.languages import Language
from tests.bot.wecom.samples import ROOM, a_long_reply, a_parcel
from tests.twins.naps import Naps
from tests.twins.wecom_app_server import MARKDOWN_BYTES

ANA_ALONE = replace(ROOM, id="direct/ana/wecom", address="ana")


@dataclass
class App:
    """An app that remembers what it sent, and fails as planned."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    cards: list[Mapping[str, Any]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Plain texts, in order."""
    replaced: list[tuple[str, str, str]] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)
    is_closed: bool = False

    def send(self, person: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Remember a message, or fail."""
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        kind = message["msgtype"]
        if kind in {"image", "file"}:
            self.pictures.append((person, message[kind]["media_id"]))
        elif kind == "text":
            self.words.append(message["text"]["content"])
        elif kind == "template_card":
            self.cards.append(message["template_card"])
        else:
            self.sent.append((person, message["markdown"]["content"]))
        return {"errcode": 0, "msgid": f"m-{len(self.sent)}"}

    def upload(self, picture: bytes) -> str:
        """Take a picture, or fail."""
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        return f"media {len(picture)}"

    def upload_file(self, name: str, content: bytes) -> str:
        """Take a file, or fail."""
        self.files.append((name, content))
        return self.upload(content)

    def replace_buttons(self, person: str, response_code: str, words: str) -> None:
        """Remember what was replaced."""
        self.replaced.append((person, response_code, words))

    def user_id(self, open_id: str) -> str:
        """Know whose a hidden id is, or fail."""
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        return open_id.removeprefix("woHidden")

    def close(self) -> None:
        """Close nothing."""
        self.is_closed = True


@pytest.fixture
def app() -> App:
    """Return the app under the messenger."""
    return App()


@pytest.fixture
async def people(app: App, naps: Naps) -> AsyncIterator[AppMessenger]:
    """Return the messenger under test."""
    made = AppMessenger(app, Pace(naps.seconds, naps.sleep, TO_A_PERSON))
    yield made
    await made.close()
    assert app.is_closed


def alone(reply: Reply | None = None) -> Parcel:
    """Return a parcel for Ana alone."""
    return a_parcel(reply, room=ANA_ALONE)


async def test_a_person_gets_markdown_and_the_receipt_is_wecoms_id(people: AppMessenger, app: App) -> None:
    """One message; a repeated one says that it is."""
    assert (await people.post(alone())).platform_message == "m-1"
    await people.post(replace(alone(), is_repeat=True))
    assert [text for _, text in app.sent] == ["All on target", "(sent again) All on target"]


async def test_what_a_button_does_is_written_out(people: AppMessenger, app: App) -> None:
    """Nothing can be pressed in a plain message, and nothing typed to the app is heard."""
    reply = Reply("#1001: you are called", Language.ZH, buttons=(Button("接手", "/incident @north ack 1001"),))
    await people.post(alone(reply))
    assert "/incident @north ack 1001" in app.sent[0][1]
    assert with_commands(Reply("x", Language.EN)).notes == ()


async def test_a_long_text_goes_in_parts_each_within_the_limit(people: AppMessenger, app: App) -> None:
    """Half of what a group's webhook takes."""
    await people.post(alone(a_long_reply()))
    assert len(app.sent) > 1
    assert all(len(text.encode()) <= MARKDOWN_BYTES for _, text in app.sent)


async def test_a_part_that_is_missing_makes_the_message_unknown(people: AppMessenger, app: App) -> None:
    """The first one arrived: nobody may say that nothing was sent."""
    app.failures = [None, NotSentError("45009: too many")]
    with pytest.raises(AnswerLostError, match="only part 1 of"):
        await people.post(alone(a_long_reply()))
    app.failures = [UnreachableError("81013: gone")]
    with pytest.raises(UnreachableError):
        await people.post(alone(a_long_reply()))


async def test_one_person_is_not_flooded(people: AppMessenger, app: App, naps: Naps) -> None:
    """WeCom drops what is more than 30 a minute to one person without a word; another one is not kept waiting."""
    for _ in range(OUR_MESSAGES_TO_A_PERSON_PER_MINUTE):
        await people.post(alone())
    with pytest.raises(LimitedError) as waits:
        await people.post(alone())
    assert waits.value.retry_after is not None
    await people.post(a_parcel(room=replace(ANA_ALONE, address="bruno")))
    assert len(app.sent) == OUR_MESSAGES_TO_A_PERSON_PER_MINUTE + 1


async def test_groups_and_people_have_ways_of_their_own(people: AppMessenger, app: App) -> None:
    """An installation may have one of them; what the other would carry fails with a reason that names no person."""
    ways = WeComWays(None, people)
    await ways.post(alone())
    with pytest.raises(NotSentError, match="lumina-group: The settings hold no WeCom webhook"):
        await ways.post(a_parcel())
    with pytest.raises(NotSentError, match="app is not set up") as missing:
        await WeComWays(None, None).post(alone())
    assert not isinstance(missing.value, UnreachableError)
    assert await ways.find(alone(), since=None) is None  # type: ignore[arg-type]
    assert len(app.sent) == 1


async def test_a_picture_stands_below_its_text_and_never_costs_it(people: AppMessenger, app: App) -> None:
    """Too large, refused or lost: the words arrived, and the ledger says what is missing."""
    receipt = await people.post(replace(alone(), picture=b"png"))
    assert (app.pictures, receipt.remark) == ([("ana", "media 3")], "")
    for failure, words in (
        (NotSentError("45001: size"), "picture not sent: 45001"),
        (AnswerLostError("gone"), "unknown"),
    ):
        app.failures = [None, failure]
        receipt = await people.post(replace(alone(), picture=b"png"))
        assert receipt.platform_message
        assert words in receipt.remark
    receipt = await people.post(replace(alone(), picture=b"x" * (APP_IMAGE_BYTES + 1)))
    assert "5242881 bytes are more" in receipt.remark
    assert (await people.post(replace(alone(), picture=b"x" * APP_IMAGE_BYTES))).remark == ""


@pytest.mark.parametrize("page", [(), ("/incident show 1001",)])
async def test_a_message_to_a_person_links_to_its_page(app: App, naps: Naps, page: tuple[str, ...]) -> None:
    """As a group's does, where there is one; it counts against the same bytes."""
    people = AppMessenger(
        app, Pace(naps.seconds, naps.sleep, TO_A_PERSON), page_url=lambda room, asked: f"https://vigia.test/{room.id}"
    )
    reply = replace(a_long_reply(), page=page)
    await people.post(a_parcel(reply, room=ANA_ALONE))
    text = "\n".join(content for _, content in app.sent)
    assert ("](https://vigia.test/direct/ana/wecom)" in text) is bool(page)
    assert all(len(content.encode()) <= MARKDOWN_BYTES for _, content in app.sent)
    await people.close()
