"""The console behind its page: who may speak where, a question's way to its answer, and what a page shows."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.console.board import Board, new_picture_id
from bot.console.errors import TooBusyError, TooLongError
from bot.console.forms import NO_FORMS, FormDoors
from bot.console.limits import LONGEST_QUESTION
from bot.console.messages import Entry, Kind, Message
from bot.console.page import PageJson, Records, Shown, page_as_json
from bot.evidence_files import checked_file
from handlers.messages import Arrival, Form, Reply
from handlers.ports import Clock
from kpi.documents import Drawing
from kpi.engagements import Engagement, Person, Platform, Room
from kpi.errors import NotFoundError, QuestionError, VigiaError
from kpi.incidents.evidence_files import EvidenceFile
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """What the console reaches through: everything that is not the page itself.

    `engagements` lists all engagements, `intake` is the one path of every question, `draw` makes a PNG or a PDF,
    `send_digest_now` sends an engagement's newest digest and returns a sentence about it, `records` says how good its
    alerts were, for each of its rooms, and `forms` knows the forms of commands.
    """

    engagements: Callable[[], Awaitable[Sequence[Engagement]]]
    intake: Callable[[Arrival], Awaitable[Reply | None]]
    draw: Callable[[Drawing], Awaitable[bytes]]
    send_digest_now: Callable[[str], Awaitable[str]]
    records: Callable[[Engagement], Awaitable[Records]]
    forms: FormDoors = NO_FORMS


Exchange = tuple[Message, Message]
"""A question and its answer."""


class Console:
    """The third chat platform. It trusts its network: whoever opens the page may speak as anybody in it."""

    def __init__(self, board: Board, doors: Doors, clock: Clock) -> None:
        self.board = board
        self._doors = doors
        self._clock = clock
        self._open_questions: Counter[str] = Counter()

    async def page(self, engagement_id: str, language: Language) -> PageJson:
        """Return everything a page shows when it loads; "" means the first engagement that has a console room.

        `language` is the reader's, for the words around the rooms. Raises NotFoundError for an unknown engagement.
        """
        engagements = [engagement for engagement in await self._doors.engagements() if rooms_of(engagement)]
        chosen = engagements[0] if engagements and not engagement_id else None
        if engagement_id:
            chosen = _found(engagements, engagement_id)
        records = await self._doors.records(chosen) if chosen else {}
        return page_as_json(engagements, chosen, Shown(self.board, records, self._clock()), Wording(language))

    async def require_engagement(self, engagement_id: str) -> None:
        """Raise NotFoundError unless the engagement exists and has a console room."""
        _found([one for one in await self._doors.engagements() if rooms_of(one)], engagement_id)

    async def language_of(self, address: str) -> Language | None:
        """Return the language of the room at `address`, or None when there is no such room."""
        for engagement in await self._doors.engagements():
            for room in rooms_of(engagement):
                if room.address == address:
                    return room.language
        return None

    async def ask(self, address: str, person_id: str, text: str) -> Exchange | Form:
        """Show a question in its room, take it through the intake, show what comes back; return both messages.

        A command that opens a form gets the form instead, and nothing is shown in the room. Raises NotFoundError for an
        unknown room or person, QuestionError for an empty text, TooLongError past 2,000 characters, TooBusyError while
        four questions of the room are open.
        """
        room, person = await self._speaker(address, person_id)
        words = _checked(text)
        async with self._turn(address):
            form = await self._doors.forms.opened(_arrival(room, person, words, self._clock()))
            if isinstance(form, Form):
                return form
            return await self._exchange(room, person, words, known=form)

    async def submit(
        self, address: str, person_id: str, command: str, values: Mapping[str, str]
    ) -> Exchange | Form | Reply:
        """Take a filled-in form through the intake and return both messages; raises what `ask` raises.

        A form with something wrong with it comes back; one that cannot be taken at all, as the sentence that says why.
        """
        room, person = await self._speaker(address, person_id)
        words = _checked(command)
        async with self._turn(address):
            faulty = await self._doors.forms.checked(_arrival(room, person, words, self._clock(), values))
            return faulty or await self._exchange(room, person, words, values)

    async def attach(self, address: str, person_id: str, command: str, upload: tuple[str, bytes]) -> Message:
        """Add an uploaded file (its name and content) to what a command names, and return what is said of it.

        Raises what `ask` raises, and QuestionError for a file that is not kept.
        """
        room, person = await self._speaker(address, person_id)
        words = _checked(command)
        async with self._turn(address):
            file = await asyncio.to_thread(checked_file, *upload)
            arrival = _arrival(room, person, words, self._clock(), question_id=f"file/{secrets.token_hex(8)}")
            reply = await self._answer(replace(arrival, files=(file,)), room.language)
            return self.board.add(room, self._entry(reply, "", person))

    async def file(self, address: str, file_id: str) -> tuple[EvidenceFile, bytes] | None:
        """Return a file that a room may see, with its content; None when there is none for it."""
        return await self._doors.forms.file(address, file_id)

    @asynccontextmanager
    async def _turn(self, address: str) -> AsyncIterator[None]:
        """Let a few questions of a room be open at once, no more; raises TooBusyError."""
        if self._open_questions[address] >= self.board.limits.open_questions:
            raise TooBusyError(phrase("Vigia is still answering this room. Please wait a moment and send it again."))
        self._open_questions[address] += 1
        try:
            yield
        finally:
            self._open_questions[address] -= 1

    async def _exchange(
        self,
        room: Room,
        person: Person,
        words: str,
        values: Mapping[str, str] | None = None,
        known: Reply | None = None,
    ) -> Exchange:
        """Show a question and its answer; `known` is an answer that is there already."""
        question = self.board.add(room, Entry(Kind.QUESTION, self._clock(), author=person, text=words))
        arrival = _arrival(room, person, words, question.entry.at, values, question.id)
        reply = known or await self._answer(arrival, room.language)
        return question, self.board.add(room, self._entry(reply, question.id, person))

    async def send_digest(self, engagement_id: str) -> str:
        """Send today's digest of an engagement now and return a sentence about it; raises NotFoundError."""
        await self.require_engagement(engagement_id)
        return await self._doors.send_digest_now(engagement_id)

    async def picture(self, picture_id: str) -> bytes | None:
        """Return the PNG of a picture in a room, drawing it when needed; None when no room shows it."""
        message = self.board.with_picture(picture_id)
        if message is None or message.entry.reply is None:
            return None
        return await self.board.pictures.fetch(picture_id, message.entry.reply.picture, self._doors.draw)

    async def document(self, document_id: str) -> tuple[str, bytes] | None:
        """Return file name and PDF of a document in a room, printing it when needed; None when no room has it."""
        message = self.board.with_document(document_id)
        document = message.entry.reply.document if message and message.entry.reply else None
        if document is None:
            return None
        content = await self.board.pictures.fetch(document_id, document, self._doors.draw)
        return None if content is None else (document.file_name, content)

    def close(self) -> None:
        """End the streams of all open pages, so that the server can stop at once."""
        self.board.stream.close()

    async def _speaker(self, address: str, person_id: str) -> tuple[Room, Person]:
        for engagement in await self._doors.engagements():
            room = next((room for room in rooms_of(engagement) if room.address == address), None)
            person = engagement.person(person_id)
            if room is None:
                continue
            if person is None or person.handle_on(Platform.CONSOLE) is None:
                raise NotFoundError(phrase("Nobody of this engagement was chosen to speak. Choose a person and retry."))
            return room, person
        raise NotFoundError(phrase("This console room does not exist any more. Reload the page."))

    async def _answer(self, arrival: Arrival, language: Language) -> Reply | None:
        """Return the intake's answer; what goes wrong behind it becomes one sentence and one log line."""
        try:
            return await self._doors.intake(arrival)
        except VigiaError as error:
            return Reply(headline=Wording(language).sentence(error), language=language, tone=Tone.WATCH)
        except Exception:  # noqa: BLE001 - the edge: a person waits, so any failure becomes a sentence and a log line
            reference = secrets.token_hex(4)
            _LOG.exception("The intake failed on a console question; reference %s", reference)
            sentence = Wording(language).say(
                phrase("Something went wrong on our side. Please tell the operations team this reference.")
            )
            return Reply(headline=sentence, language=language, tone=Tone.WATCH, reference=reference)

    def _entry(self, reply: Reply | None, question_id: str, asker: Person) -> Entry:
        if reply is None:
            return Entry(Kind.SILENCE, self._clock(), answers=question_id)
        return Entry(
            Kind.ANSWER,
            self._clock(),
            author=asker if reply.is_private else None,
            reply=reply,
            picture=new_picture_id() if reply.picture else "",
            answers=question_id,
            document=new_picture_id() if reply.document else "",
        )


def rooms_of(engagement: Engagement) -> tuple[Room, ...]:
    """Return the engagement's rooms on this platform."""
    return tuple(room for room in engagement.rooms if room.platform is Platform.CONSOLE)


def _found(engagements: Sequence[Engagement], engagement_id: str) -> Engagement:
    found = next((engagement for engagement in engagements if engagement.id == engagement_id), None)
    if found is None:
        raise NotFoundError(phrase("This engagement has no console room. Reload the page."))
    return found


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise QuestionError(phrase("There was nothing to ask. Type a question, for example /kpi."))
    if len(words) > LONGEST_QUESTION:
        raise TooLongError(
            phrase("This is too long: %(length)s characters, at most %(limit)s fit."),
            length=len(words),
            limit=LONGEST_QUESTION,
        )
    return words


def _arrival(
    room: Room,
    person: Person,
    words: str,
    at: datetime,
    values: Mapping[str, str] | None = None,
    question_id: str = "",
) -> Arrival:
    return Arrival(
        platform=Platform.CONSOLE,
        address=room.address,
        handle=person.handle_on(Platform.CONSOLE) or "",
        text=words,
        at=at,
        event_id=f"console/{question_id}",
        values=values or {},
    )
