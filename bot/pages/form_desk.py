"""Forms behind links: what one shows, what is wrong with a filled-in one, and what came of it, once.

Looking changes nothing: chats and their crawlers open links. A submission takes the path of every command, as if its
person had typed it where the link was asked for, with every look at room and person made anew.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

import structlog

from bot.evidence_files import checked_file, too_large
from bot.form_limits import MOST_UPLOADS
from bot.pages.form_bodies import Sent, Upload
from bot.pages.form_links import FormTicket
from handlers.messages import Arrival, Attachment, FieldKind, Form, Reply, Request
from handlers.ports import Clock
from kpi.engagements import Room
from kpi.errors import AccessError, NotFoundError, QuestionError, VigiaError
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

FormOf = Callable[[Arrival], Awaitable[Form | Reply | None]]


class BusyError(VigiaError):
    """Too many forms come at once."""

    code = "FORM_BUSY"


STATUSES: dict[type[VigiaError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    AccessError: HTTPStatus.FORBIDDEN,
    BusyError: HTTPStatus.TOO_MANY_REQUESTS,
}
"""Of the pages of mistakes; any other one cannot be processed."""
_OVER = phrase("This link is over.")
_USED = phrase("This form was sent already, at %(time)s.")
_RECORDED = phrase("Recorded.")
_UNKNOWN = phrase("This form is not open to you any more.")
_AGAIN = phrase("For a new link write `%(command)s` to Vigia again.")
_WRONG = phrase("Something went wrong on our side. Please tell the operations team this reference.")

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FormDoors:
    """What the desk asks of the bot.

    `request_of` says who speaks where, `submit` answers a form and remembers with it that its link was used, `answer`
    takes a file, `use` tells when a link was used and what shows what came of it, `ask` answers as a room reads it,
    and `page_url` is the address of a page that shows answers.
    """

    opened: FormOf
    checked: FormOf
    request_of: Callable[[Arrival], Awaitable[Request | None]]
    submit: Callable[[Arrival], Awaitable[Reply | None]]
    answer: Callable[[Arrival], Awaitable[Reply | None]]
    use: Callable[[str], Awaitable[tuple[datetime, tuple[str, ...]] | None]]
    ask: Callable[[str, str, str], Awaitable[Reply]]
    page_url: Callable[[Room, tuple[str, ...]], str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to show: a form to fill in, or what is to be said instead.

    `typed` is what was written, by label, where it went nowhere: it can be copied. `page` is the address that shows
    what came of it.
    """

    title: str
    language: Language
    status: HTTPStatus = HTTPStatus.OK
    tone: Tone = Tone.NEUTRAL
    request: Request | None = None
    form: Form | None = None
    replies: tuple[Reply, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    page: str = ""


class FormDesk:
    """Shows and takes forms; it keeps no state between calls."""

    def __init__(self, doors: FormDoors, readers: Language, clock: Clock) -> None:
        """Speak to `readers` where nobody is known."""
        self._doors = doors
        self._readers = readers
        self._clock = clock

    async def show(self, ticket: FormTicket) -> Sheet:
        """Return what a link shows now."""
        request = await self._doors.request_of(ticket.arrival(self._clock()))
        ended = await self._ended(ticket, request)
        return ended or await self._opened(ticket, request)

    async def take(self, ticket: FormTicket, sent: Sent) -> Sheet:
        """Take a filled-in form, or return it with all that is wrong; nothing that was typed is lost."""
        try:
            return await self._weighed(ticket, sent)
        except Exception:  # noqa: BLE001 - the edge: a person waits with what they typed; nothing of it was recorded
            sorry = _sorry("form_failed", self._readers)
            title = f"{sorry.headline} {sorry.reference}"
            return Sheet(
                title, self._readers, HTTPStatus.INTERNAL_SERVER_ERROR, Tone.WATCH, typed=_unlabelled(sent.values)
            )

    async def _weighed(self, ticket: FormTicket, sent: Sent) -> Sheet:
        arrival = ticket.arrival(self._clock(), sent.written)
        request = await self._doors.request_of(arrival)
        found = await self._ended(ticket, request) or await self._looked_at(request, arrival, sent)
        if isinstance(found, Sheet):
            return found if found.form else replace(found, typed=await self._typed(arrival))
        return await self._taken(ticket, request, arrival, found)

    async def _opened(self, ticket: FormTicket, request: Request | None) -> Sheet:
        form = await self._doors.opened(ticket.arrival(self._clock()))
        if isinstance(form, Form) and request is not None:
            return _form_sheet(form, request)
        return self._refused(form if isinstance(form, Reply) else None, request)

    async def _ended(self, ticket: FormTicket, request: Request | None) -> Sheet | None:
        """Return what is said of a link that was used or is over; None: it is good."""
        used = await self._doors.use(ticket.event)
        if used is not None:
            return await self._used(*used, request)
        if self._clock() < ticket.until:
            return None
        wording = self._wording(request)
        again = wording.say(_AGAIN, command=ticket.command)
        return Sheet(wording.say(_OVER), wording.language, HTTPStatus.GONE, Tone.WATCH, request, notes=(again,))

    async def _used(self, at: datetime, page: tuple[str, ...], request: Request | None) -> Sheet:
        wording = self._wording(request)
        if request is None:
            return self._refused(None, None)
        title = wording.say(_USED, time=wording.clock(at, request.room.zone))
        sheet = Sheet(title, wording.language, HTTPStatus.CONFLICT, Tone.WATCH, request)
        if not page:
            return sheet
        room = request.room
        shown = await self._doors.ask(room.id, page[0], room.engagement if room.is_direct else "")
        return replace(sheet, replies=(shown,), page=self._doors.page_url(room, page))

    async def _looked_at(self, request: Request | None, arrival: Arrival, sent: Sent) -> Sheet | list[Attachment]:
        """Return the form with its faults, why it can be taken no more, or the files of one that can be taken."""
        found = await self._doors.checked(arrival)
        if request is None or isinstance(found, Reply):
            return self._refused(found if isinstance(found, Reply) else None, request)
        files, fault = await _files_of(sent, Wording(request.language))
        if found is None and not fault:
            return files
        form = found or await self._doors.opened(arrival)
        if not isinstance(form, Form):
            return self._refused(form, request)
        return replace(_form_sheet(_with_file_fault(form, fault), request), status=HTTPStatus.UNPROCESSABLE_ENTITY)

    async def _taken(
        self, ticket: FormTicket, request: Request | None, arrival: Arrival, files: list[Attachment]
    ) -> Sheet:
        """Let a form happen, then each of its files."""
        wording = self._wording(request)
        reply = await self._doors.submit(arrival)
        if reply is None or request is None:  # sent twice at once: the other one happened
            ended = await self._ended(ticket, request) or self._refused(None, request)
            return replace(ended, typed=await self._typed(arrival))
        if not (reply.page or reply.attach_command):
            again = wording.say(_AGAIN, command=ticket.command)
            sheet = Sheet(reply.headline, wording.language, HTTPStatus.CONFLICT, reply.tone, request, notes=(again,))
            return replace(sheet, typed=await self._typed(arrival))
        kept = [await self._keep(arrival, reply, number, file) for number, file in enumerate(files, 1)]
        page = self._doors.page_url(request.room, reply.page) if reply.page else ""
        replies = (replace(reply, tone=Tone.NEUTRAL), *kept)
        return Sheet(
            wording.say(_RECORDED), wording.language, tone=Tone.GOOD, request=request, replies=replies, page=page
        )

    async def _keep(self, arrival: Arrival, reply: Reply, number: int, file: Attachment) -> Reply:
        """Add a file to what came of its form; what is wrong with it is one sentence."""
        event = f"{arrival.event_id}/file/{number}"
        given = replace(arrival, text=reply.attach_command, values={}, files=(file,), event_id=event)
        try:
            said = await self._doors.answer(given)
        except Exception:  # noqa: BLE001 - the edge: the words are recorded, and a lost file has to be said
            said = _sorry("form_file_failed", reply.language)
        return said or Reply(file.name, reply.language)

    async def _typed(self, arrival: Arrival) -> tuple[tuple[str, str], ...]:
        """Return what was written by label, as far as the form is still known."""
        form = await self._doors.opened(arrival)
        if isinstance(form, Form):
            written = (one for one in form.fields if one.kind in {FieldKind.LINE, FieldKind.TEXT})
            return tuple((one.label, one.value) for one in written if one.value.strip())
        return _unlabelled(arrival.values)

    def _refused(self, reply: Reply | None, request: Request | None) -> Sheet:
        wording = self._wording(request)
        language = reply.language if reply else wording.language
        title = reply.headline if reply else wording.say(_UNKNOWN)
        return Sheet(title, language, HTTPStatus.CONFLICT, Tone.WATCH, request)

    def _wording(self, request: Request | None) -> Wording:
        return Wording(request.language if request else self._readers)


def sheet_of(error: VigiaError, language: Language) -> Sheet:
    """Return the page of a mistake."""
    status = next((one for kind, one in STATUSES.items() if isinstance(error, kind)), HTTPStatus.UNPROCESSABLE_ENTITY)
    return Sheet(Wording(language).sentence(error), language, status, Tone.WATCH)


def _unlabelled(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(("", value) for value in values.values() if value.strip())


def _form_sheet(form: Form, request: Request) -> Sheet:
    return Sheet(form.title, form.language, request=request, form=form)


async def _files_of(sent: Sent, wording: Wording) -> tuple[list[Attachment], str]:
    """Return the files that can be kept and what is wrong with the others."""
    files, faults = [], []
    for upload in sent.uploads:
        try:
            files.append(await asyncio.to_thread(_checked, upload))
        except VigiaError as error:
            faults.append(wording.sentence(error))
    if sent.too_many:
        faults.append(wording.say(phrase("At most %(limit)s files fit into one form."), limit=MOST_UPLOADS))
    return files, " ".join(faults)


def _checked(upload: Upload) -> Attachment:
    if upload.content is None:
        raise too_large(upload.name)
    if not upload.content:
        raise QuestionError(phrase("“%(name)s” is empty."), name=upload.name)
    return checked_file(upload.name, upload.content)


def _with_file_fault(form: Form, fault: str) -> Form:
    """Return a form with what is wrong with its files, of which a browser forgets which ones were chosen."""
    again = Wording(form.language).say(phrase("Please choose the files again."))

    def mended(value: str) -> str:
        return " ".join(one for one in (fault, again if value else "") if one)

    return replace(
        form,
        fields=tuple(
            replace(one, fault=" ".join(word for word in (one.fault, mended(one.value)) if word), value="")
            if one.kind is FieldKind.FILES
            else one
            for one in form.fields
        ),
    )


def _sorry(event: str, language: Language) -> Reply:
    """Log the failure being handled and return the sentence whose reference finds its line."""
    reference = f"FORM-{secrets.token_hex(3)}"
    _LOG.exception(event, reference=reference)
    return Reply(Wording(language).say(_WRONG), language, tone=Tone.WATCH, reference=reference)
