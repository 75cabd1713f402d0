"""What Slack lets Vigia hear besides what is addressed to it: messages of people, and reactions to messages.

Pure: payload in, words and ids out. Edits, deletions, joins and what bots write are nobody's message; a message that
mentions Vigia comes in as a mention besides, and is answered as one.
"""

from __future__ import annotations

from datetime import datetime

from bot.slack.arrivals import Payload, is_by_person, own_users
from bot.slack.mrkdwn import unescape
from handlers.listening.listening import Reaction, Remark, Sign
from kpi.engagements import Platform

PIN = "pushpin"
"""Slack's name of 📌."""
SIGNS: dict[str, Sign] = {
    "rotating_light": Sign.REPORT,
    "eyes": Sign.TAKE,
    "white_check_mark": Sign.FIXED,
    "heavy_check_mark": Sign.FIXED,
    PIN: Sign.PIN,
}
"""Slack's names of the emoji that mean something: 🚨 👀 ✅ ✔️ 📌."""
TAKEN_OFF: dict[str, Sign] = {PIN: Sign.UNPIN}
"""What it means that one of them is taken off again: of the others nothing."""

ROOMS = frozenset({"channel", "group"})
"""Kinds of conversation several people share; a shared channel is either."""


def remark_of_message(body: Payload, at: datetime) -> Remark | None:
    """Return what a person wrote in a channel to others; None for direct messages and for what mentions Vigia."""
    event = body.get("event") or {}
    text = str(event.get("text") or "")
    if event.get("channel_type") not in ROOMS or not is_by_person(event) or _is_to_us(text, own_users(body)):
        return None
    channel, ts = str(event["channel"]), str(event["ts"])
    return Remark(
        platform=Platform.SLACK,
        address=channel,
        handle=str(event["user"]),
        text=unescape(text),
        at=at,
        event_id=f"slack/heard/{channel}/{ts}",
        message=ts,
        thread=str(event.get("thread_ts") or ts),
    )


def reaction_of(body: Payload) -> Reaction | None:
    """Return what a reaction that was added or taken off means; None for what means nothing and for files."""
    event = body.get("event") or {}
    item = event.get("item") or {}
    signs = TAKEN_OFF if event.get("type") == "reaction_removed" else SIGNS
    sign = signs.get(str(event.get("reaction") or ""))
    channel, ts, person = (str(part or "") for part in (item.get("channel"), item.get("ts"), event.get("user")))
    if sign is None or item.get("type") != "message" or not (channel and ts and person):
        return None
    event_id = f"slack/sign/{channel}/{ts}/{person}/{sign}/{event.get('event_ts') or ''}"
    is_ours = event.get("item_user") in own_users(body)
    return Reaction(Platform.SLACK, channel, person, sign, ts, is_ours, event_id)


def _is_to_us(text: str, own: frozenset[str]) -> bool:
    """Tell whether a message mentions Vigia; where our own id is not known, one that begins with a mention does."""
    if own:
        return any(f"<@{user}" in text for user in own)
    return text.lstrip().startswith("<@")
