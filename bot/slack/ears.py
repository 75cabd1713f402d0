"""What becomes of what Slack lets Vigia hear: an offer in the thread, evidence, or the command of a reaction.

Nobody asked, so nobody is told of a failure: it is one log line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.slack.answers import Answers
from bot.slack.arrivals import Call, Place
from bot.slack.captures import Follow, Quotes, Watch, follow_nothing, watch_nothing
from bot.slack.evidence import Evidence
from bot.slack.files import SlackFile
from handlers.listening.captured_messages import MessageChange
from handlers.listening.listening import EvidenceThread, Reaction, Remark
from handlers.messages import Arrival
from handlers.rooms.room_changes import RoomChange

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the rooms below make of it.

    `overhear` queues an offer, `twin_of` finds a reaction's command or "", `evidence_for` the incident of a thread,
    `room_changed` follows a channel's life, `watch` and `follow` messages that somebody points at.
    """

    overhear: Callable[[Remark], Awaitable[None]]
    twin_of: Callable[[Reaction], Awaitable[str]]
    evidence_for: Callable[[Remark], Awaitable[EvidenceThread | None]]
    room_changed: Callable[[RoomChange], Awaitable[None]]
    watch: Watch = watch_nothing
    follow: Follow = follow_nothing


class Ears:
    """Passes on what was heard; one instance serves all doors and keeps no state between events."""

    def __init__(
        self, hearing: Hearing, answers: Answers, evidence: Evidence | None = None, quotes: Quotes | None = None
    ) -> None:
        self._hearing = hearing
        self._answers = answers
        self._evidence = evidence
        self._quotes = quotes

    async def overhear(self, remark: Remark, files: tuple[SlackFile, ...] = ()) -> None:
        """Let a message be judged; its files are evidence where its thread is an incident's."""
        try:
            await self._hearing.overhear(remark)
            thread = await self._hearing.evidence_for(remark) if files else None
        except Exception:  # noqa: BLE001 - the edge: what was overheard must never stop what was asked
            _LOG.exception("slack_message_not_judged", event_id=remark.event_id)
            return
        if thread is not None and self._evidence is not None:
            arrival = Arrival(
                remark.platform, remark.address, remark.handle, thread.command, remark.at, remark.event_id
            )
            place = Place(remark.address, remark.handle, remark.thread)
            await self._evidence.bring(Call(arrival, place, files, thread.language), thread.command)

    async def notice(self, changed: RoomChange) -> None:
        """Let a channel's change have its consequences."""
        try:
            await self._hearing.room_changed(changed)
        except Exception:  # noqa: BLE001 - the edge, as above
            _LOG.exception("slack_room_change_not_followed", change=changed.change, event_id=changed.event_id)

    async def react(self, reaction: Reaction, at: datetime) -> None:
        """Run the command a reaction stands for, as if its person had typed it where only they see the answer."""
        try:
            twin = await self._hearing.twin_of(reaction)
        except Exception:  # noqa: BLE001 - the edge, as above
            _LOG.exception("slack_reaction_not_understood", message=reaction.message)
            return
        if twin:
            await self._run(_call(reaction, twin, at))

    async def follow(self, change: MessageChange) -> None:
        """Let a message that is in a timeline say there what it says now."""
        try:
            await self._hearing.follow(change)
        except Exception:  # noqa: BLE001 - the edge, as above
            _LOG.exception("slack_message_not_followed", message=change.message)

    async def _run(self, call: Call) -> None:
        """Answer a command, with the message and the files it points at."""
        call = await self._quotes.complete(call) if self._quotes else call
        reply = await self._answers.answer(call)
        if reply is not None and reply.attach_command and call.files and self._evidence is not None:
            await self._evidence.bring(replace(call, language=reply.language), reply.attach_command)


def _call(reaction: Reaction, twin: str, at: datetime) -> Call:
    arrival = Arrival(reaction.platform, reaction.address, reaction.handle, twin, at, reaction.event_id)
    return Call(arrival, Place(reaction.address, reaction.handle))
