"""The mark, colour and word of a tone in WeCom: red means "up" to Chinese readers, so a word always stands beside."""

from __future__ import annotations

from bot.wecom.markdown import coloured, escape
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

MARKS: dict[Tone, str] = {Tone.GOOD: "🟢", Tone.WATCH: "🟠", Tone.BAD: "🔴", Tone.UNKNOWN: "⚪", Tone.NEUTRAL: ""}

COLOURS: dict[Tone, str] = {
    Tone.GOOD: "info",
    Tone.WATCH: "warning",
    Tone.BAD: "warning",
    Tone.UNKNOWN: "comment",
    Tone.NEUTRAL: "",
}
"""Only these three exist: https://developer.work.weixin.qq.com/document/path/99110"""

WORDS: dict[Tone, str] = {
    Tone.GOOD: phrase("On track"),
    Tone.WATCH: phrase("Needs a look"),
    Tone.BAD: phrase("Needs action"),
    Tone.UNKNOWN: phrase("Not enough data"),
    Tone.NEUTRAL: "",
}


def tone_word(tone: Tone, wording: Wording) -> str:
    """Return the word for `tone`, coloured; a neutral message needs none."""
    return coloured(escape(wording.say(WORDS[tone])), COLOURS[tone])


def marked(tone: Tone, text: str) -> str:
    """Return `text` behind its tone's mark."""
    return f"{MARKS[tone]} {text}".strip()
