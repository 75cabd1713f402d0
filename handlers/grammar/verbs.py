"""What a command begins with: a verb in any of the four languages, and the words after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from handlers.grammar.grammar import normalise

WORD = re.compile(r"\S+")
_CHINESE_WORD = re.compile(r"[^\s\x00-\x7f]+")
"""A word that needs no space before a number or an id."""

V = TypeVar("V")


def leading_verb(words: str, verbs: Mapping[str, V]) -> tuple[V | None, str]:
    """Return the verb words begin with and what stands behind it; without a known one, None and all words.

    `verbs` are without case and accents, as `normalise` leaves them.
    """
    for pattern in (WORD, _CHINESE_WORD):
        first = pattern.match(words)
        verb = verbs.get(normalise(first.group())) if first else None
        if first and verb is not None:
            return verb, words[first.end() :].strip()
    return None, words
