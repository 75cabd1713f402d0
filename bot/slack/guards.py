"""Guards against two faults of slack_bolt 1.30.0. Each has a test without the guard that fails as long as Bolt does.

1. An exception within 10 ms after `ack()` takes the acknowledgement back: the caller gets 404 after three seconds.
2. The word "payload" anywhere in a slash command's form empties the whole body: 404 at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

FORM = "application/x-www-form-urlencoded"
_WORD = b"payload"
_SAME_WORD = b"%70ayload"
"""The same seven letters in a form, the first percent-encoded: Bolt's search on the raw text no longer finds them."""


class StickyAck(AsyncAck):
    """An acknowledgement that cannot be taken back: once given, a response is never replaced by None."""

    def __init__(self) -> None:
        self._given: BoltResponse | None = None
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def response(self) -> BoltResponse | None:
        """The acknowledgement, or None as long as there is none."""
        return self._given

    @response.setter
    def response(self, given: BoltResponse | None) -> None:
        if given is not None or self._given is None:
            self._given = given


async def acknowledge_first(
    context: AsyncBoltContext, next_: Callable[[], Awaitable[None]], *, is_form: bool = False
) -> None:
    """Acknowledge with an empty 200 before any listener runs, and keep it.

    Bolt looks for a listener's acknowledgement every 10 ms only; one that is there already leaves at once. The
    acknowledgement of a form may say what is wrong with it: its listener gives it.
    """
    ack = StickyAck()
    context["ack"] = ack
    if not is_form:
        await ack()
    await next_()


def safe_form(body: bytes, content_type: str) -> bytes:
    """Return a form that Bolt reads whole: the same names and values, "payload" spelt so that Bolt does not see it.

    A form that really has a field named payload (buttons, modals) is returned unchanged.
    """
    if not content_type.startswith(FORM) or _WORD not in body:
        return body
    if any(name == "payload" for name, _ in parse_qsl(body.decode("utf-8"), keep_blank_values=True)):
        return body
    return body.replace(_WORD, _SAME_WORD)
