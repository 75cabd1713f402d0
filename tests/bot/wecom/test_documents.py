"""Documents in a WeCom group: a file after the text, and a text that stands alone where the file fails."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.messengers import Messenger, Parcel
from bot.wecom.errors import RefusedError
from bot.wecom.limits import FILE_BYTES, SMALLEST_FILE_BYTES
from bot.wecom.webhook import GroupWebhooks
from tests.bot.wecom.samples import ANA, a_parcel
from tests.twins.documents import PDF, REPLY
from tests.twins.wecom_server import KEY, Trouble, WeComServer


def a_document(content: bytes = PDF) -> Parcel:
    """Return a parcel with a document and a person to ping."""
    return replace(a_parcel(replace(REPLY, mention=ANA)), document=content)


async def test_a_document_follows_the_text_as_a_file_of_the_group(messenger: Messenger, wecom: WeComServer) -> None:
    """Brought first, shown by its id; the ping comes last."""
    receipt = await messenger.post(a_document())
    assert receipt.remark == ""
    assert wecom.kinds() == ["markdown", "file", "text"]
    assert wecom.files == {wecom.posted[1][1]["file"]["media_id"]: PDF}


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Trouble(errcode=40006), "document not sent: 40006"),
        (Trouble(errcode=45009), "document not sent: 45009"),
        (Trouble(is_dropped=True), "document not sent: the answer was lost"),
        (Trouble(status=502, is_page=True), "document not sent"),
    ],
)
async def test_a_file_that_is_not_taken_leaves_the_text_alone(
    messenger: Messenger, wecom: WeComServer, trouble: Trouble, says: str
) -> None:
    """The message was sent all the same; the ledger says what is missing."""
    wecom.fail(None, trouble)
    receipt = await messenger.post(a_document())
    assert says in receipt.remark
    assert wecom.kinds()[0] == "markdown"
    assert "It fell" in wecom.texts()[0]
    assert "file" not in wecom.kinds()


async def test_a_file_message_that_fails_is_a_remark(messenger: Messenger, wecom: WeComServer) -> None:
    """The file was taken, its message refused."""
    wecom.fail(None, None, Trouble(errcode=40007))
    receipt = await messenger.post(a_document())
    assert receipt.remark.startswith("document not sent: 40007")


@pytest.mark.parametrize(("size", "is_sent"), [(SMALLEST_FILE_BYTES - 1, False), (SMALLEST_FILE_BYTES, True)])
async def test_a_file_of_five_bytes_stays_home(
    messenger: Messenger, wecom: WeComServer, size: int, is_sent: bool
) -> None:
    """WeCom would refuse it."""
    receipt = await messenger.post(a_document(b"x" * size))
    assert ("file" in wecom.kinds()) is is_sent
    assert (receipt.remark == "") is is_sent


async def test_a_file_past_twenty_megabytes_stays_home(messenger: Messenger, wecom: WeComServer) -> None:
    """The limit itself passes."""
    assert (await messenger.post(a_document(b"x" * FILE_BYTES))).remark == ""
    receipt = await messenger.post(a_document(b"x" * (FILE_BYTES + 1)))
    assert receipt.remark.startswith(f"document not sent: {FILE_BYTES + 1} bytes")
    assert len(wecom.files) == 1


async def test_the_key_of_an_upload_is_in_no_log_and_no_error(
    webhooks: GroupWebhooks, wecom: WeComServer, caplog: pytest.LogCaptureFixture
) -> None:
    """It is part of the address, which httpx writes into both."""
    caplog.set_level(logging.DEBUG)
    await webhooks.upload(SecretStr(KEY), "a.pdf", PDF)
    wecom.fail(Trouble(errcode=93000))
    with pytest.raises(RefusedError) as refused:
        await webhooks.upload(SecretStr(KEY), "a.pdf", PDF)
    assert KEY not in caplog.text
    assert KEY not in repr(refused.value)
