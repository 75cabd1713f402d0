"""Files of people in Slack on their way to an incident: fetched after the words are safe, each told by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.evidence_files import checked_file
from bot.slack.answers import Answers
from bot.slack.arrivals import Call
from bot.slack.files import SlackFile, SlackFiles
from handlers.messages import Attachment, Reply
from kpi.errors import VigiaError
from kpi.wording.wording import Wording

_LOG = structlog.get_logger(__name__)


class Evidence:
    """Brings files to incidents; one instance serves all doors and keeps no state between calls."""

    def __init__(self, files: SlackFiles, answers: Answers) -> None:
        self._files = files
        self._answers = answers

    async def bring(self, call: Call, command: str) -> None:
        """Add the files of a call to the incident that `command` names; what cannot be taken is said to its sender."""
        for file in call.files:
            event_id = f"{call.arrival.event_id}/{file.id}"
            arrival = replace(call.arrival, text=command, values={}, event_id=event_id)
            try:
                attachment = await self._fetched(file)
            except VigiaError as error:
                _LOG.info("slack_file_not_taken", code=error.code)
                reply = Reply(Wording(call.language).sentence(error), call.language, is_private=True)
                await self._answers.answer(replace(call, arrival=arrival), reply)
                continue
            await self._answers.answer(replace(call, arrival=replace(arrival, files=(attachment,))))

    async def _fetched(self, file: SlackFile) -> Attachment:
        content = await self._files.fetch(file)
        return await asyncio.to_thread(checked_file, file.name, content)
