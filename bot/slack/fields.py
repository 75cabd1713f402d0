"""Figures as the fields of a section: name, value, judgement in a colour and a word, change, target, fine print."""

from __future__ import annotations

from slackblocks import Text

from bot.slack.limits import FIELD_TEXT
from bot.slack.mrkdwn import cut_escaped, one_line
from bot.slack.tones import TONE_MARKS, tone_word
from handlers.messages import Figure
from kpi.phrases import phrase
from kpi.wording.wording import Wording

_NAME = 300
_LINE = (FIELD_TEXT - _NAME - 5) // 3
"""Shares of a field's characters: the name with its stars, then value line, target and fine print, and line breaks."""


def mrkdwn(text: str) -> Text:
    """Return ready markup; `verbatim` stops Slack from finding names and mentions in it by itself."""
    return Text(text, verbatim=True)


def field_of(figure: Figure, wording: Wording) -> Text:
    """Return one figure as a field within 2000 characters."""
    lines = [f"*{cut_escaped(one_line(figure.name), _NAME) or '—'}*", cut_escaped(_value_line(figure, wording), _LINE)]
    lines.extend(cut_escaped(text, _LINE) for text in (figure.target, figure.note) if text.strip())
    return mrkdwn("\n".join(line for line in lines if line))


def _value_line(figure: Figure, wording: Wording) -> str:
    word = figure.judgement or tone_word(figure.tone, wording)
    mark = TONE_MARKS[figure.tone] if word else ""
    line = " ".join(part for part in (figure.value, mark, figure.change) if part)
    return wording.say(phrase("%(value)s (%(note)s)"), value=line, note=word) if word else line
