"""The colour of a tone in Slack, and the word that always stands beside it."""

from __future__ import annotations

from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

TONE_MARKS: dict[Tone, str] = {
    Tone.GOOD: "🟢",
    Tone.WATCH: "🟠",
    Tone.BAD: "🔴",
    Tone.UNKNOWN: "⚪",
    Tone.NEUTRAL: "",
}

TONE_WORDS: dict[Tone, str] = {
    Tone.GOOD: phrase("On track"),
    Tone.WATCH: phrase("Needs a look"),
    Tone.BAD: phrase("Needs action"),
    Tone.UNKNOWN: phrase("Not enough data"),
    Tone.NEUTRAL: "",
}


def tone_word(tone: Tone, wording: Wording) -> str:
    """Return the word for `tone`; a neutral message needs none."""
    return wording.say(TONE_WORDS[tone])


def marked(tone: Tone, text: str) -> str:
    """Return `text` behind its tone's colour."""
    return f"{TONE_MARKS[tone]} {text}".strip()
