"""Parcels through a group webhook: text first, then the picture, then the ping."""

from __future__ import annotations

import base64
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.drawing import NotDrawnError
from bot.messengers import AnswerLostError, Messenger, NotSentError, UnreachableError
from bot.wecom.errors import RefusedError
from bot.wecom.limits import BUDGET_SECONDS, IMAGE_BYTES, LIMITED_FOR, MESSAGES_PER_MINUTE
from bot.wecom.messenger import CLOSED_SECONDS, Aids, WeComMessenger, with_form_page
from bot.wecom.webhook import GroupWebhooks
from handlers.messages import Button, Reply
from kpi.engagements import Room
from kpi.languages import Language
from kpi.pictures import TooLargePicture
from tests.bot.wecom.samples import ANA, ROOM, STRANGER, a_long_reply, a_parcel
from tests.twins.clock import A_SUNDAY_NOON
from tests.twins.console_world import tiny_png
from tests.twins.naps import Naps
from tests.twins.wecom_server import KEY, Trouble, WeComServer

CALL = Reply("Conversion fell", Language.EN, mention=ANA)


async def test_text_goes_first_then_the_picture_then_the_ping(messenger: Messenger, wecom: WeComServer) -> None:
    """Whatever fails later, the words are there; a mention works in a text message only."""
    receipt = await messenger.post(a_parcel(CALL, picture=tiny_png()))
    assert (receipt.platform_message, receipt.remark) == ("", "")
    assert wecom.kinds() == ["markdown", "image", "text"]
    _, ping = wecom.posted[2]
    assert ping["text"]["mentioned_list"] == ["ana.souza"]
    assert ping["text"]["content"] == "Ana Souza, please look at this.\nConversion fell"
    _, image = wecom.posted[1]
    assert base64.b64decode(image["image"]["base64"]) == tiny_png()


async def test_a_person_without_a_wecom_id_is_named_and_not_pinged(messenger: Messenger, wecom: WeComServer) -> None:
    """A Slack id in `mentioned_list` would reach nobody."""
    await messenger.post(a_parcel(replace(CALL, mention=STRANGER)))
    assert wecom.kinds() == ["markdown"]
    assert "Bo, please look at this." in wecom.texts()[0]


async def test_a_repeat_is_marked(messenger: Messenger, wecom: WeComServer) -> None:
    """In the markdown and in the ping."""
    await messenger.post(a_parcel(CALL, is_repeat=True))
    assert all("(sent again)" in text for text in wecom.texts())


@pytest.mark.parametrize(
    ("size", "remark"),
    [
        (IMAGE_BYTES, ""),
        (IMAGE_BYTES + 1, f"picture not sent: {IMAGE_BYTES + 1} bytes are more than WeCom's {IMAGE_BYTES}"),
    ],
)
async def test_a_picture_past_two_megabytes_stays_home(
    messenger: Messenger, wecom: WeComServer, size: int, remark: str
) -> None:
    """The limit itself passes; one byte more is a remark, and the text is there all the same."""
    receipt = await messenger.post(a_parcel(picture=b"\x89" * size))
    assert receipt.remark == remark
    assert wecom.kinds() == ["markdown", "image"][: 1 if remark else 2]


@pytest.mark.parametrize("drawn", [b"small", NotDrawnError("the drawing process ended")])
async def test_a_picture_that_is_too_large_is_made_smaller(
    webhooks: GroupWebhooks, wecom: WeComServer, naps: Naps, drawn: bytes | NotDrawnError
) -> None:
    """Where that fails the text is there all the same."""

    async def draw(picture: TooLargePicture) -> bytes:
        assert (len(picture.content), picture.most_bytes) == (IMAGE_BYTES + 1, IMAGE_BYTES)
        if isinstance(drawn, NotDrawnError):
            raise drawn
        return drawn

    messenger = WeComMessenger(webhooks, {"lumina-group": KEY}, naps.seconds, naps.sleep, Aids(shrink=draw))
    receipt = await messenger.post(a_parcel(picture=b"\x89" * (IMAGE_BYTES + 1)))
    assert wecom.kinds() == (["markdown", "image"] if drawn == b"small" else ["markdown"])
    assert receipt.remark == ("" if drawn == b"small" else "picture not sent: the drawing process ended")


@pytest.mark.parametrize(
    ("trouble", "remark"),
    [
        (Trouble(errcode=40009), "picture not sent: 40009: WeCom refuses the picture's size."),
        (Trouble(is_dropped=True), "picture unknown: the answer was lost: RemoteProtocolError"),
    ],
)
async def test_a_failed_picture_never_blocks_the_rest(
    messenger: Messenger, wecom: WeComServer, trouble: Trouble, remark: str
) -> None:
    """The delivery is sent, and says what is missing."""
    wecom.fail(None, trouble)
    receipt = await messenger.post(a_parcel(CALL, picture=tiny_png()))
    assert receipt.remark == remark
    assert wecom.kinds() == ["markdown", "text"]


async def test_a_long_text_arrives_in_numbered_parts(messenger: Messenger, wecom: WeComServer) -> None:
    """Each within WeCom's bytes, in order."""
    await messenger.post(a_parcel(a_long_reply()))
    assert [text.rsplit("\n", 1)[1] for text in wecom.texts()] == ["…(1/2)", "(2/2)"]


async def test_a_second_part_is_tried_again_before_it_is_given_up(
    messenger: Messenger, wecom: WeComServer, naps: Naps
) -> None:
    """The first part cannot be taken back: its second part waits for WeCom inside the budget."""
    wecom.fail(None, Trouble(errcode=-1), Trouble(errcode=45009))
    await messenger.post(a_parcel(a_long_reply()))
    assert naps.taken == [45, 60]
    assert wecom.kinds() == ["markdown", "markdown"]


@pytest.mark.parametrize("trouble", [Trouble(errcode=40058), Trouble(is_dropped=True)])
async def test_half_a_text_is_not_called_sent_and_not_called_unsent(
    messenger: Messenger, wecom: WeComServer, trouble: Trouble
) -> None:
    """Sending it all again would repeat the first part; calling it sent would be a lie."""
    wecom.fail(None, trouble)
    with pytest.raises(AnswerLostError, match="only part 1 of 2 surely arrived"):
        await messenger.post(a_parcel(a_long_reply()))


async def test_waiting_never_passes_the_budget(messenger: Messenger, wecom: WeComServer, naps: Naps) -> None:
    """60 + 60 seconds fit into 150, a third minute does not."""
    wecom.fail(None, *[Trouble(errcode=45009)] * 9)
    receipt = await messenger.post(a_parcel(picture=tiny_png()))
    assert receipt.remark.startswith("picture not sent: 45009")
    assert naps.taken == [60, 60]
    assert sum(naps.taken) < BUDGET_SECONDS
    assert wecom.calls == 4


async def test_a_ping_is_tried_four_times_and_then_a_remark(
    messenger: Messenger, wecom: WeComServer, naps: Naps
) -> None:
    """A refused connection is mended soon or not at all; the text has arrived."""
    wecom.fail(None, *[Trouble(errcode=-1)] * 4)
    receipt = await messenger.post(a_parcel(CALL))
    assert receipt.remark == "mention not sent: -1: WeCom is busy."
    assert (naps.taken, wecom.calls) == ([45, 45, 45], 5)


@pytest.mark.parametrize("errcode", [-1, 45009, 45033])
async def test_a_first_part_is_not_tried_again_in_place(messenger: Messenger, wecom: WeComServer, errcode: int) -> None:
    """Nothing arrived: the delivery goes back to the ledger, which outlives this process."""
    wecom.fail(Trouble(errcode=errcode))
    with pytest.raises(NotSentError) as failure:
        await messenger.post(a_parcel(picture=tiny_png()))
    assert failure.value.retry_after is not None
    assert wecom.calls == 1


async def test_after_a_rate_limit_the_webhook_rests(messenger: Messenger, wecom: WeComServer, naps: Naps) -> None:
    """The next parcel is not even tried for a minute."""
    wecom.fail(Trouble(errcode=45009))
    with pytest.raises(NotSentError):
        await messenger.post(a_parcel())
    with pytest.raises(NotSentError) as failure:
        await messenger.post(a_parcel())
    assert failure.value.retry_after == LIMITED_FOR
    assert wecom.calls == 1
    naps.now += 60
    await messenger.post(a_parcel())
    assert wecom.kinds() == ["markdown"]


async def test_a_burst_never_meets_wecoms_limit(messenger: Messenger, wecom: WeComServer, naps: Naps) -> None:
    """The server counts twenty a minute; forty parcels arrive without one refusal."""
    for _ in range(40):
        try:
            await messenger.post(a_parcel())
        except NotSentError as error:
            naps.now += (error.retry_after or timedelta()).total_seconds()
            await messenger.post(a_parcel())
    assert wecom.calls == len(wecom.posted) == 40


async def test_one_past_twenty_a_minute_is_refused_by_wecom(webhooks: GroupWebhooks, wecom: WeComServer) -> None:
    """Without our pace the 21st message would fail: the server's limit is real."""
    for _ in range(MESSAGES_PER_MINUTE):
        await webhooks.send(SecretStr(KEY), {"msgtype": "text", "text": {"content": "x"}})
    with pytest.raises(RefusedError, match="45009"):
        await webhooks.send(SecretStr(KEY), {"msgtype": "text", "text": {"content": "x"}})


@pytest.mark.parametrize("errcode", [93000, 93004, 93008])
async def test_a_webhook_that_is_gone_is_left_alone(
    messenger: Messenger, wecom: WeComServer, naps: Naps, errcode: int
) -> None:
    """One refusal is enough; an hour later it may have been repaired."""
    wecom.fail(Trouble(errcode=errcode))
    for _ in range(3):
        with pytest.raises(UnreachableError, match=str(errcode)) as failure:
            await messenger.post(a_parcel())
        assert failure.value.retry_after is None
    assert wecom.calls == 1
    naps.now += CLOSED_SECONDS
    await messenger.post(a_parcel())
    assert wecom.kinds() == ["markdown"]


@pytest.mark.parametrize("errcode", [40058, 45002])
async def test_a_refused_form_goes_out_as_plain_text(messenger: Messenger, wecom: WeComServer, errcode: int) -> None:
    """The verdict matters more than its markup; the receipt says what happened."""
    wecom.fail(Trouble(errcode=errcode))
    receipt = await messenger.post(a_parcel(a_long_reply()))
    assert receipt.remark.startswith(f"sent as short plain text, without figures, because of {errcode}")
    assert wecom.kinds() == ["text"]
    assert wecom.texts()[0].startswith("A long story\nLine 0")


async def test_a_room_without_a_key_is_told_so(messenger: Messenger, wecom: WeComServer) -> None:
    """The engagement file names a webhook the settings do not hold."""
    with pytest.raises(NotSentError, match="nobody-knows: The settings hold no WeCom webhook of this name") as failure:
        await messenger.post(a_parcel(room=replace(ROOM, address="nobody-knows")))
    assert failure.value.retry_after is None
    assert wecom.calls == 0


async def test_wecom_cannot_be_asked(messenger: Messenger, wecom: WeComServer) -> None:
    """A webhook only takes: nothing can be looked up."""
    await messenger.post(a_parcel())
    assert await messenger.find(a_parcel(), A_SUNDAY_NOON - timedelta(hours=1)) is None
    assert wecom.calls == 1


async def test_no_key_leaves_the_messenger(
    messenger: WeComMessenger, wecom: WeComServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not through logs at DEBUG, reprs, the error's words, or what is printed."""
    caplog.set_level(logging.DEBUG)
    await messenger.post(a_parcel(CALL, picture=tiny_png()))
    wecom.fail(Trouble(errcode=93000))
    with pytest.raises(NotSentError) as failure:
        await messenger.post(a_parcel())
    printed = capsys.readouterr()
    everything = caplog.text + printed.out + printed.err + repr(vars(messenger)) + repr(failure.value)
    assert "lumina-group" in everything
    assert KEY not in everything


def test_buttons_that_open_forms_become_one_link_to_a_page_that_only_shows() -> None:
    """One keeps its own words; several share a link; other buttons cannot be pressed in a group."""
    asked: list[tuple[str, ...]] = []

    def page_url(_room: Room, commands: tuple[str, ...]) -> str:
        asked.append(commands)
        return "https://vigia.test/pages/abc"

    opening = ("/incident digest d-1", "/incident plan 1001")
    report, take = Button("Report a problem", "/incident digest d-1"), Button("I take it", "/incident ack 1001")
    plan, why = Button("Plan", "/incident plan 1001"), Button("Why?", "/alert why new")
    said = with_form_page(Reply("x", Language.EN, buttons=(take, report, why)), ROOM, page_url, opening)
    assert (said.buttons[-1].label, said.buttons[-1].url) == ("Report a problem", "https://vigia.test/pages/abc")
    assert (
        with_form_page(Reply("x", Language.EN, buttons=(report, plan)), ROOM, page_url, opening).buttons[-1].command
        == ""
    )
    assert asked == [("/incident digest d-1",), ("/incident digest d-1", "/incident plan 1001")]
    nothing = Reply("x", Language.EN, buttons=(take, why))
    assert with_form_page(nothing, ROOM, page_url, opening) == nothing
