"""Use cases as the event loop calls them: each runs in a worker thread, with its own unit of work."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.telemetry import Telemetry
from bot.threads import PEOPLES_THREADS, SWEEPS_THREADS, Threads
from handlers.audits.drills import sweep_drills
from handlers.digests.corrections import sweep_corrections
from handlers.digests.daily_digest import require_engagement, send_digest_now, sweep_digests
from handlers.form_uses import use_of
from handlers.gaps.source_watch import sweep_sources
from handlers.incidents.escalation_watch import sweep_escalations
from handlers.incidents.files import file_shown_in
from handlers.incidents.service_record import sweep_service_records
from handlers.intake import Intake, Keep, keep_nothing
from handlers.invitations.claims import ClaimPage, claim_page, say_who
from handlers.invitations.command import decides_who
from handlers.invitations.sweep import sweep_strangers
from handlers.listening.captured_messages import MessageChange, Pointed, follow_message, watch_message
from handlers.listening.listening import EvidenceThread, Reaction, Remark, evidence_thread, overhear, twin_of
from handlers.listening.waiting_questions import follow_questions, sweep_questions
from handlers.messages import Arrival, Form, Reply, Request
from handlers.ports import Clock
from handlers.replays import replay_wishes
from handlers.rooms.home import Home, home_of
from handlers.rooms.room_changes import RoomChange, note_room_change
from handlers.rooms.workspace_losses import WorkspaceLoss, note_workspace_loss
from handlers.warming import warm_up
from handlers.watch.alert_calibration import calibration_text
from handlers.watch.alert_watch import sweep_alerts
from kpi.audits.audit import Sweep
from kpi.audits.drills import drill_seconds
from kpi.engagements import Engagement, Platform, Room
from kpi.incidents.evidence_files import EvidenceFile
from kpi.phrases import phrase
from kpi.wording.wording import Wording
from storage.database import Database

REMEMBER_EVENTS = timedelta(days=2)
"""Slack repeats an event within minutes; two days is more than any platform."""

REMEMBER_ANSWERS = timedelta(hours=1)
"""WeCom asks for an answer of its robot for six minutes."""

_LOG = structlog.get_logger("vigia.errands")


class Errands:
    """What the edge asks of the rooms below."""

    def __init__(self, database: Database, intake: Intake, clock: Clock, telemetry: Telemetry) -> None:
        self._database = database
        self._intake = intake
        self._clock = clock
        self._telemetry = telemetry
        self._nudge: Callable[[], None] = _nothing
        self._people = Threads(PEOPLES_THREADS, "people")
        self._sweeps = Threads(SWEEPS_THREADS, "sweeps")

    async def close(self) -> None:
        """Return when all work has ended."""
        await self._people.close()
        await self._sweeps.close()

    async def warm_up(self) -> None:
        """Make ready what every answer needs, so that the first person does not wait for it."""

        def warm() -> None:
            with self._database.view() as work:
                engagements = work.engagements.all()
            warm_up(self._intake, engagements, self._clock())

        await self._people.run(warm)

    def nudge_after_acts(self, nudge: Callable[[], None]) -> None:
        """Have `nudge` called after each act of a person: what it moved is shown at once."""
        self._nudge = nudge

    async def answer(self, arrival: Arrival, keep: Keep = keep_nothing) -> Reply | None:
        """Answer an arrival, or return None for silence."""
        return await self._answered(partial(self._intake.answer, keep=keep), arrival)

    async def answer_again(self, arrival: Arrival) -> Reply | None:
        """Answer an arrival whose process may have died, or return None where it was done."""
        return await self._answered(self._intake.answer_again, arrival)

    async def _answered(self, answer: Callable[[Arrival], Reply | None], arrival: Arrival) -> Reply | None:
        started = time.perf_counter()
        reply = await self._people.run(answer, arrival)
        self._telemetry.answered(arrival.platform.value, time.perf_counter() - started)
        if self.is_act(arrival.text):
            if decides_who(arrival.text):
                await self.sweep_strangers()
            self._nudge()
        elif reply is not None and reply.has_queued:
            self._nudge()  # somebody unknown may have been told, or asked about, alone
        return reply

    def is_act(self, text: str) -> bool:
        """Tell whether a text changes something."""
        return self._intake.is_act(text)

    async def owes(self, arrival: Arrival) -> bool:
        """Tell whether an arrival is answered at all, before it is."""
        return await self._people.run(self._intake.owes, arrival)

    async def answer_to_room(self, room: str, text: str, engagement: str = "") -> Reply:
        """Answer a question as everybody in a room may read it; raises NotFoundError when the room is gone."""
        arrival = Arrival(Platform.CONSOLE, room, "", text, self._clock(), "")
        return await self._people.run(self._intake.answer_to_room, arrival, room, engagement)

    async def forms_among(self, room: Room, commands: Sequence[str]) -> tuple[str, ...]:
        """Return the commands of which a room's page says how to come to a form."""
        arrivals = [Arrival(Platform.CONSOLE, room.id, "", one, self._clock(), "") for one in commands]
        return await self._people.run(self._intake.forms_among, arrivals, room.id, room.engagement)

    async def opened(self, arrival: Arrival) -> Form | Reply | None:
        """Return the form a command opens, the sentence why it cannot be opened, or None: it opens none.

        No question does, and most of what people type is one: it is not made to wait for a thread twice.
        """
        if not self._intake.is_act(arrival.text):
            return None
        return await self._people.run(self._intake.opened, arrival)

    async def checked(self, arrival: Arrival) -> Form | Reply | None:
        """Return a filled-in form with what is wrong with it, or None: it can be taken."""
        return await self._people.run(self._intake.checked, arrival)

    async def request_of(self, arrival: Arrival) -> Request | None:
        """Return who says something where, or None where that is nobody known."""
        return await self._people.run(self._intake.request_of, arrival)

    async def is_first(self, arrival: Arrival) -> bool:
        """Remember an event that is answered without the intake; return False when it was seen before."""

        def claim() -> bool:
            with self._database.work() as work:
                return work.inbox.claim(arrival.event_id, arrival.at)

        return await self._people.run(claim)

    async def submit(self, arrival: Arrival) -> Reply | None:
        """Answer a form that came by a link, and remember with it that the link was used and what came of it."""
        return await self.answer(arrival, use_of(arrival.event_id, arrival.at))

    async def form_use(self, link: str) -> tuple[datetime, tuple[str, ...]] | None:
        """Return when a link to a form was used and what shows what came of it, or None for one nobody used."""

        def read() -> tuple[datetime, tuple[str, ...]] | None:
            with self._database.view() as work:
                return work.form_uses.read(link)

        return await self._people.run(read)

    async def rooms_of(self, platform: Platform, handle: str) -> Form | None:
        """Return the choice of a room for somebody who speaks outside of any, or None: they are known in none."""
        return await self._people.run(self._intake.rooms_of, platform, handle)

    async def file(self, platform: Platform, address: str, file_id: str) -> tuple[EvidenceFile, bytes] | None:
        """Return a file with its content where the room at an address may see it, or None."""

        def read() -> tuple[EvidenceFile, bytes] | None:
            with self._database.view() as work:
                bound = work.engagements.at_address(platform, address)
                return file_shown_in(work, *bound, file_id, self._clock()) if bound else None

        return await self._people.run(read)

    async def overhear(self, remark: Remark) -> None:
        """Queue an offer where a message reads like trouble, and follow what is asked and answered."""
        await self._people.run(follow_questions, self._database.work, self._database.view, remark)
        if await self._people.run(overhear, self._database.work, remark):
            self._nudge()

    async def twin_of(self, reaction: Reaction) -> str:
        """Return the command a sign on a message stands for, or ""."""

        def read() -> str:
            with self._database.view() as work:
                return twin_of(work, reaction)

        return await self._people.run(read)

    async def evidence_for(self, remark: Remark) -> EvidenceThread | None:
        """Return the incident in whose thread a message answers, or None."""

        def read() -> EvidenceThread | None:
            with self._database.view() as work:
                return evidence_thread(work, remark)

        return await self._people.run(read)

    async def watch(self, pointed: Pointed) -> None:
        """Remember that somebody points at a message, before it is read."""
        await self._people.run(watch_message, self._database.work, pointed)

    async def follow(self, change: MessageChange) -> None:
        """Let a captured message say what it says now, or nothing where it was deleted."""
        if await self._people.run(follow_message, self._database.work, self._database.view, change):
            self._nudge()

    async def room_changed(self, changed: RoomChange) -> None:
        """Follow what happened to a channel, and tell who has to know."""
        if await self._people.run(note_room_change, self._database.work, changed):
            self._nudge()

    async def workspace_lost(self, loss: WorkspaceLoss) -> None:
        """Tell, where they can still read it, those whose rooms are in a workspace that Vigia was taken out of."""
        if await self._people.run(note_workspace_loss, self._database.work, loss):
            self._nudge()

    async def home(self, arrival: Arrival) -> Home:
        """Return what somebody sees who opens Vigia itself."""

        def look() -> Home:
            with self._database.view() as work:
                return home_of(work, arrival)

        return await self._people.run(look)

    async def engagements(self) -> Sequence[Engagement]:
        """Return every engagement."""

        def read() -> Sequence[Engagement]:
            with self._database.view() as work:
                return work.engagements.all()

        return await self._people.run(read)

    async def records(self, engagement: Engagement) -> Mapping[str, Sequence[str]]:
        """Return how good the alerts of an engagement were, in the language of each of its rooms."""

        def read() -> Mapping[str, Sequence[str]]:
            with self._database.view() as work:
                today = self._clock().date()
                return {
                    room.id: calibration_text(work, engagement, today, Wording(room.language))
                    for room in engagement.rooms
                }

        return await self._people.run(read)

    async def send_digest_now(self, engagement: str) -> str:
        """Freeze and queue the digest of the newest day; return a sentence about it."""

        def send() -> str:
            with self._database.work() as work:
                found = require_engagement(work, engagement)
                digest, queued = send_digest_now(work, engagement, None, self._clock())
                language = found.rooms[0].language if found.rooms else None
            wording = Wording(language) if language else None
            msgid = phrase("Digest %(digest)s of %(day)s is on its way to %(count)s rooms.")
            params = {"digest": digest.id, "day": digest.day.isoformat(), "count": queued}
            return wording.say(msgid, **params) if wording else msgid % params

        return await self._people.run(send)

    async def sweep_digests(self) -> None:
        """Turn due digest slots into deliveries."""
        report = await self._sweeps.run(sweep_digests, self._database.work, self._clock())
        await self._ended_well(Sweep.DIGESTS)
        if report.composed or report.missed:
            _LOG.info("digests swept", composed=report.composed, waiting=report.waiting, missed=report.missed)

    async def sweep_alerts(self) -> None:
        """Judge the days that became final, and queue what rooms must be told."""
        await self._sweeps.run(sweep_sources, self._database.work, self._clock())
        report = await self._sweeps.run(sweep_alerts, self._database.work, self._clock())
        await self._ended_well(Sweep.ALERTS)
        if report.judged:
            _LOG.info("alerts swept", judged=report.judged, opened=report.opened, closed=report.closed)

    async def sweep_escalations(self) -> None:
        """Take what is due of incidents, and queue what rooms and people must be told."""
        report = await self._sweeps.run(sweep_escalations, self._database.work, self._clock())
        await self._ended_well(Sweep.ESCALATIONS)
        if report.taken or report.lost:
            _LOG.info("escalations swept", taken=report.taken, called=report.called, lost=report.lost)

    async def sweep_questions(self) -> None:
        """Remind account managers of questions nobody has answered in time."""
        if await self._sweeps.run(sweep_questions, self._database.work, self._clock()):
            self._nudge()

    async def sweep_strangers(self) -> None:
        """Do what people wanted who are known now, and end invitations whose time is over."""

        def sweep() -> int:
            now = self._clock()
            replayed = replay_wishes(self._database.work, self._intake, now)
            return replayed + sweep_strangers(self._database.work, now)

        if await self._sweeps.run(sweep):
            self._nudge()

    async def claim_page(self, invitation: str) -> ClaimPage:
        """Return the page of an invitation; raises NotFoundError when it is over."""

        def read() -> ClaimPage:
            with self._database.view() as work:
                return claim_page(work, invitation, self._clock())

        return await self._people.run(read)

    async def say_who(self, invitation: str, person: str, name: str) -> None:
        """Take who a stranger says they are; raises NotFoundError or QuestionError."""

        def say() -> None:
            with self._database.work() as work:
                say_who(work, invitation, person, name, self._clock())

        await self._people.run(say)
        self._nudge()

    async def sweep_service_records(self) -> None:
        """Plan the months that are going on, and queue the service records that are due."""
        posted = await self._sweeps.run(sweep_service_records, self._database.work, self._clock())
        if posted:
            _LOG.info("service records posted", records=posted)

    async def sweep_corrections(self) -> None:
        """Queue corrections of digests whose numbers moved."""
        queued = await self._sweeps.run(sweep_corrections, self._database.work, self._clock())
        await self._ended_well(Sweep.CORRECTIONS)
        if queued:
            _LOG.info("corrections queued", messages=queued)

    async def sweep_drills(self) -> None:
        """Open the drills that are due, and report those that are over."""
        swept = await self._sweeps.run(sweep_drills, self._database.work, self._clock())
        await self._ended_well(Sweep.DRILLS)
        for drill in swept.ended:
            _LOG.info("drill ended", **drill_seconds(drill))

    async def _ended_well(self, sweep: Sweep) -> None:
        """Leave behind that a sweep ended well: the self-audit misses those that do not."""

        def remember() -> None:
            with self._database.work() as work:
                work.audits.ran(sweep, self._clock())

        await self._sweeps.run(remember)

    async def forget_events(self) -> None:
        """Drop inbound events nobody repeats any more."""

        def forget() -> int:
            with self._database.work() as work:
                work.captures.forget(self._clock() - REMEMBER_EVENTS)
                work.robot_answers.forget(self._clock() - REMEMBER_ANSWERS)
                work.form_uses.forget(self._clock() - REMEMBER_EVENTS)
                return work.inbox.forget(self._clock() - REMEMBER_EVENTS)

        await self._sweeps.run(forget)


def _nothing() -> None:
    """Wake nobody."""
