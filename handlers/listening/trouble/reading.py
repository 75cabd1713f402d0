"""Does a message read like trouble? Judged from its words alone, in four languages that people mix.

A sign of trouble counts ("the page is down"), and so does a good thing that falls or a bad one that rises ("conversion
fell", "many complaints"). It does not count where it is denied, only supposed, asked about, quoted, or over by now. A
"why" takes what it asks about for a fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from handlers.grammar.grammar import MetricName, StoreName, mentioned, normalise
from handlers.listening.trouble.chinese import CHINESE
from handlers.listening.trouble.english import ENGLISH
from handlers.listening.trouble.portuguese import PORTUGUESE
from handlers.listening.trouble.spanish import SPANISH
from handlers.listening.trouble.words import TroubleWords
from kpi.engagements import Store

LATIN = (PORTUGUESE, SPANISH, ENGLISH)
"""The languages whose words stand apart; people mix them in one message, so each is read with all."""

LONGEST_READ = 4_000
"""Characters that are read: what is wrong is said at the beginning of a message, not on its tenth page."""
FARTHEST = 45
"""Characters between a thing and the word that says how it moved."""
DENIED_WITHIN = 3
"""Words before a sign in which a negation denies it."""
DENIED_WITHIN_SIGNS = 4
"""The same in Chinese, in signs."""

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_QUOTED_LINE = re.compile(r"^[^\S\n]*(?:>|&gt;|「.*」[^\S\n]*$).*$", re.MULTILINE)
_FORWARDED = re.compile(
    r"^[^\S\n]*(?:-+[^\S\n]*)?(?:forwarded message|mensagem encaminhada|mensaje reenviado|转发的?消息|转自).*\Z",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_ADDRESS = re.compile(r"<?(?:https?://|www\.)[^\s>]+>?", re.IGNORECASE)
_NAMED = re.compile(r"<[@#!][^>\n]*>|:[a-z0-9_+-]{1,60}:")
_SENTENCE = re.compile(r"((?:[^.?!。;\n]|\.(?=\w))+)([?!.。;]*)")
_COMMA = re.compile(r"[,，、]")
_LATIN_WORD = re.compile(r"[a-z0-9'%]+")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a message was taken for trouble by; `store` and `metric` are those it names ("": none, or several)."""

    words: tuple[str, ...]
    store: str = ""
    metric: str = ""


def trouble_in(text: str, stores: Iterable[Store] = ()) -> Trouble | None:
    """Return what reads like trouble in a message, or None."""
    plain = said_by_its_writer(text)
    found: list[str] = []
    for clause in _clauses(plain):
        hits = list(_hits(clause))
        if hits or _is_over(clause):
            # What is over is forgotten; what is said after it counts again.
            found = [] if _is_over(clause) else [*found, *hits]
    if not found:
        return None
    known = mentioned(plain, stores)
    return Trouble(
        tuple(dict.fromkeys(found)),
        _only({one.id for one in known if isinstance(one, StoreName)}),
        _only({one.id for one in known if isinstance(one, MetricName)}),
    )


def said_by_its_writer(text: str) -> str:
    """Return the plain words of a message that are its writer's own: no quotes, code, addresses or names."""
    own = _CODE.sub(" ", text[:LONGEST_READ])
    own = _FORWARDED.sub(" ", _QUOTED_LINE.sub("\n", own))
    own = _NAMED.sub(" ", _ADDRESS.sub(" ", own))
    return normalise(own.replace("’", "'"))


@dataclass(frozen=True, slots=True)
class _Clause:
    """A stretch of words without a turn ("but") in it; `asked_from` is where its question begins, if it is one."""

    text: str
    asked_from: int


class _Patterns:
    """The words of every language, ready to be looked for."""

    def __init__(self) -> None:
        self.signs = _either(lambda language: language.signs)
        self.good = _either(lambda language: language.good)
        self.bad = _either(lambda language: language.bad)
        self.falls = _either(lambda language: language.falls)
        self.rises = _either(lambda language: language.rises)
        self.reliefs = _either(lambda language: language.reliefs)
        self.whys = _either(lambda language: language.whys)
        self.doubts = _either(lambda language: language.doubts)
        self.turns = _either(lambda language: language.turns)
        self.denies = _spaced(word for language in LATIN for word in language.negations)
        self.denies_next = _at_the_end(_spaced(word for language in LATIN for word in language.close_negations))
        self.denies_in_chinese = _joined(CHINESE.negations)
        self.denies_next_in_chinese = _at_the_end(_joined(CHINESE.close_negations))


def _clauses(plain: str) -> Iterator[_Clause]:
    for sentence, ending in _SENTENCE.findall(plain):
        turns = [0, *(found.start() for found in _patterns().turns.finditer(sentence)), len(sentence)]
        parts = [sentence[start:end] for start, end in pairwise(turns)]
        for number, part in enumerate(parts):
            is_asked = "?" in ending and number == len(parts) - 1
            commas = [found.end() for found in _COMMA.finditer(part)]
            yield _Clause(part, (commas[-1] if commas else 0) if is_asked else len(part))


def _hits(clause: _Clause) -> Iterator[str]:
    patterns, text = _patterns(), clause.text
    takes_for_fact = patterns.whys.search(text) is not None
    if not takes_for_fact and patterns.doubts.search(text):
        return
    places = [(found.span(), found.span()) for found in patterns.signs.finditer(text)]
    for thing, movement in _moved(text):
        places.append((min(thing, movement), max(thing, movement)))
    for first, last in places:
        is_asked = first[0] >= clause.asked_from and not takes_for_fact
        if not is_asked and not any(_is_denied(text, place[0]) for place in (first, last)):
            yield " … ".join(dict.fromkeys(text[start:end].strip() for start, end in (first, last)))


def _moved(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the places of things that moved to their bad side, each with the nearest word that says so."""
    patterns = _patterns()
    falls = [found.span() for found in patterns.falls.finditer(text)]
    rises = [found.span() for found in patterns.rises.finditer(text)]
    bad = [found.span() for found in patterns.bad.finditer(text)]
    good = [found.span() for found in patterns.good.finditer(text)]
    for things, wanted, other in ((good, falls, rises), (bad, rises, falls)):
        for thing in things:
            nearest = min((*wanted, *other), key=lambda place: _gap(thing, place), default=None)
            if nearest is not None and nearest in wanted and _gap(thing, nearest) <= FARTHEST:
                yield thing, nearest


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _is_denied(text: str, at: int) -> bool:
    """Tell whether the few words before a place, back to the last comma, deny it."""
    patterns = _patterns()
    before = patterns.whys.sub(" ", _COMMA.split(text[:at])[-1]).rstrip()
    words = " ".join(_LATIN_WORD.findall(before)[-DENIED_WITHIN:])
    signs = before[-DENIED_WITHIN_SIGNS:]
    denials = (
        (patterns.denies, words),
        (patterns.denies_next, words),
        (patterns.denies_in_chinese, signs),
        (patterns.denies_next_in_chinese, signs),
    )
    return any(pattern.search(near) for pattern, near in denials)


def _is_over(clause: _Clause) -> bool:
    found = [place for place in _patterns().reliefs.finditer(clause.text) if place.start() < clause.asked_from]
    return any(not _is_denied(clause.text, place.start()) for place in found)


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    return _Patterns()


def _either(words_of: Callable[[TroubleWords], tuple[str, ...]]) -> re.Pattern[str]:
    """Return a pattern of the same kind of words in all languages."""
    latin = _spaced(word for language in LATIN for word in words_of(language))
    return re.compile(f"{latin.pattern}|{_joined(words_of(CHINESE)).pattern}")


def _at_the_end(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern.pattern})\Z")


def _spaced(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of words that stand apart, the longest first."""
    longest_first = sorted(set(words), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(_as_pattern, longest_first))})(?![^\W_])")


def _as_pattern(words: str) -> str:
    escaped = re.escape(words).replace(r"\ …\ ", r"\s+(?:[^\s,]+\s+){0,3}?")
    return escaped.replace(r"\*", r"[a-z]*").replace(r"\ ", r"\s+")


def _joined(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of Chinese words, which may stand inside others, the longest first."""
    longest_first = sorted(set(words), key=len, reverse=True)
    return re.compile("|".join(word.replace("…", "[^,。]{0,6}?") for word in longest_first))


def _only(ids: set[str]) -> str:
    return next(iter(ids)) if len(ids) == 1 else ""
