"""The words of an `/incident` command taken apart: its verb and what stands behind it, a number at their beginning."""

from __future__ import annotations

import re

from handlers.grammar.grammar import normalise
from handlers.grammar.incident_words import VERB_WORDS, Verb

NUMBER = re.compile(r"#?(\d{1,9})\b[\s:：]*")
WORD = re.compile(r"\S+")
_COMMAND = re.compile(r"^[/／]?incident\b[\s:：]*", re.IGNORECASE)
_CHINESE_WORD = re.compile(r"[^\s\x00-\x7f]+")
"""A word that needs no space before a number."""
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
    for pattern in (WORD, _CHINESE_WORD):
        first = pattern.match(words)
        verb = _VERBS.get(normalise(first.group())) if first else None
        if first and verb:
            return verb, words[first.end() :].strip()
    return None, words
