"""What is common to all checks of raw Block Kit JSON: a problem, whether Slack refuses it, and the rules of texts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

TEXT_KEYS = {"type", "text", "emoji", "verbatim"}
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
MARKUP = re.compile(r"<(?!@[A-Z0-9]+>)")
"""The only markup Vigia writes between angle brackets is a person's mention."""
NO_INK = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
SHOWS_NOTHING = frozenset("\ufe0e\ufe0f\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that have a width and no ink."""
ORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn around how what follows reads: 12.3 becomes 3.21."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, and the error Slack answers; without a code Slack takes it, and people are worse off."""

    words: str
    code: str = "invalid_blocks"

    def __str__(self) -> str:
        return f"{self.words} ({self.code or 'ours'})"


def ours(words: str) -> Problem:
    """Return a broken rule of the house."""
    return Problem(words, "")


def refusal(problems: Iterable[Problem]) -> str:
    """Return the error Slack would answer with, or an empty text where it would take the message."""
    return next((one.code for one in problems if one.code), "")


def is_blank(text: str) -> bool:
    """Tell whether a reader sees nothing at all."""
    return all(one in SHOWS_NOTHING or unicodedata.category(one) in NO_INK for one in text)


def between(what: str, count: int, least: int, most: int, code: str = "invalid_blocks") -> Iterator[Problem]:
    """Yield a problem for a count or a length outside of its limits."""
    if not least <= count <= most:
        yield Problem(f"{what}: {count} where {least} to {most} are allowed", code)


def keys_of(data: Json, must: Iterable[str], may: Iterable[str] = ()) -> Iterator[Problem]:
    """Yield a problem for keys that are missing or that Slack does not know."""
    needed = set(must)
    if missing := needed - data.keys():
        yield Problem(f"{data.get('type')} without {sorted(missing)}")
    if unknown := data.keys() - needed - set(may):
        yield Problem(f"{data.get('type')} with unknown {sorted(unknown)}")


def text_of(text: Any, kinds: str | Sequence[str], limit: int) -> Iterator[Problem]:
    """Yield what is wrong with a text object."""
    allowed = (kinds,) if isinstance(kinds, str) else kinds
    if not isinstance(text, Mapping) or text.get("type") not in allowed or not text.keys() <= TEXT_KEYS:
        yield Problem(f"{text!r:.80} where text of kind {' or '.join(allowed)} belongs")
        return
    words = text.get("text", "")
    yield from words_of(words, limit)
    if "emoji" in text and text["type"] != "plain_text":
        yield Problem("emoji belongs to plain text")
    if text["type"] == "mrkdwn":
        yield from marked_up(words)
        if text.get("verbatim") is not True:
            yield ours("text in which Slack looks for mentions by itself")
    elif "verbatim" in text:
        yield Problem("verbatim belongs to mrkdwn")


def words_of(words: str, limit: int, code: str = "invalid_blocks") -> Iterator[Problem]:
    """Yield what is wrong with plain words of at most `limit` characters."""
    yield from between("characters", len(words), 1, limit, code)
    if is_blank(words):
        yield Problem(f"blank text {words!r:.40}", code if not words.strip() else "")
    yield from unreadable(words)


def unreadable(words: str) -> Iterator[Problem]:
    """Yield characters nobody typed on purpose."""
    for one in words:
        kind = unicodedata.category(one)
        if one in ORDERING or kind == "Cs" or (kind == "Cc" and one not in "\n\t"):
            yield ours(f"the character U+{ord(one):04X} in {words!r:.60}")
            return


def marked_up(words: str) -> Iterator[Problem]:
    """Yield what Slack would take for markup, and what is not escaped whole."""
    if ENTITY.search(words):
        yield ours(f"an ampersand that is not escaped, or a split entity: {words[:80]}")
    if MARKUP.search(words):
        yield ours(f"markup that could call people: {words[:80]}")


def repeated(what: str, names: Iterable[Any], code: str = "invalid_blocks") -> Iterator[Problem]:
    """Yield every name that is used more than once."""
    yield from (Problem(f"{what} {name} used {n} times", code) for name, n in Counter(names).items() if n > 1)
