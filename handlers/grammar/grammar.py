"""From words in four languages to a typed question; an unknown word gets the nearest one we know."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz, process

from handlers.grammar.grammar_words import (
    FILLER_WORDS,
    KIND_WORDS,
    MARKET_WORDS,
    MARKETPLACE_WORDS,
    METRIC_WORDS,
    SPAN_WORDS,
    VERSUS_WORDS,
)
from handlers.grammar.questions import PeriodWord, Question, QuestionKind, Span, Versus
from kpi.days import Period
from kpi.engagements import Store
from kpi.errors import QuestionError, UnknownNameError
from kpi.languages import Language
from kpi.markets import Market, Marketplace
from kpi.metrics.catalogue import METRICS
from kpi.phrases import phrase
from kpi.wording.wording import Wording

NEAR_ENOUGH = 65
"""Similarity (0-100) from which a word is offered as what was meant."""
LONGEST_QUESTION = 300
"""Characters; longer texts are not questions."""
LONGEST_PERIOD_DAYS = 400
"""Days of history a question may span."""
YEARS = range(1990, 2100)
"""Years a question may name: comparisons reach back and forward, and computers' calendars end at 1 and 9999."""
A_LEAP_YEAR = 2000

_COMMAND = re.compile(r"^[/／]?kpi\b[\s:：,，]*", re.IGNORECASE)
_LAST_DAYS = re.compile(
    r"(?:last|past|ultimos?|ultimas?|近|最近|过去)?\s*(\d{1,4})\s*(?:days?|dias?|天|日|d)(?![a-z])", re.IGNORECASE
)
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|~|至|到|to|a|ate|hasta)\s*(\d{4}-\d{2}-\d{2}))?")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?![\d-])")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_WORD = re.compile(r"[^\s,，。;；、]+")
_GAP = re.compile(r"[\s,，。;；、]+")
_ONE_WORD = re.compile(r"[a-z0-9]+|.", re.DOTALL)
"""A Latin word or number as a whole, anything else sign by sign."""
_LATIN_OR_DIGIT = re.compile(r"[a-z0-9]")

Meaning = QuestionKind | Span | Versus | Market | Marketplace


@dataclass(frozen=True, slots=True)
class MetricName:
    """A word that names a metric."""

    id: str


@dataclass(frozen=True, slots=True)
class StoreName:
    """A word that names a store of the engagement."""

    id: str


Known = Meaning | MetricName | StoreName


def normalise(text: str) -> str:
    """Return `text` without case, accents and width variants, so that "Conversão" and "conversao" are one word."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).strip()


@dataclass(slots=True)
class _Draft:
    """The question as far as it has been understood."""

    kind: QuestionKind | None = None
    metric: str | None = None
    period: PeriodWord | None = None
    versus: Versus | None = None
    markets: set[Market] = field(default_factory=set)
    marketplaces: set[Marketplace] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)

    def take(self, meaning: Known) -> None:
        """Add one understood word; a second metric or period is refused rather than silently replaced."""
        match meaning:
            case MetricName(id=metric):
                self.metric = _only(self.metric, metric)
            case StoreName(id=store):
                self.stores.add(store)
            case Market():
                self.markets.add(meaning)
            case Marketplace():
                self.marketplaces.add(meaning)
            case Versus():
                self.versus = meaning
            case Span():
                self.take_period(PeriodWord(meaning))
            case QuestionKind():
                self.kind = meaning

    def take_period(self, period: PeriodWord) -> None:
        """Add the period; two different ones are refused."""
        if self.period is not None and self.period != period:
            raise QuestionError(phrase("Two periods in one question: ask about one, for example `/kpi gmv 30d`."))
        self.period = period

    def finished(self) -> Question:
        """Return the question; words that name a metric without a kind ask for that metric."""
        kind = self.kind or (QuestionKind.METRIC if self.metric else QuestionKind.BOARD)
        if kind is QuestionKind.WHY and self.metric is None:
            raise QuestionError(phrase("Say which metric to explain, for example `/kpi why conversion`."))
        if kind is QuestionKind.BOARD and self.metric:
            kind = QuestionKind.METRIC
        return Question(
            kind,
            self.metric,
            self.period,
            frozenset(self.markets),
            frozenset(self.marketplaces),
            frozenset(self.stores),
            self.versus,
        )


def _only(known: str | None, new: str) -> str:
    if known is not None and known != new:
        raise QuestionError(
            phrase("Two metrics in one question (“%(one)s” and “%(other)s”): ask about one at a time."),
            one=known,
            other=new,
        )
    return new


def parse_question(text: str, language: Language, stores: Iterable[Store], today: date) -> Question:
    """Return the question meant by `text` (with or without the leading `/kpi`).

    `stores` are the engagement's, whose names are words too; `today` dates a day without a year. Raises
    UnknownNameError with the nearest known word, or QuestionError.
    """
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            phrase("That is too long for a question (%(limit)s characters at most)."), limit=LONGEST_QUESTION
        )
    rest = _COMMAND.sub("", normalise(text))
    words = _vocabulary() | _store_words(stores)
    draft = _Draft()
    while rest := _GAP.sub("", rest, count=1) if _GAP.match(rest) else rest:
        rest = _take_next(rest, draft, words, language, today)
    return draft.finished()


def leading_period(text: str, language: Language, today: date) -> tuple[PeriodWord, str] | None:
    """Return the period a text begins with and the words after it, or None where it begins with none."""
    rest = normalise(text)
    for reader in (_read_dates, _read_last_days):
        found = reader(rest, language, today)
        if found is not None:
            return found[0], rest[found[1] :].strip()
    spans: dict[str, Known] = {normalise(word): span for word, span in SPAN_WORDS.items()}
    known = _longest_known(rest, spans)
    if known is None or not isinstance(known[1], Span):
        return None
    return PeriodWord(known[1]), rest[len(known[0]) :].strip()


def mentioned(text: str, stores: Iterable[Store]) -> tuple[Known, ...]:
    """Return what a text of any words names that we know, in order; nothing is refused."""
    rest, found = normalise(text), []
    words = _vocabulary() | _store_words(stores)
    while rest:
        known = _longest_known(rest, words)
        if known is not None:
            found.append(known[1])
        other = _ONE_WORD.match(rest)
        rest = rest[len(known[0]) if known else other.end() if other else 1 :]
    return tuple(found)


def _take_next(rest: str, draft: _Draft, words: dict[str, Known], language: Language, today: date) -> str:
    for reader in (_read_dates, _read_last_days):
        found = reader(rest, language, today)
        if found is not None:
            period, length = found
            draft.take_period(period)
            return rest[length:]
    known = _longest_known(rest, words)
    if known is not None:
        word, meaning = known
        draft.take(meaning)
        return rest[len(word) :]
    filler = _longest_filler(rest)
    if filler:
        return rest[len(filler) :]
    unknown = _WORD.match(rest)
    raise _unknown(unknown.group() if unknown else rest, words)


def _ends_word(rest: str, length: int) -> bool:
    """Latin words end at a boundary; Chinese ones may be followed by anything."""
    if length >= len(rest) or not _LATIN_OR_DIGIT.match(rest[length - 1]):
        return True
    return not _LATIN_OR_DIGIT.match(rest[length])


def _longest_known(rest: str, words: dict[str, Known]) -> tuple[str, Known] | None:
    for length in range(min(len(rest), _longest_word(words)), 0, -1):
        meaning = words.get(rest[:length])
        if meaning is not None and _ends_word(rest, length):
            return rest[:length], meaning
    return None


def _longest_word(words: dict[str, Known]) -> int:
    return max(map(len, words))


def _longest_filler(rest: str) -> str:
    fits = [word for word in FILLER_WORDS if rest.startswith(word) and _ends_word(rest, len(word))]
    return max(fits, key=len, default="")


def _read_last_days(rest: str, _language: Language, _today: date) -> tuple[PeriodWord, int] | None:
    found = _LAST_DAYS.match(rest)
    if found is None:
        return None
    days = int(found.group(1))
    if not 1 <= days <= LONGEST_PERIOD_DAYS:
        raise QuestionError(
            phrase("A question can span 1 to %(limit)s days, not %(days)s."), limit=LONGEST_PERIOD_DAYS, days=days
        )
    return PeriodWord(Span.LAST_DAYS, days=days), found.end()


def _read_dates(rest: str, language: Language, today: date) -> tuple[PeriodWord, int] | None:
    for pattern, reader in _DATE_READERS:
        found = pattern.match(rest)
        if found is not None:
            return PeriodWord(Span.DATES, dates=reader(found, language, today)), found.end()
    return None


def _iso_period(found: re.Match[str], _language: Language, _today: date) -> Period:
    first = _calendar_day(found.group(1))
    last = _calendar_day(found.group(2)) if found.group(2) else first
    if last < first:
        raise QuestionError(phrase("The period ends before it begins: write the earlier date first."))
    if (last - first).days >= LONGEST_PERIOD_DAYS:
        raise QuestionError(
            phrase("A question can span 1 to %(limit)s days, not %(days)s."),
            limit=LONGEST_PERIOD_DAYS,
            days=(last - first).days + 1,
        )
    return Period(first, last)


def _iso_month(found: re.Match[str], _language: Language, _today: date) -> Period:
    return Period.month_of(_calendar_day(f"{found.group(1)}-{found.group(2)}-01"))


def _slashed_day(found: re.Match[str], language: Language, today: date) -> Period:
    if language not in {Language.PT, Language.ES}:
        raise QuestionError(phrase("“%(date)s” can be read two ways: write it as 2026-11-22."), date=found.group())
    month_day = f"{int(found.group(2)):02d}-{int(found.group(1)):02d}"
    if found.group(3):
        return Period.of_day(_calendar_day(f"{found.group(3)}-{month_day}"))
    _calendar_day(f"{A_LEAP_YEAR}-{month_day}")  # a day of no year is refused before its year is looked for
    return Period.of_day(_newest_day(month_day, today))


def _newest_day(month_day: str, today: date) -> date:
    """Return the newest day of this name up to `today`; 29 February may be eight years old."""
    years = (year for year in range(today.year, today.year - 9, -1) if month_day != "02-29" or isleap(year))
    return next(day for year in years if (day := date.fromisoformat(f"{year}-{month_day}")) <= today)


def _calendar_day(text: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.year in YEARS:
            return day
    raise QuestionError(phrase("“%(date)s” is not a day of the calendar."), date=text)


_DATE_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Language, date], Period]], ...] = (
    (_DATES, _iso_period),
    (_MONTH, _iso_month),
    (_SLASHED, _slashed_day),
)


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, Known]:
    words: dict[str, Known] = {}
    for language in Language:
        wording = Wording(language)
        for metric in METRICS.values():
            words[normalise(wording.say(metric.name))] = MetricName(metric.id)
    for metric_id in METRICS:
        words[normalise(metric_id)] = MetricName(metric_id)
        words[normalise(metric_id.replace("_", " "))] = MetricName(metric_id)
    words |= {normalise(word): MetricName(metric_id) for word, metric_id in METRIC_WORDS.items()}
    tables: tuple[dict[str, Meaning], ...] = (
        dict(KIND_WORDS),
        dict(SPAN_WORDS),
        dict(VERSUS_WORDS),
        dict(MARKET_WORDS),
        dict(MARKETPLACE_WORDS),
    )
    for table in tables:
        words |= {normalise(word): meaning for word, meaning in table.items()}
    return words


def _store_words(stores: Iterable[Store]) -> dict[str, Known]:
    return {normalise(word): StoreName(store.id) for store in stores for word in (store.id, store.name)}


def _unknown(word: str, words: dict[str, Known]) -> UnknownNameError:
    near = process.extractOne(word, words.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    if near is None:
        return UnknownNameError(phrase("I do not know “%(word)s”. `/kpi help` shows what can be asked."), word=word)
    return UnknownNameError(phrase("I do not know “%(word)s”. Did you mean “%(nearest)s”?"), word=word, nearest=near[0])
