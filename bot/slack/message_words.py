"""The words of a message somebody reports: read from Slack when they are needed, and kept nowhere before."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.arrivals import Call
from bot.slack.errors import CALL_ERRORS, code_of
from bot.slack.limits import HISTORY_MESSAGES, INPUT_TEXT
from bot.slack.mrkdwn import cut, spoken
from handlers.grammar.incident_words import ABOUT_MESSAGE
from handlers.incidents.reports import LONGEST_REPORT
from handlers.messages import Form

READING_SECONDS = 1.0
"""The longest a form may wait for the words it is to show: what opens it is good for three seconds."""

_ABOUT = re.compile(rf"/incident {ABOUT_MESSAGE} (\d{{1,12}}\.\d{{1,6}})")
_LOG = structlog.get_logger(__name__)


async def with_words(client: AsyncWebClient, call: Call) -> Call:
    """Return a call that reports a message with the words of that message behind it; any other call as it is.

    Only messages of the call's own channel are read. Where Slack does not show the message (any more), its reporter
    is asked what they see; what was written into a form stands for itself.
    """
    about = _ABOUT.fullmatch(call.arrival.text)
    if about is None or call.arrival.values:
        return call
    words = await _words_of(client, call.place.channel, about.group(1))
    text = f"{call.arrival.text} {cut(words, LONGEST_REPORT)}".strip()
    return replace(call, arrival=replace(call.arrival, text=text))


async def with_words_filled_in(client: AsyncWebClient, call: Call, form: Form) -> Form | None:
    """Return the form of a report about a message with the words of that message in it; any other form as it is.

    None where Slack takes so long over the words that the form would come too late.
    """
    about = _ABOUT.fullmatch(call.arrival.text)
    if about is None:
        return form
    try:
        async with asyncio.timeout(READING_SECONDS):
            words = await _words_of(client, call.place.channel, about.group(1))
    except TimeoutError:
        _LOG.warning("slack_message_not_read_in_time")
        return None
    filled = (replace(one, value=cut(words, INPUT_TEXT)) if one.name == "text" else one for one in form.fields)
    return replace(form, fields=tuple(filled))


async def _words_of(client: AsyncWebClient, channel: str, ts: str) -> str:
    try:
        # A thread's first message and an answer in it are found alike: `ts` may be either.
        answer = await client.conversations_replies(
            channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=HISTORY_MESSAGES
        )
    except CALL_ERRORS as error:
        _LOG.warning("slack_message_not_read", code=code_of(error) or type(error).__name__)
        return ""
    found = (one for one in answer.get("messages") or () if one.get("ts") == ts)
    return next((spoken(str(one.get("text") or "")) for one in found), "")
