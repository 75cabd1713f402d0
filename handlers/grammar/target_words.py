"""`/kpi target …` taken apart: whether it sets a target, its value, side, days, source and the words of its figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from handlers.grammar.grammar import normalise
from handlers.grammar.value_words import VALUE
from kpi.days import Period
from kpi.metrics.metric import Direction


class TargetField(StrEnum):
    """What a target is made of: the names of the fields that ask it, and of what one line says."""

    METRIC = "metric"
    STORES = "stores"
    SIDE = "side"
    VALUE = "value"
    FIRST = "first"
    LAST = "last"
    SOURCE = "source"


TARGET_WORDS = ("targets", "target", "metas", "meta", "objetivos", "objetivo", "目标")
SET_WORDS = ("set", "new", "definir", "fixar", "fijar", "establecer", "设定", "设置", "新建")
SIDE_WORDS: dict[Direction, tuple[str, ...]] = {
    Direction.UP: ("≥", ">=", "at least", "no minimo", "pelo menos", "al menos", "como minimo", "至少", "不低于"),
    Direction.DOWN: (
        *("≤", "<=", "at most", "no maximo", "ate no maximo", "a lo sumo", "como maximo"),
        *("至多", "最多", "不高于", "不超过"),
    ),
}
"""Without case and accents, as `normalise` leaves them."""
SOURCE_WORDS = ("source", "agreed", "fonte", "acordado", "fuente", "来源", "依据")

_COMMAND = re.compile(r"^[/／]?kpi\b[\s:：,，]*", re.IGNORECASE)
_LEAD = re.compile(rf"(?:{'|'.join(TARGET_WORDS)})(?![a-z])\s*", re.IGNORECASE)
_SET = re.compile(rf"(?:{'|'.join(SET_WORDS)})(?![a-z])\s*", re.IGNORECASE)
_SOURCE = re.compile(rf"(?<![^\W_])(?:{'|'.join(SOURCE_WORDS)})\s*[:：]\s*(.*)$", re.IGNORECASE | re.DOTALL)
_FROM = r"(?:from|since|starting|a partir de|desde|de|自|从)"
_UNTIL = r"(?:until|till|to|até|ate|hasta|a|到|至|\.\.|~|–)"
_DAY = r"\d{4}-\d{2}(?:-\d{2})?(?![\d-])"
_DAYS = re.compile(
    rf"(?:(?P<since>{_FROM})\s*)?(?P<first>{_DAY})(?:起)?(?:\s*{_UNTIL}\s*(?P<last>{_DAY}))?", re.IGNORECASE
)
_UNTIL_ONLY = re.compile(rf"(?:until|till|até|ate|hasta|截至|至|到)\s*(?P<last>{_DAY})", re.IGNORECASE)
_SIDES = {word: side for side, words in SIDE_WORDS.items() for word in words}
_SIDE = re.compile("|".join(re.escape(word) for word in sorted(_SIDES, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class TargetOrder:
    """What one line says by fields, and the words that name metric and stores."""

    values: dict[str, str]
    names: str

    @property
    def says_something(self) -> bool:
        """Whether more is said than which figure it is about."""
        return bool(self.values)


def target_order(text: str) -> TargetOrder | None:
    """Return the target a command sets, or None for a question.

    It sets one where it says so ("target set …"), or names a value that can be nothing else: with a sign, or from a
    day on.
    """
    words = _COMMAND.sub("", text.strip(), count=1)
    lead = _LEAD.match(words)
    if lead is None:
        return None
    rest = words[lead.end() :]
    told = _SET.match(rest)
    order = _taken_apart(rest[told.end() :] if told else rest)
    is_told = told is not None or _is_certain(rest, order)
    return order if is_told else None


def _is_certain(rest: str, order: TargetOrder) -> bool:
    value = order.values.get(TargetField.VALUE, "")
    if not value:
        return False
    found = VALUE.fullmatch(value)
    has_sign = found is not None and any(found[name] for name in ("before", "after", "times", "unit"))
    since = _DAYS.search(rest)
    is_span = found is not None and (found["unit"] or "").casefold() in {"d", "days", "dias", "días", "天"}
    return (has_sign and not is_span) or TargetField.SIDE in order.values or bool(since and since["since"])


def _taken_apart(text: str) -> TargetOrder:
    values: dict[str, str] = {}
    if source := _SOURCE.search(text):
        values[TargetField.SOURCE] = source.group(1).strip()
        text = text[: source.start()]
    text = _without_days(text, values)
    text = _without_side(text, values)
    text = _without_value(text, values)
    return TargetOrder(values, " ".join(text.split()))


def _without_days(text: str, values: dict[str, str]) -> str:
    if (until := _UNTIL_ONLY.search(text)) and not _DAYS.search(text[: until.start()]):
        values[TargetField.LAST] = _last_of(until["last"])
        text = _cut(text, until)
    found = _DAYS.search(text)
    if found is None:
        return text
    first, last = found["first"], found["last"] or ""
    values[TargetField.FIRST] = first if _is_day(first) else f"{first}-01"
    if last or not _is_day(first):
        values[TargetField.LAST] = _last_of(last or first)
    return _cut(text, found)


def _is_day(text: str) -> bool:
    return text.count("-") > 1


def _last_of(text: str) -> str:
    """Return a day as it was said; of a month, its last one."""
    if _is_day(text):
        return text
    try:
        return Period.month_of(date.fromisoformat(f"{text}-01")).last.isoformat()
    except ValueError:
        return f"{text}-01"  # no day of the calendar either: said where days are read


def _without_side(text: str, values: dict[str, str]) -> str:
    plain = "".join(normalise(sign)[:1] or sign for sign in text)
    found = _SIDE.search(plain)
    if found is None:
        return text
    values[TargetField.SIDE] = _SIDES[found.group()].value
    return f"{text[: found.start()]} {text[found.end() :]}"


def _without_value(text: str, values: dict[str, str]) -> str:
    """Take the value out: one with a sign before one that is only digits, and of several the last one."""
    found = [one for one in VALUE.finditer(text) if _stands_alone(text, one)]
    signed = [one for one in found if any(one[name] for name in ("before", "after", "times", "unit"))]
    for one in (signed or found)[-1:]:
        values[TargetField.VALUE] = one.group().strip()
        return _cut(text, one)
    return text


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    """Tell a value from the digits of a name ("lumina-ml-2")."""
    before = text[: found.start()][-1:]
    after = text[found.end() :][:1]
    is_chinese = before > "\x7f"
    return (not (before.isalnum() or before in {"-", "_", "/"}) or is_chinese) and not (
        after.isascii() and after.isalnum()
    )


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
