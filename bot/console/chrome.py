"""The page's own words: labels, hints and states, in one language at a time."""

from __future__ import annotations

from collections.abc import Mapping

from bot.console.tone_words import TONE_WORDS
from kpi.engagements import Audience, Role
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LANGUAGE_NAMES: dict[str, str] = {"en": "English", "zh_CN": "中文", "pt_BR": "Português", "es": "Español"}
"""Each language as it calls itself."""

ROOM_NAMES: dict[Audience, str] = {
    Audience.SELLER: phrase("Seller room"),
    Audience.OPERATIONS: phrase("Operations room"),
}

ROLE_NAMES: dict[Role, str] = {
    Role.SELLER: phrase("seller"),
    Role.OPERATIONS: phrase("operations"),
    Role.ACCOUNT_MANAGER: phrase("account manager"),
    Role.TEAM_LEAD: phrase("team lead"),
    Role.DIRECTOR: phrase("director"),
    Role.ADMIN: phrase("admin"),
}

HINTS: tuple[tuple[str, str], ...] = (
    (phrase("Yesterday"), phrase("/kpi")),
    (phrase("Conversion, 30 days"), phrase("/kpi conversion 30d")),
    (phrase("GMV, last week"), phrase("/kpi gmv last week vs previous")),
    (phrase("Targets"), phrase("/kpi targets")),
    (phrase("Why?"), phrase("/kpi why conversion")),
    (phrase("Report a problem"), phrase("/incident new")),
    (phrase("Help"), phrase("/kpi help")),
)
"""Label and command of the suggestions under an input; a translator writes commands the grammar reads."""

_ROOM_WORDS: dict[str, str] = {
    "digest_at": phrase("daily digest at"),
    "messages": phrase("Messages"),
    "empty": phrase("Nothing here yet. Ask Vigia with /kpi, or press a suggestion below."),
    "speak_as": phrase("Speaking as"),
    "message_to": phrase("Message to this room"),
    "placeholder": phrase("Type /kpi and what you want to know"),
    "send": phrase("Send"),
    "suggestions": phrase("Suggestions"),
    "thinking": phrase("Vigia is reading the numbers …"),
    "silence": phrase("No answer: Vigia stays silent here."),
    "private": phrase("Only %(name)s sees this"),
    "changed": phrase("changed"),
    "repeated": phrase("Shown again: it may have appeared before"),
    "target": phrase("Target"),
    "picture_full": phrase("Show the chart in full size"),
    "picture_lost": phrase("The chart could not be drawn; its numbers are in the text."),
    "close": phrase("Close"),
    "cancel": phrase("Cancel"),
    "file_too_large": phrase("“%(name)s” is larger than %(limit)s MB. Choose a smaller file."),
    "record": phrase("How good the alerts were"),
    "newer": phrase("New messages"),
    "reference": phrase("Reference"),
    "not_sent": phrase("Not sent: the server did not answer. Your text is still here."),
}

_PAGE_WORDS: dict[str, str] = {
    "engagement": phrase("Engagement"),
    "rooms": phrase("Rooms"),
    "send_digest": phrase("Send today's digest now"),
    "sending_digest": phrase("Sending the digest …"),
    "live": phrase("Live"),
    "reconnecting": phrase("Reconnecting …"),
    "stores": phrase("Stores"),
    "no_engagements": phrase("No engagement has a console room yet. Add one with “vigia apply”, then reload."),
    "not_sent": phrase("The server did not answer. Please try again."),
}


def room_words(wording: Wording) -> Mapping[str, str]:
    """Return the words around one room, by key; tone words are under "tone_good" and so on."""
    words = {key: wording.say(msgid) for key, msgid in _ROOM_WORDS.items()}
    return words | {f"tone_{tone.value}": wording.say(msgid) for tone, msgid in TONE_WORDS.items()}


def page_words(wording: Wording) -> Mapping[str, str]:
    """Return the words of the page around the rooms, by key."""
    return {key: wording.say(msgid) for key, msgid in _PAGE_WORDS.items()}


def hint_list(wording: Wording) -> list[dict[str, str]]:
    """Return the suggestions of a room as label and command."""
    return [{"label": wording.say(label), "command": wording.say(command)} for label, command in HINTS]
