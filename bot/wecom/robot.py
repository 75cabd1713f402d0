"""WeCom's smart robot (智能机器人) in a group: what it hears becomes an arrival, and the reply an answer in pieces."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import structlog

from bot.afterwork import AfterWork
from bot.drawing import NotDrawnError
from bot.form_offers import FormOffers
from bot.messengers import AnswerLostError, NotSentError
from bot.wecom.app import CallbackCrypto
from bot.wecom.app_door import DRAW_SECONDS, Draw, Intake
from bot.wecom.cards import card_of
from bot.wecom.limits import ROBOT_IMAGE_BYTES, ROBOT_WAITS, STREAM_CLOSES_AFTER
from bot.wecom.robot_answers import Following, Question, RobotAnswers
from bot.wecom.robot_frames import Frame, content_of, markdown_message, stream_frame, updated_card
from bot.wecom.robot_messages import Asked, Polled, Pressed
from bot.wecom.robot_returns import RobotReturns
from bot.wecom.user_ids import UserIds
from handlers.messages import Arrival, Reply
from handlers.ports import Clock
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

Owed = Callable[[Arrival], Awaitable[bool]]
"""Tells whether an arrival is owed an answer: nothing is said where nobody bound the place."""
Answer = Callable[[Arrival], Awaitable[Reply]]
"""Answers an arrival that is owed an answer."""

_COMING = phrase("One moment …")
_LATE = phrase(
    "This takes longer than WeCom waits. The answer follows as a message of its own; if none comes, please ask again."
)
_SEEN = phrase("This was answered already.")
_DONE = phrase("This was done, but its answer was lost. `/incident list` and `/alert` show how things stand.")

_Made = TypeVar("_Made")
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Robot:
    """What stands behind the robot's callback; `name` is what it is called in WeCom.

    `again` answers what another copy of Vigia died over (see `Intake.answer_again`). Without
    `forms`, what would open one is answered in words.
    """

    crypto: CallbackCrypto
    name: str
    intake: Intake
    again: Intake
    owed: Owed
    draw: Draw
    people: UserIds
    answers: RobotAnswers
    returns: RobotReturns
    clock: Clock
    work: AfterWork
    waits: float = ROBOT_WAITS
    forms: FormOffers | None = None

    async def answer(self, told: Asked | Pressed | Polled) -> Frame | None:
        """Return what WeCom is answered now, within its five seconds; None is silence."""
        if isinstance(told, Polled):
            return await self._frame(told.answer_id)
        arrival = await self._arrival(told.arrival)
        if arrival is None:
            return None
        if isinstance(told, Pressed):
            return await self._pressed(replace(told, arrival=arrival))
        question = Question(arrival, told.response_url)
        if await self.answers.open(told.answer_id, question, self.clock()):
            await self._begin(told.answer_id, question, partial(self._reply, self.intake, _SEEN))
        return await self._frame(told.answer_id)

    async def close(self) -> None:
        """Wait for what is being answered, and close all connections."""
        await self.work.finish()
        self.returns.close()

    async def _arrival(self, given: Arrival) -> Arrival | None:
        """Return an arrival that is owed an answer, or None. Of an own conversation its person must be known first."""
        if not given.is_direct and not await self.owed(given):
            # Whoever binds this chat needs its id, and WeCom shows it nowhere.
            _LOG.info("wecom_robot_chat_unbound", address=given.address)
            return None
        if not given.is_direct:
            return given
        person = await _within(self.waits / 2, self.people.of(given.handle)) or given.handle.lower()
        arrival = replace(given, handle=person)
        return arrival if await self.owed(arrival) else None

    async def _frame(self, answer_id: str) -> Frame | None:
        """Return an answer as far as it has come; what takes too long is ended before WeCom stops asking."""
        found = await self.answers.read(answer_id)
        if found is None:
            return None
        if found.content:
            self.work.start(self._send_card(answer_id))
            return stream_frame(answer_id, found.content, found.picture, is_whole=True)
        if self.clock() - found.asked_at < STREAM_CLOSES_AFTER:
            if (question := await self.answers.take_over(answer_id, self.clock())) is not None:
                _LOG.warning("wecom_robot_answer_taken_over", answer=answer_id)
                await self._begin(answer_id, question, partial(self._reply, self.again, _DONE))
                return await self._frame(answer_id)
            return stream_frame(answer_id, _chinese(_COMING), is_whole=False)
        if await self.answers.close(answer_id, _chinese(_LATE)):
            return stream_frame(answer_id, _chinese(_LATE), is_whole=True)
        return await self._frame(answer_id)  # it came in this very moment

    async def _begin(self, answer_id: str, question: Question, reply_to: Answer) -> None:
        """Begin to answer, and wait for the end as long as WeCom does."""
        is_done = asyncio.Event()
        self.work.start(self._work(answer_id, question, reply_to, is_done))
        await _within(self.waits, is_done.wait())

    async def _work(self, answer_id: str, question: Question, reply_to: Answer, is_done: asyncio.Event) -> None:
        """Answer words; whatever goes wrong becomes a log line and a sentence."""
        try:
            reply = await reply_to(question.arrival)
            picture = await self._picture(reply)
            card = card_of(reply, f"robot-{answer_id}")
            following = Following(question.response_url, card) if card and question.response_url else None
            is_kept = await self.answers.finish(answer_id, content_of(reply), picture, following)
            if not is_kept and await self.answers.take_return(answer_id):
                await self._return(question.response_url, markdown_message(reply))
        except Exception:  # noqa: BLE001 - the edge: a failure must never end as silence
            await self.answers.finish(answer_id, content_of(_sorry("wecom_robot_failed")), None, None)
        finally:
            is_done.set()

    async def _pressed(self, pressed: Pressed) -> Frame | None:
        """Run a button's command: its card changes when that is quick, and the words follow."""
        made: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            reply = await self._reply(self.intake, _SEEN, pressed.arrival)
            made.set_result(reply)
            await self._return(pressed.response_url, markdown_message(reply))

        self.work.start(work())
        reply = await _within(self.waits, made)
        is_changed = pressed.is_settling or not pressed.response_url  # the words have to stand somewhere
        return updated_card(reply, pressed.task) if reply is not None and is_changed else None

    async def _reply(self, intake: Intake, otherwise: str, arrival: Arrival) -> Reply:
        """Return the reply to an arrival that is owed one; `otherwise` is said where there is none."""
        try:
            if not arrival.is_direct:
                arrival = replace(arrival, handle=await self.people.of(arrival.handle))
            form = await self.forms.offer(arrival) if self.forms else None
            return form or await intake(arrival) or Reply(_chinese(otherwise), Language.ZH)
        except Exception:  # noqa: BLE001 - the edge: a failure must never end as silence
            return _sorry("wecom_answer_failed")

    async def _picture(self, reply: Reply) -> bytes | None:
        """Return a reply's picture; the words are whole without it."""
        if reply.picture is None:
            return None
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                content = await self.draw(reply.picture)
        except (NotDrawnError, TimeoutError) as error:
            _LOG.warning("wecom_picture_not_drawn", reason=str(error) or type(error).__name__)
            return None
        if len(content) > ROBOT_IMAGE_BYTES:
            _LOG.warning("wecom_picture_lost", reason=f"{len(content)} bytes")
            return None
        return content

    async def _send_card(self, answer_id: str) -> None:
        """Send the buttons of an answer that WeCom has taken, once."""
        following = await self.answers.take_card(answer_id)
        if following is not None:
            await self._return(following.url, following.card)

    async def _return(self, url: str, message: Frame) -> None:
        """Send what follows an answer; what cannot be sent is a log line."""
        try:
            if url:
                await self.returns.send(url, message)
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("wecom_robot_message_lost", reason=error.reason)


async def _within(seconds: float, work: Awaitable[_Made]) -> _Made | None:
    """Return what `work` makes, or None when it takes longer; it goes on meanwhile."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=seconds)
    return task.result() if task.done() else None


def _sorry(event: str) -> Reply:
    """Log the failure being handled and return the sentence whose reference finds its line."""
    reference = f"WECOM-{secrets.token_hex(3)}"
    _LOG.exception(event, reference=reference)
    said = phrase("Something went wrong on our side. Please tell the operations team this reference.")
    return Reply(_chinese(said), Language.ZH, reference=reference)


def _chinese(msgid: str) -> str:
    """Return a sentence in the language WeCom's people read: what the room speaks is not known yet."""
    return Wording(Language.ZH).say(msgid)
