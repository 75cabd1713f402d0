"""Colours: safe for colour-blind readers (Okabe and Ito 2008), dark enough for text on white; never the only sign."""

from __future__ import annotations

from kpi.tones import Tone

GROUND = "#FFFFFF"
INK = "#17202A"
QUIET_INK = "#5B6670"
GRID = "#E4E8EC"
BAND = "#DDE3E9"
ACTUAL = "#0072B2"
EXCEPTION = "#D55E00"
TARGET = "#4A4F55"
MARK = "#8A95A0"
WINDOW = "#FBE9DC"
TRACK = "#E9EDF1"

TONE_INK: dict[Tone, str] = {
    Tone.GOOD: "#00735A",
    Tone.WATCH: "#9A5B00",
    Tone.BAD: "#B84300",
    Tone.NEUTRAL: QUIET_INK,
    Tone.UNKNOWN: QUIET_INK,
}
"""For words; each is at least 4.5:1 on white (WCAG 2.2, 1.4.3)."""

TONE_FILL: dict[Tone, str] = {
    Tone.GOOD: "#E3F3EE",
    Tone.WATCH: "#FDF1DC",
    Tone.BAD: "#FBE6DA",
    Tone.NEUTRAL: "#EEF1F4",
    Tone.UNKNOWN: "#EEF1F4",
}


def line_colour(tone: Tone) -> str:
    """Return the colour of the newest point: blue, or the exception's orange."""
    return EXCEPTION if tone in {Tone.BAD, Tone.WATCH} else ACTUAL
