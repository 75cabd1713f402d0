"""The word that always stands beside a tone's colour."""

from __future__ import annotations

from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

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
