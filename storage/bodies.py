"""The body of a row: a value of the field, written as JSON."""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Body(Generic[T]):
    """Writes values of one type as JSON and reads them back.

    How is worked out with the first value (1 to 20 ms), not when the module is loaded: a start would otherwise pay for
    every book, whether or not anything is ever written in it.
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    def write(self, value: T) -> str:
        """Return a value as JSON."""
        return self._adapter.dump_json(value).decode()

    def read(self, text: str | bytes) -> T:
        """Return the value that was written; raises pydantic's ValidationError when it is of another shape."""
        return self._adapter.validate_json(text)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)
