"""The work behind every door: words go to the intake, its reply goes where the person waits.

A private answer is shown at once, with a button that repeats it for the channel; so is what one of the operator's asks
where sellers read. Slack cannot show a file inside a
message that only one person sees, so its picture goes to the person's own conversation with Vigia. A public answer is
posted into the thread of its question, and its picture follows there: text never waits for drawing. What a picture
that cannot be there would show, Slack's own chart shows, as far as it can.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import structlog

from bot.messengers import AnswerLostError, NotSentError
from bot.slack.arrivals import Call
from bot.slack.charts import charts_of
from bot.slack.gateway import Gateway, Post, document_of, upload_of
from bot.slack.message_words import with_words
from bot.slack.renderer import NO_EXTRAS, Extras, is_bare
from bot.slack.tries import tries
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
                await self._gateway.patiently(partial(self._deliver, call, reply))
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
        elif reply.is_quiet and not place.is_direct:
            await self._answer_privately(call, reply)
        else:
            await self._answer_in_public(call, reply)

    async def _answer_privately(self, call: Call, reply: Reply) -> None:
        can_share = not (reply.is_private or is_bare(reply) or call.place.is_direct)
        extras = Extras(share_command=call.arrival.text if can_share else "", has_charts=True)
        await self._whisper(call, reply, extras)
        await self._hand_over(call, reply)

    async def _hand_over(self, call: Call, reply: Reply) -> None:
        """Put the files of a private answer into the person's own conversation with Vigia."""
        for file in (await self._picture(reply), await self._document(reply)):
            if file is not None and not await self._gateway.share_directly(call.place.person, file):
                _LOG.warning("slack_file_lost", event_id=_name_of(call), file=file.filename)

    async def _answer_quietly(self, call: Call, reply: Reply) -> None:
        """Whisper; Slack may refuse that for people of another workspace, who then get a bare sentence in public."""
        try:
            await self._whisper(call, reply, Extras(has_charts=True))
        except NotSentError as error:
            if error.retry_after is not None or not is_bare(reply):
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
        post = Post(place.channel, reply, _name_of(call), place.thread_ts)
        posted = await self._gateway.post(post)
        thread_ts = place.thread_ts or (None if place.is_direct else posted.ts)
        is_seen = await self._follow(call, await self._picture(reply), thread_ts)
        await self._follow(call, await self._document(reply), thread_ts)
        if reply.picture is not None and not is_seen:
            await self._show_charts(replace(post, changed_ts=posted.ts))

    async def _follow(self, call: Call, file: Upload | None, thread_ts: str | None) -> bool:
        """Put a file below an answer; return whether it stands there."""
        if file is None:
            return False
        is_taken = await self._gateway.uploads.share(file, call.place.channel, thread_ts)
        if not is_taken:
            _LOG.warning("slack_file_lost", event_id=_name_of(call), file=file.filename)
        return is_taken

    async def _show_charts(self, post: Post) -> None:
        """Put charts into a message whose picture is lost, if they can show what it would have shown."""
        if not charts_of(post.reply.picture, Wording(post.reply.language), str):
            return
        try:
            await self._gateway.post(
                replace(post, message_id=f"{post.message_id}/charts", extras=Extras(has_charts=True))
            )
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("slack_charts_not_shown", event_id=post.message_id, reason=error.reason)

    async def _share(self, call: Call, reply: Reply) -> None:
        picture, document = await self._drawn(reply.picture), await self._drawn(reply.document)
        extras = Extras(shared_by=call.place.person, has_charts=True)
        await self._gateway.post(
            Post(call.place.channel, reply, _name_of(call), picture=picture, extras=extras, document=document)
        )

    async def _picture(self, reply: Reply) -> Upload | None:
        content = await self._drawn(reply.picture)
        return None if content is None else upload_of(reply, content)

    async def _document(self, reply: Reply) -> Upload | None:
        content = await self._drawn(reply.document)
        return None if content is None else document_of(reply, content)

    async def _drawn(self, drawing: Drawing | None) -> bytes | None:
        if drawing is None or self._draw is None:
            return None
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                return await self._draw(drawing)
        except Exception:  # noqa: BLE001 - a drawing that fails in any way costs only itself
            _LOG.exception("slack_file_not_drawn", kind=type(drawing).__name__)
            return None

    async def _whisper(self, call: Call, reply: Reply, extras: Extras = NO_EXTRAS) -> None:
        """Show a reply to one person: by the response URL, or directly when that is used up (5 posts, 30 minutes)."""
        place, name = call.place, _name_of(call)
        if place.response_url and await self._gateway.response_urls.respond(
            place.response_url, tries(reply, name, extras)
        ):
            return
        await self._gateway.whisper(place, reply, name, extras)

    async def _apologise(self, call: Call, reference: str) -> None:
        # Whose language this is was not found out: English, with a reference anybody can pass on.
        sentence = Wording(Language.EN).say(
            phrase("Something went wrong on our side. Please tell the operations team this reference.")
        )
        reply = Reply(headline=sentence, language=Language.EN, is_private=True, reference=reference)
        try:
            await self._whisper(call, reply)
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("slack_apology_not_delivered", reference=reference, reason=error.reason)


def _name_of(call: Call) -> str:
    """Return a short stable name for an event: block ids and log lines use it, and it tells nothing about people."""
    return f"answer-{hashlib.sha256(call.arrival.event_id.encode()).hexdigest()[:12]}"
