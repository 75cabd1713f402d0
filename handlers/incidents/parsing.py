"""The words of an `/incident` command taken apart: its verb and what stands behind it, a number at their beginning."""

from __future__ import annotations

import re

from handlers.grammar.incident_words import VERB_WORDS, Verb
from handlers.grammar.verbs import leading_verb

NUMBER = re.compile(r"#?(\d{1,9})\b[\s:：]*")
_COMMAND = re.compile(r"^[/／]?incident\b[\s:：]*", re.IGNORECASE)
_VERBS = {word: verb for verb, words in VERB_WORDS.items() for word in words}


def words_of(text: str) -> str:
    """Return what stands behind the command's name."""
    return _COMMAND.sub("", text.strip(), count=1)


def number_alone(words: str) -> str:
    """Return the number that words consist of, or ""."""
    found = NUMBER.fullmatch(words)
    return found.group(1) if found else ""


def verb_of(words: str) -> tuple[Verb | None, str]:
    """Return what is to be done and the words after it; without a known first word, all words are a report."""
    if not words:
        return Verb.LIST, ""
    return leading_verb(words, _VERBS)
