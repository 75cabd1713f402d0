"""A filled-in form: what was written into it field by field, and everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from handlers.messages import Field, Form, Request
from kpi.errors import QuestionError, VigiaError
from kpi.phrases import phrase
from kpi.wording.wording import Wording

NOTHING_CHOSEN = "-"
"""The value of the choice that chooses nothing: platforms carry no empty one."""
LONGEST_WORDS = 30_000
"""Characters of what people write into one field."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in form; `faults` gathers what is wrong by field, so that all of it is said at once."""

    request: Request
    faults: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what was written into a field."""
        # No database takes a NUL in a text, and no person types one.
        return self.request.values.get(name, "").replace("\0", "").strip()

    def choice(self, name: str) -> str:
        """Return what was chosen; a choice of nothing is nothing."""
        value = self.text(name)
        return "" if value == NOTHING_CHOSEN else value

    def words(self, name: str, limit: int = LONGEST_WORDS) -> str:
        """Return what was written into a field that may be left empty, within its limit."""
        return self.read(name, partial(_limited, limit), "")

    def needed(self, name: str, limit: int = LONGEST_WORDS) -> str:
        """Return what was written into a field that may not be left empty."""
        return self.read(name, lambda text: _limited(limit, said_words(text)), "")

    def read(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        """Return what a field says as `read` understands it; where it refuses, its sentence is a fault."""
        return self._understood(name, self.text(name), read, otherwise)

    def read_choice(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        """Return what was chosen, as `read` does."""
        return self._understood(name, self.choice(name), read, otherwise)

    def _understood(self, name: str, value: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(value)
        except VigiaError as error:
            self.fault(name, error)
            return otherwise

    def fault(self, name: str, error: VigiaError) -> None:
        """Note what is wrong with a field, in the language of who filled it in."""
        self.faults[name] = Wording(self.request.language).sentence(error)


def said_words(text: str) -> str:
    """Return what was written; raises QuestionError where it is nothing."""
    if not text:
        raise QuestionError(phrase("Something has to stand here."))
    return text


def _limited(limit: int, text: str) -> str:
    if len(text) > limit:
        raise QuestionError(
            phrase("At most %(limit)s characters fit here; these are %(length)s."), limit=limit, length=len(text)
        )
    return text


def filled_in(fields: tuple[Field, ...], values: Mapping[str, str]) -> tuple[Field, ...]:
    """Put what was written so far over what is known."""
    return tuple(replace(one, value=values.get(one.name, one.value)) for one in fields)


def with_faults(form: Form, faults: Mapping[str, str]) -> Form:
    """Return a form that says beside its fields what is wrong with them."""
    return replace(form, fields=tuple(replace(one, fault=faults.get(one.name, "")) for one in form.fields))
