"""A row's body: written as JSON, read back the same, and worked out no sooner than needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from storage.bodies import Body


@dataclass(frozen=True, slots=True)
class Seen:
    """Something with what JSON does not know."""

    day: date
    seen_at: datetime
    words: tuple[str, ...] = ()


SEEN = Seen(date(2026, 6, 17), datetime(2026, 6, 17, 12, tzinfo=UTC), ("a", "日"))


def test_what_was_written_is_read_the_same() -> None:
    """A body is the only place where most of it is kept."""
    body = Body(Seen)
    assert body.read(body.write(SEEN)) == SEEN


def test_a_body_of_another_shape_is_refused() -> None:
    """Nothing half read goes on."""
    with pytest.raises(ValidationError):
        Body(Seen).read('{"day": "2026-06-17"}')


def test_how_to_write_is_worked_out_with_the_first_value_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start does not pay for books nobody opens, and no second value pays again."""
    made: list[object] = []

    class Adapter:
        def __init__(self, kind: type[object]) -> None:
            made.append(kind)

        def dump_json(self, value: object) -> bytes:
            return repr(value).encode()

    monkeypatch.setattr("storage.bodies.TypeAdapter", Adapter)
    body = Body(int)
    assert made == []
    assert [body.write(1), body.write(2)] == ["1", "2"]
    assert made == [int]
