"""The console behind its page: who may speak where, a question's way to its answer, and what a page shows."""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.console.board import Board, new_picture_id
from bot.console.errors import TooBusyError, TooLongError
from bot.console.limits import LONGEST_QUESTION
from bot.console.messages import Entry, Kind, Message
from bot.console.page import PageJson, Records, Shown, page_as_json
from handlers.messages import Arrival, Reply
from handlers.ports import Clock
from kpi.documents import Drawing
from kpi.engagements import Engagement, Person, Platform, Room
from kpi.errors import NotFoundError, QuestionError, VigiaError
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """What the console reaches through: everything that is not the page itself.

    `engagements` lists all engagements, `intake` is the one path of every question, `draw` makes a PNG or a PDF,
    `send_digest_now` sends an engagement's newest digest and returns a sentence about it, and `records` says how good
    its alerts were, for each of its rooms.
    """

    engagements: Callable[[], Awaitable[Sequence[Engagement]]]
    intake: Callable[[Arrival], Awaitable[Reply | None]]
    draw: Callable[[Drawing], Awaitable[bytes]]
    send_digest_now: Callable[[str], Awaitable[str]]
    records: Callable[[Engagement], Awaitable[Records]]


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

    async def ask(self, address: str, person_id: str, text: str) -> tuple[Message, Message]:
        """Show a question in its room, take it through the intake, show what comes back; return both messages.

        Raises NotFoundError for an unknown room or person, QuestionError for an empty text, TooLongError past
        2,000 characters, TooBusyError while four questions of the room are open.
        """
        room, person = await self._speaker(address, person_id)
        words = _checked(text)
        if self._open_questions[address] >= self.board.limits.open_questions:
            raise TooBusyError(phrase("Vigia is still answering this room. Please wait a moment and send it again."))
        self._open_questions[address] += 1
        try:
            question = self.board.add(room, Entry(Kind.QUESTION, self._clock(), author=person, text=words))
            arrival = _arrival(room, person, question)
            reply = await self._answer(arrival, room.language)
            return question, self.board.add(room, self._entry(reply, question.id, person))
        finally:
            self._open_questions[address] -= 1

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


def _arrival(room: Room, person: Person, question: Message) -> Arrival:
    return Arrival(
        platform=Platform.CONSOLE,
        address=room.address,
        handle=person.handle_on(Platform.CONSOLE) or "",
        text=question.entry.text,
        at=question.entry.at,
        event_id=f"console/{question.id}",
    )
