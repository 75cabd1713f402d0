"""The one path behind every door: arrival → access → command → reply, with one sentence for every mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

from handlers.access import NOBODY_YET, recognise, request_of, rooms_open_to, visitor_of
from handlers.commands import Command, OpenForm, find_command
from handlers.direct_rooms import (
    addressed,
    addressed_form,
    direct_request,
    in_room,
    memberships,
    without_addressee,
)
from handlers.form_links import way_to_form
from handlers.form_replies import room_choice
from handlers.invitations.inviting import LinkTo, invite, may_be_invited, no_page, place_of_stranger
from handlers.listening.problem_offers import offer_of
from handlers.messages import Arrival, Form, Reply, Request
from handlers.ports import UnitOfWork, Work
from kpi.engagements import Engagement, Person, Platform, Room
from kpi.errors import AccessError, NotFoundError, QuestionError, UnknownPersonError, VigiaError
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

Report = Callable[[str, VigiaError], None]
"""Writes the log line a reference finds: (reference, error)."""


def ignore_report(_reference: str, _error: VigiaError) -> None:
    """Write nothing."""


Keep = Callable[[Work, Reply], None]
"""Writes down what came of an act, in the transaction of the act."""


def keep_nothing(_work: Work, _reply: Reply) -> None:
    """Write nothing down."""


class Intake:
    """Answers arrivals. One instance serves all doors; it keeps no state between calls.

    `view` opens units of work that only read; questions use it, so that they never wait for an import. `link_to` is
    where strangers say who they are.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        commands: tuple[Command, ...],
        report: Report = ignore_report,
        view: UnitOfWork | None = None,
        link_to: LinkTo = no_page,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._view = view or unit_of_work
        self._commands = commands
        self._report = report
        self._link_to = link_to

    def answer(self, arrival: Arrival, keep: Keep = keep_nothing) -> Reply | None:
        """Return the reply to an arrival, or None where Vigia stays silent: an unbound place, an event seen before.

        An event counts as done together with what it did, so that one whose process died is done when it comes again.
        """
        is_act = self.is_act(arrival.text)
        if is_act or not arrival.is_kept:
            with self._unit_of_work() as work:
                if not work.inbox.claim(arrival.event_id, arrival.at):
                    return None
                if is_act:
                    reply = self._answered_or_invited(work, arrival)
                    if reply is not None:
                        keep(work, reply)
                    return reply
        try:
            with self._view() as work:
                return self._answered(work, arrival)
        except UnknownPersonError as error:
            with self._unit_of_work() as work:
                return self._invited(work, arrival, error)

    def answer_within(self, work: Work, arrival: Arrival) -> Reply | None:
        """Answer an arrival in a unit of work that is open already; its event is its caller's to claim."""
        try:
            return self._answered(work, arrival)
        except UnknownPersonError as error:
            return self._unknown(work, arrival, error)

    def _answered_or_invited(self, work: Work, arrival: Arrival) -> Reply | None:
        try:
            return self._answered(work, arrival)
        except UnknownPersonError as error:
            return self._invited(work, arrival, error)

    def _invited(self, work: Work, arrival: Arrival, error: UnknownPersonError) -> Reply | None:
        """Keep what somebody unknown wants and invite them to say who they are, where strangers are invited."""
        bound = work.engagements.at_address(arrival.platform, arrival.address)
        place = place_of_stranger(work, arrival) if bound is None and arrival.is_direct else bound
        if place is None or not may_be_invited(place[1], arrival):
            return self._unknown(work, arrival, error)
        return invite(work, arrival, *place, self._link_to)

    def _unknown(self, work: Work, arrival: Arrival, error: UnknownPersonError) -> Reply:
        bound = work.engagements.at_address(arrival.platform, arrival.address)
        return self.sorry(error, bound[1].language if bound else Language.ZH)

    def answer_again(self, arrival: Arrival) -> Reply | None:
        """Return the reply to an arrival whose process may have died over it, or None where it was done before.

        A question is answered whether or not it was seen: nobody can have read an answer nobody gave.
        """
        if self.is_act(arrival.text):
            return self.answer(arrival)
        with self._view() as work:
            return self._answered(work, arrival)

    def owes(self, arrival: Arrival) -> bool:
        """Tell whether an arrival is answered at all: its place is bound, or it is somebody's own conversation."""
        with self._view() as work:
            if work.engagements.at_address(arrival.platform, arrival.address) is not None:
                return True
            return arrival.is_direct and bool(memberships(work, arrival))

    def request_of(self, arrival: Arrival) -> Request | None:
        """Return who says something where, or None where that is nobody known or nothing they may say there."""
        with self._view() as work:
            bound = work.engagements.at_address(arrival.platform, arrival.address)
            try:
                if bound is not None:
                    return recognise(*bound, in_room(work, arrival, bound[0]))
                known = memberships(work, arrival) if arrival.is_direct else ()
                return direct_request(arrival, known) if known else None
            except VigiaError:
                return None

    def _answer_directly(self, work: Work, arrival: Arrival) -> Reply | None:
        """Answer somebody in their own conversation; to whom no engagement knows, nothing is said in Slack."""
        known = memberships(work, arrival)
        if not known and arrival.platform is Platform.WECOM:
            # Only people of the operator's own company can write to its app.
            raise UnknownPersonError(NOBODY_YET, handle=arrival.handle)
        if not known:
            return None
        try:
            request = direct_request(arrival, known)
            return addressed(self._dispatch(work, request), request.engagement)
        except VigiaError as error:
            return self.sorry(error, known[0].person.language)

    def opened(self, arrival: Arrival) -> Form | Reply | None:
        """Return the form a command opens, the sentence why it cannot be opened, or None: `answer` is to answer.

        It only reads, and waits for nobody: a platform lets a form be opened for a few seconds only.
        """
        return self._form_of(arrival, lambda command: command.opened)

    def checked(self, arrival: Arrival) -> Form | Reply | None:
        """Return a filled-in form with what is wrong with it; None: it can be taken, and `answer` is to take it."""
        return self._form_of(arrival, lambda command: command.checked)

    def rooms_of(self, platform: Platform, handle: str) -> Form | None:
        """Return the choice of a room for somebody who speaks outside of any, or None: they are known in none.

        Each of its options is a room's address; where there is one room only, it is chosen already.
        """
        with self._view() as work:
            known = rooms_open_to(work, platform, handle)
        return room_choice(known) if known else None

    def _form_of(self, arrival: Arrival, step: Callable[[Command], OpenForm | None]) -> Form | Reply | None:
        plain = without_addressee(arrival.text)
        command = find_command(plain, self._commands)
        form_of = step(command) if command and command.writes(plain) else None
        if form_of is None:
            return None
        with self._view() as work:
            bound = work.engagements.at_address(arrival.platform, arrival.address)
            if bound is None:
                return self._direct_form(work, arrival, form_of) if arrival.is_direct else None
            try:
                return form_of(work, recognise(*bound, in_room(work, arrival, bound[0])))
            except UnknownPersonError as error:
                # What they want has to be kept first, where they are invited.
                return None if may_be_invited(bound[1], arrival) else self.sorry(error, bound[1].language)
            except VigiaError as error:
                return self.sorry(error, bound[1].language)

    def _direct_form(self, work: Work, arrival: Arrival, form_of: OpenForm) -> Form | Reply | None:
        """Return a form for somebody in their own conversation; its command names the engagement it is about."""
        known = memberships(work, arrival)
        if not known:
            return None
        try:
            request = direct_request(arrival, known)
            form = form_of(work, request)
            return addressed_form(form, request.engagement) if form else None
        except VigiaError as error:
            return self.sorry(error, known[0].person.language)

    def answer_as(self, arrival: Arrival, room_id: str, person_id: str) -> Reply:
        """Answer as if `person_id` had typed the text in `room_id`, for the terminal.

        Raises NotFoundError when there is no such room or person; other mistakes come back as a reply.
        """
        with self._opened(arrival.text)() as work:
            engagement, room, person = _find(work, room_id, person_id)
            try:
                return self._dispatch(work, request_of(engagement, room, person, arrival))
            except VigiaError as error:
                return self.sorry(error, room.language)

    def answer_to_room(self, arrival: Arrival, room_id: str, engagement_id: str = "") -> Reply:
        """Answer a question as everybody in a room may read it, for a page; nothing can be changed on this way.

        `engagement_id` says whose room it is where several have one of this id: somebody's own conversation. Raises
        NotFoundError when the room is gone; other mistakes come back as a reply.
        """
        with self._view() as work:
            engagement, room = _find_room(work, room_id, engagement_id)
            try:
                request = request_of(engagement, room, visitor_of(room), arrival)
                return self._shown_act(work, request) if self.is_act(arrival.text) else self._dispatch(work, request)
            except VigiaError as error:
                return self.sorry(error, room.language)

    def forms_among(self, arrivals: Sequence[Arrival], room_id: str, engagement_id: str) -> tuple[str, ...]:
        """Return the texts of which `answer_to_room` says how to come to a form; none where the room is gone."""
        with self._view() as work:
            try:
                engagement, room = _find_room(work, room_id, engagement_id)
            except NotFoundError:
                return ()
            visitor = visitor_of(room)
            return tuple(
                one.text for one in arrivals if self._has_form(work, request_of(engagement, room, visitor, one))
            )

    def _has_form(self, work: Work, request: Request) -> bool:
        try:
            return self._act_form(work, request) is not None
        except VigiaError:
            return False

    def _act_form(self, work: Work, request: Request) -> Form | None:
        command = find_command(request.text, self._commands) if self.is_act(request.text) else None
        return command.opened(work, request) if command and command.opened else None

    def _shown_act(self, work: Work, request: Request) -> Reply:
        """Return how somebody comes to the form of an act; a page, whose reader is nobody known, never acts itself."""
        form = self._act_form(work, request)
        if form is None:
            raise AccessError(phrase("This page only shows. To do something, write in your group."))
        return way_to_form(addressed_form(form, request.engagement), request)

    def _answered(self, work: Work, arrival: Arrival) -> Reply | None:
        bound = work.engagements.at_address(arrival.platform, arrival.address)
        if bound is None:
            return self._answer_directly(work, arrival) if arrival.is_direct else None
        try:
            return self._dispatch(work, recognise(*bound, in_room(work, arrival, bound[0])))
        except UnknownPersonError:
            raise
        except VigiaError as error:
            return self.sorry(error, bound[1].language)

    def is_act(self, text: str) -> bool:
        """Tell whether a text changes something, so that messages may be waiting after it."""
        plain = without_addressee(text)
        command = find_command(plain, self._commands)
        return command is not None and command.writes(plain)

    def _opened(self, text: str) -> UnitOfWork:
        return self._unit_of_work if self.is_act(text) else self._view

    def _dispatch(self, work: Work, request: Request) -> Reply:
        command = find_command(request.text, self._commands)
        if command is None and (offer := offer_of(request)):
            return offer
        if command is None:
            raise QuestionError(
                phrase("I answer commands: %(commands)s. Try `/kpi help`."),
                commands=", ".join(command.name for command in self._commands),
            )
        return command.answer(work, request)

    def sorry(self, error: VigiaError, language: Language) -> Reply:
        """Return the one sentence of a mistake, with a reference that finds its log line."""
        reference = f"{error.code}-{uuid4().hex[:6]}"
        self._report(reference, error)
        return Reply(
            headline=Wording(language).sentence(error),
            language=language,
            tone=Tone.NEUTRAL,
            is_private=True,
            reference=reference,
        )


def _find_room(work: Work, room_id: str, engagement_id: str = "") -> tuple[Engagement, Room]:
    engagement = work.engagements.get(engagement_id) if engagement_id else work.engagements.with_room(room_id)
    room = engagement.room(room_id) if engagement else None
    if engagement is None or room is None:
        raise NotFoundError(
            phrase("There is no room “%(room)s”. Rooms: %(rooms)s."),
            room=room_id,
            rooms=", ".join(work.engagements.room_ids()) or "—",
        )
    return engagement, room


def _find(work: Work, room_id: str, person_id: str) -> tuple[Engagement, Room, Person]:
    engagement, room = _find_room(work, room_id)
    person = engagement.person(person_id)
    if person is None:
        raise NotFoundError(
            phrase("Nobody called “%(person)s” is in this engagement. It knows: %(people)s."),
            person=person_id,
            people=", ".join(one.id for one in engagement.people) or "—",
        )
    return engagement, room, person
