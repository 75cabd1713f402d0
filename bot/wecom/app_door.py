"""The app's door: each callback is checked before it is read, kept, answered with nothing, and worked on after.

Everything wrong is one 400, and no XML parser sees what is not signed. WeCom repeats a callback up to three times: the
inbox makes the repetitions harmless, in all replicas, and holds what is to be done until it is, whoever dies.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.afterwork import AfterWork
from bot.drawing import NotDrawnError
from bot.form_offers import FormOffers
from bot.kept_events import Kept, KeptEvents, Left
from bot.messengers import AnswerLostError, NotSentError
from bot.wecom.app import CallbackCrypto, UnreadableCallbackError
from bot.wecom.app_messenger import AppMessenger
from bot.wecom.callbacks import Written, written_of
from bot.wecom.gate import Gate, body_of, refused, too_large
from bot.wecom.kept_messages import as_text, marked, read
from handlers.messages import Arrival, Reply
from handlers.ports import Clock
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.pictures import Picture
from kpi.wording.wording import Wording

PATH = "/wecom/app/callback"
"""The URL of the app's 接收消息 settings."""

Intake = Callable[[Arrival], Awaitable[Reply | None]]
"""Answers an arrival; None is silence."""
Draw = Callable[[Picture], Awaitable[bytes]]
"""Draws a picture; raises NotDrawnError."""
DRAW_SECONDS = 20.0
"""The longest a drawing may take before an answer goes without it."""

_ENCRYPTED = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/=]+)\s*(?:\]\]>)?\s*</Encrypt>")
_LOG = structlog.get_logger(__name__)


def _always(_text: str) -> bool:
    """Take every text for an act."""
    return True


@dataclass(frozen=True, slots=True)
class AppDoor:
    """What stands behind the callback; without `forms`, what would open one is answered in words.

    Without `inbox` the intake alone makes repetitions harmless, and what was acknowledged is lost with this process.
    """

    crypto: CallbackCrypto
    intake: Intake
    people: AppMessenger
    draw: Draw
    clock: Clock
    work: AfterWork
    forms: FormOffers | None = None
    inbox: KeptEvents | None = None
    is_act: Callable[[str], bool] = _always

    async def receive(self, written: Written) -> None:
        """Keep what was written as far as possible and start its work, unless it came in before."""
        kept = Kept.UNKEPT
        if self.inbox is not None:
            kept = await self.inbox.keep(written.arrival.event_id, as_text(written))
        if kept is not Kept.SEEN:
            self.work.start(self._serve(marked(written) if kept is Kept.NEW else written))

    async def take_over(self) -> None:
        """Start the work for what processes left that died before they had answered it."""
        if self.inbox is not None:
            await self.inbox.take_over(self._left, self.is_act)

    async def _left(self, content: str) -> Left:
        written = read(content)
        return Left(written.arrival.text, lambda: self.work.start(self._serve(written)))

    async def _serve(self, written: Written) -> None:
        await self.answer(written)
        if written.arrival.is_kept and self.inbox is not None:
            await self.inbox.done(written.arrival.event_id)

    async def answer(self, written: Written) -> None:
        """Answer one message by another; whatever goes wrong becomes a log line and, where possible, a sentence."""
        person = written.arrival.handle
        try:
            form = await self.forms.offer(written.arrival) if self.forms else None
            reply = form or await self.intake(written.arrival)
            if reply is not None:
                await self.people.answer(person, reply, _task_of(written))
                if form is None:  # a form that was only opened settles nothing
                    await self._settle_card(written, reply)
                await self._show(person, reply)
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("wecom_answer_not_delivered", reason=error.reason)
        except Exception:  # noqa: BLE001 - the edge: a failure must never end as silence
            reference = f"WECOM-{secrets.token_hex(3)}"
            _LOG.exception("wecom_answer_failed", reference=reference)
            await self._apologise(person, reference)

    async def _settle_card(self, written: Written, reply: Reply) -> None:
        if written.response_code:
            words = Wording(reply.language).say(phrase("Answered"))
            await self.people.replace_buttons(written.arrival.handle, written.response_code, words)

    async def _show(self, person: str, reply: Reply) -> None:
        """Draw and send a reply's picture; the words arrived before it and do not need it."""
        if reply.picture is None:
            return
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                content = await self.draw(reply.picture)
        except (NotDrawnError, TimeoutError) as error:
            _LOG.warning("wecom_picture_not_drawn", reason=str(error) or type(error).__name__)
            return
        if remark := await self.people.show(person, content):
            _LOG.warning("wecom_picture_lost", reason=remark)

    async def _apologise(self, person: str, reference: str) -> None:
        # Whose language this is was not found out: Chinese, which WeCom's people read, with a reference to pass on.
        said = phrase("Something went wrong on our side. Please tell the operations team this reference.")
        sentence = Wording(Language.ZH).say(said)
        try:
            await self.people.say(person, Reply(sentence, Language.ZH, reference=reference), reference)
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("wecom_apology_not_delivered", reference=reference, reason=error.reason)
        except Exception:  # noqa: BLE001 - the edge: what fails here would fail again in every process
            _LOG.exception("wecom_apology_not_delivered", reference=reference)


def create_router(door: AppDoor) -> APIRouter:
    """Return the route of the app's callback."""
    router = APIRouter()

    gate = Gate(door.crypto, door.clock)

    async def verify(request: Request) -> Response:
        return gate.verified(request.query_params)

    async def receive(request: Request) -> Response:
        body = await body_of(request)
        if body is None:
            return too_large()
        found = _ENCRYPTED.search(body)
        encrypted = gate.opened(request.query_params, found[1].decode()) if found else None
        if encrypted is None:
            return refused()
        try:
            written = written_of(door.crypto.fields(encrypted), door.clock())
        except UnreadableCallbackError:
            return refused()
        if written is not None:
            await door.receive(written)
        return Response(status_code=200)

    router.add_route(PATH, verify, methods=["GET"], include_in_schema=False)
    router.add_route(PATH, receive, methods=["POST"], include_in_schema=False)
    return router


def _task_of(written: Written) -> str:
    """Return a name of the answer's card: stable, of the characters WeCom allows, and silent about people."""
    return f"answer-{hashlib.sha256(written.arrival.event_id.encode()).hexdigest()[:24]}"
