"""One call to a webhook: what counts as sent, and where the key must never appear."""

from __future__ import annotations

import asyncio
import logging
import traceback

import httpx
import pytest
from pydantic import SecretStr

from bot.messengers import AnswerLostError, NotSentError
from bot.wecom.errors import RETRY_BUSY_AFTER, RETRY_CONNECTION_AFTER, SENTENCES, RefusedError
from bot.wecom.limits import LIMITED_FOR, MARKDOWN_BYTES, TEXT_BYTES
from bot.wecom.webhook import GroupWebhooks
from tests.twins.wecom_server import KEY, Trouble, WeComServer

SECRET = SecretStr(KEY)


def _text(content: str) -> dict[str, object]:
    return {"msgtype": "text", "text": {"content": content}}


def _markdown(content: str) -> dict[str, object]:
    return {"msgtype": "markdown", "markdown": {"content": content}}


async def test_a_message_arrives_as_it_was_written(webhooks: GroupWebhooks, wecom: WeComServer) -> None:
    """Raw UTF-8: the server refuses escaped characters."""
    await webhooks.send(SECRET, _markdown("转化率 🟠 1,81%"))
    assert wecom.posted == [(KEY, _markdown("转化率 🟠 1,81%"))]


@pytest.mark.parametrize(
    ("message", "errcode"),
    [
        (_text("a" * TEXT_BYTES), 0),
        (_text("a" * (TEXT_BYTES + 1)), 40058),
        (_markdown("a" * MARKDOWN_BYTES), 0),
        (_markdown("a" * (MARKDOWN_BYTES + 1)), 40058),
        (_text("字" * (TEXT_BYTES // 3) + "ab"), 0),
        (_text("字" * (TEXT_BYTES // 3 + 1)), 40058),
        (_markdown("字" * (MARKDOWN_BYTES // 3) + "a"), 0),
        (_markdown("字" * (MARKDOWN_BYTES // 3 + 1)), 40058),
        (_text(""), 44004),
        ({"msgtype": "poem", "poem": {"content": "x"}}, 40008),
    ],
)
async def test_a_refusal_is_read_from_the_answer(
    webhooks: GroupWebhooks, message: dict[str, object], errcode: int
) -> None:
    """HTTP 200 is no success: only errcode 0 is. The limits are bytes."""
    if not errcode:
        await webhooks.send(SECRET, message)
        return
    with pytest.raises(RefusedError) as refused:
        await webhooks.send(SECRET, message)
    assert refused.value.errcode == errcode
    assert refused.value.retry_after is None
    assert refused.value.reason == f"{errcode}: {SENTENCES[errcode]}"


@pytest.mark.parametrize(
    ("trouble", "kind", "retry_after"),
    [
        (Trouble(errcode=-1), NotSentError, RETRY_BUSY_AFTER),
        (Trouble(errcode=45033), NotSentError, RETRY_BUSY_AFTER),
        (Trouble(errcode=45009), NotSentError, LIMITED_FOR),
        (Trouble(errcode=93000), NotSentError, None),
        (Trouble(errcode=93004), NotSentError, None),
        (Trouble(errcode=93008), NotSentError, None),
        (Trouble(errcode=40009), NotSentError, None),
        (Trouble(errcode=123456), NotSentError, None),
        (Trouble(status=404), NotSentError, None),
        (Trouble(status=302), NotSentError, None),
        (Trouble(status=429), NotSentError, LIMITED_FOR),
        (Trouble(status=502, is_page=True), AnswerLostError, None),
        (Trouble(is_page=True), AnswerLostError, None),
        (Trouble(is_dropped=True), AnswerLostError, None),
    ],
)
async def test_each_failure_says_whether_anything_was_sent(
    webhooks: GroupWebhooks, wecom: WeComServer, trouble: Trouble, kind: type[Exception], retry_after: object
) -> None:
    """Surely refused: when to try again. No readable answer: nobody knows."""
    wecom.fail(trouble)
    with pytest.raises(kind) as failure:
        await webhooks.send(SECRET, _text("x"))
    assert getattr(failure.value, "retry_after", None) == retry_after


async def test_no_answer_in_time_is_a_lost_answer(webhooks: GroupWebhooks, wecom: WeComServer) -> None:
    """The message may have arrived before the line went dead."""
    wecom.fail(Trouble(is_silent=True))
    with pytest.raises(AnswerLostError, match="the answer was lost: TimeoutError"):
        await webhooks.send(SECRET, _text("x"), seconds=0.05)


async def test_a_refused_connection_is_surely_not_sent(webhooks: GroupWebhooks, wecom: WeComServer) -> None:
    """Nobody listens: the message never left."""
    await wecom.stop()
    with pytest.raises(NotSentError, match="connection failed: ConnectError") as failure:
        await webhooks.send(SECRET, _text("x"))
    assert failure.value.retry_after == RETRY_CONNECTION_AFTER


@pytest.mark.parametrize("base_url", ["ftp://127.0.0.1", "http://127.0.0.1:port", "not an address"])
async def test_a_wrong_base_address_is_a_settings_mistake(base_url: str) -> None:
    """It must not look like a lost answer, which nobody may repeat."""
    webhooks = GroupWebhooks(base_url)
    with pytest.raises(NotSentError, match="base address"):
        await webhooks.send(SECRET, _text("x"))
    await webhooks.close()


@pytest.mark.parametrize(
    "trouble",
    [None, Trouble(errcode=93000), Trouble(status=500), Trouble(is_dropped=True), Trouble(status=302), "stopped"],
)
async def test_the_key_is_in_no_log_line_and_in_no_error(
    webhooks: GroupWebhooks, wecom: WeComServer, caplog: pytest.LogCaptureFixture, trouble: Trouble | str | None
) -> None:
    """Even with every library talking at DEBUG, and in the whole chain of a traceback."""
    caplog.set_level(logging.DEBUG)
    if isinstance(trouble, str):
        await wecom.stop()
    else:
        wecom.fail(trouble)
    (error,) = await asyncio.gather(webhooks.send(SECRET, _text("x")), return_exceptions=True)
    said = ""
    if error is not None:
        said = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert error.__context__ is None
    assert bool(said) == (trouble is not None)
    assert "httpcore" in caplog.text
    assert KEY not in caplog.text + said + repr(webhooks)


async def test_the_key_reaches_the_wire_only() -> None:
    """What httpx knows of the request, and would log or raise, has no key; what is sent has."""
    seen: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        raise httpx.ReadError("torn", request=None)

    webhooks = GroupWebhooks("https://wecom.example/", httpx.MockTransport(answer))
    with pytest.raises(AnswerLostError):
        await webhooks.send(SECRET, _text("x"))
    await webhooks.close()
    assert [str(url) for url in seen] == [f"https://wecom.example/cgi-bin/webhook/send?key={KEY}"]
