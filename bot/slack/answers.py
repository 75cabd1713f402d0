"""The work behind every door: words go to the intake, its reply goes where the person waits.

A private answer is shown at once, with a button that repeats it for the channel. Slack cannot show a file inside a
message that only one person sees, so its picture goes to the person's own conversation with Vigia. A public answer is
posted into the thread of its question, and its picture follows there: text never waits for drawing.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.messengers import AnswerLostError, NotSentError
from bot.slack.arrivals import Call, Place
from bot.slack.errors import CALL_ERRORS
from bot.slack.gateway import Gateway, Post, document_of, upload_of
from bot.slack.message_words import with_words
from bot.slack.renderer import Extras, SlackMessage, is_bare, render
from bot.slack.uploads import Upload
from handlers.messages import Arrival, Reply
from kpi.documents import Drawing
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

Intake = Callable[[Arrival], Awaitable[Reply | None]]
"""Answers an arrival; None is silence."""
Draw = Callable[[Drawing], Awaitable[bytes]]
"""Returns the PNG of a picture or the PDF of a document."""

DRAW_SECONDS = 20.0
"""The longest a drawing may take before an answer goes without it."""
RESPONSE_URL_SECONDS = 10
OK = 200

_LOG = structlog.get_logger(__name__)


class Answers:
    """Answers calls; one instance serves all doors and keeps no state between calls."""

    def __init__(self, intake: Intake, gateway: Gateway, draw: Draw | None = None) -> None:
        self._intake = intake
        self._gateway = gateway
        self._draw = draw

    async def answer(self, call: Call, known: Reply | None = None) -> Reply | None:
        """Answer one call and return what was answered, also when Slack did not take it.

        `known` is an answer that is there already. Whatever goes wrong becomes one log line and, where possible, one
        private sentence.
        """
        reply = known
        try:
            if reply is None:
                call = await with_words(self._gateway.client, call)
                reply = await self._intake(call.arrival)
            if reply is not None:
                await self._deliver(call, reply)
        except (NotSentError, AnswerLostError) as error:
            # Slack itself did not take the answer: there is no other way to reach the person.
            _LOG.warning("slack_answer_not_delivered", event_id=_name_of(call), reason=error.reason)
        except Exception:  # noqa: BLE001 - the edge: a failure must never end as silence
            reference = f"SLACK-{secrets.token_hex(3)}"
            _LOG.exception("slack_answer_failed", reference=reference, event_id=_name_of(call))
            await self._apologise(call, reference)
        return reply

    async def tell(self, person: str, reply: Reply) -> None:
        """Say something in somebody's own conversation with Vigia."""
        try:
            channel = await self._gateway.own_channel(person)
            await self._gateway.post(Post(channel, reply, f"tell-{secrets.token_hex(6)}"))
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("slack_word_not_delivered", reason=error.reason)

    async def _deliver(self, call: Call, reply: Reply) -> None:
        place = call.place
        is_for_one = reply.is_private and not place.is_direct  # where nobody else reads, nothing need be hidden
        if place.is_private or (is_for_one and place.response_url):
            await self._answer_privately(call, reply)
        elif is_for_one:
            await self._answer_quietly(call, reply)
        elif place.is_shared:
            await self._share(call, reply)
        else:
            await self._answer_in_public(call, reply)

    async def _answer_privately(self, call: Call, reply: Reply) -> None:
        can_share = not (reply.is_private or is_bare(reply) or call.place.is_direct)
        extras = Extras(share_command=call.arrival.text if can_share else "")
        await self._whisper(call.place, render(reply, _name_of(call), extras))
        await self._hand_over(call, reply)

    async def _hand_over(self, call: Call, reply: Reply) -> None:
        """Put the files of a private answer into the person's own conversation with Vigia."""
        for file in await self._files(reply):
            if not await self._gateway.share_directly(call.place.person, file):
                _LOG.warning("slack_file_lost", event_id=_name_of(call), file=file.filename)

    async def _answer_quietly(self, call: Call, reply: Reply) -> None:
        """Whisper; Slack may refuse that for people of another workspace, who then get a bare sentence in public."""
        try:
            await self._whisper(call.place, render(reply, _name_of(call)))
        except NotSentError:
            if not is_bare(reply):
                raise
            if any(button.url for button in reply.buttons):
                # Who has the link is taken for this person: everybody may read the sentence, and they alone the link.
                await self.tell(call.place.person, reply)
                reply = replace(reply, buttons=())
            await self._answer_in_public(call, reply)
        else:
            if reply.document is not None:
                await self._hand_over(call, reply)

    async def _answer_in_public(self, call: Call, reply: Reply) -> None:
        place = call.place
        posted = await self._gateway.post(Post(place.channel, reply, _name_of(call), place.thread_ts))
        thread_ts = place.thread_ts or (None if place.is_direct else posted.ts)
        for file in await self._files(reply):
            if not await self._gateway.uploads.share(file, place.channel, thread_ts):
                _LOG.warning("slack_file_lost", event_id=_name_of(call), file=file.filename)

    async def _share(self, call: Call, reply: Reply) -> None:
        picture, document = await self._drawn(reply.picture), await self._drawn(reply.document)
        extras = Extras(shared_by=call.place.person)
        await self._gateway.post(
            Post(call.place.channel, reply, _name_of(call), picture=picture, extras=extras, document=document)
        )

    async def _files(self, reply: Reply) -> list[Upload]:
        """Return the picture and the document of a reply, as far as they could be made."""
        picture, document = await self._drawn(reply.picture), await self._drawn(reply.document)
        return [
            *([upload_of(reply, picture)] if picture is not None else ()),
            *([document_of(reply, document)] if document is not None else ()),
        ]

    async def _drawn(self, drawing: Drawing | None) -> bytes | None:
        if drawing is None or self._draw is None:
            return None
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                return await self._draw(drawing)
        except Exception:  # noqa: BLE001 - a drawing that fails in any way costs only itself
            _LOG.exception("slack_file_not_drawn", kind=type(drawing).__name__)
            return None

    async def _whisper(self, place: Place, message: SlackMessage) -> None:
        """Show a message to one person: by the response URL, or directly when that is used up (5 posts, 30 minutes)."""
        if place.response_url and await _respond(place.response_url, message):
            return
        await self._gateway.whisper(place.channel, place.person, message, place.thread_ts)

    async def _apologise(self, call: Call, reference: str) -> None:
        # Whose language this is was not found out: English, with a reference anybody can pass on.
        sentence = Wording(Language.EN).say(
            phrase("Something went wrong on our side. Please tell the operations team this reference.")
        )
        reply = Reply(headline=sentence, language=Language.EN, is_private=True, reference=reference)
        try:
            await self._whisper(call.place, render(reply, _name_of(call)))
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("slack_apology_not_delivered", reference=reference, reason=error.reason)


async def _respond(response_url: str, message: SlackMessage) -> bool:
    hook = AsyncWebhookClient(response_url, timeout=RESPONSE_URL_SECONDS, retry_handlers=[])
    try:
        answer = await hook.send(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
        )
    except CALL_ERRORS as error:
        _LOG.info("slack_response_url_failed", error=type(error).__name__)
        return False
    return answer.status_code == OK


def _name_of(call: Call) -> str:
    """Return a short stable name for an event: block ids and log lines use it, and it tells nothing about people."""
    return f"answer-{hashlib.sha256(call.arrival.event_id.encode()).hexdigest()[:12]}"
