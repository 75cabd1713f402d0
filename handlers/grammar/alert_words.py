"""Words of `/alert` in four languages, kept as data: what to do with an alert."""

from __future__ import annotations

import re
from enum import StrEnum

from handlers.grammar.verbs import leading_verb


class AlertVerb(StrEnum):
    """What may be done with an alert by a command; the value is its English word."""

    LIST = "list"
    ACK = "ack"
    EXPECTED = "expected"
    WRONG = "wrong"
    MUTE = "mute"
    SNOOZE = "snooze"
    WHY = "why"


ALERT_VERB_WORDS: dict[AlertVerb, tuple[str, ...]] = {
    AlertVerb.LIST: ("list", "lista", "listar", "列表"),
    AlertVerb.ACK: ("ack", "take", "assumir", "asumir", "confirmar", "接手", "确认"),
    AlertVerb.EXPECTED: ("expected", "esperado", "esperada", "previsto", "prevista", "预期", "预期内"),
    AlertVerb.WRONG: ("wrong", "false", "errado", "errada", "falso", "falsa", "equivocado", "误报"),
    AlertVerb.MUTE: ("mute", "silenciar", "calar", "静音"),
    AlertVerb.SNOOZE: ("snooze", "adiar", "posponer", "稍后"),
    AlertVerb.WHY: ("why", "porque", "por-que", "为什么", "为何"),
}
"""Without case and accents, as `handlers.grammar.grammar.normalise` leaves them."""

_VERBS = {word: verb for verb, words in ALERT_VERB_WORDS.items() for word in words}
_COMMAND = re.compile(r"^[/／]?alert\b[\s:：]*", re.IGNORECASE)
_POR_QUE = re.compile(r"por\s+qu[eé](?=\s)", re.IGNORECASE)


def alert_verb(text: str) -> tuple[AlertVerb | None, str]:
    """Return what a command asks for and the words after it; no words ask for the list."""
    words = _COMMAND.sub("", text.strip(), count=1)
    if not words:
        return AlertVerb.LIST, ""
    return leading_verb(_POR_QUE.sub(AlertVerb.WHY, words, count=1), _VERBS)
