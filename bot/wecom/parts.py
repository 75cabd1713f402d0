"""Lines of ready markup as as few messages as possible: cut on line ends, numbered, within WeCom's bytes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wecom.limits import MOST_PARTS, PART_BYTES
from bot.wecom.markdown import size_of

_NUMBER_BYTES = size_of("\n…(9/9)")


def in_parts(
    lines: Sequence[str], last: str, tail: str, limit: int = PART_BYTES, most: int = MOST_PARTS
) -> tuple[str, ...]:
    """Return the texts of one or more messages, each within `limit` bytes.

    No line is parted: each must be shorter than a message by some 100 bytes. `last` (the footer) always ends the last
    message. `tail` stands before it when lines had to be left out because `most` messages are full.
    """
    whole = "\n".join(line for line in (*lines, last) if line)
    if size_of(whole) <= limit:
        return (whole,)
    packed = _packed(lines, limit - _NUMBER_BYTES, last, tail, most)
    count = len(packed)
    if count == 1:
        return ("\n".join(packed[0]),)
    return tuple(
        "\n".join((*part, f"({number}/{count})" if number == count else f"…({number}/{count})"))
        for number, part in enumerate(packed, 1)
    )


def _packed(lines: Sequence[str], limit: int, last: str, tail: str, most: int) -> list[list[str]]:
    ending = size_of(last) + size_of(tail) + 2
    parts: list[list[str]] = [[]]
    for line in lines:
        room = limit - (ending if len(parts) == most else 0)
        if _size(parts[-1]) + size_of(line) <= room:
            parts[-1].append(line)
        elif len(parts) < most:
            parts.append([line])
        else:
            parts[-1].append(tail)
            break
    if _size(parts[-1]) + size_of(last) > limit:
        parts.append([])
    parts[-1].extend([last] if last else [])
    return parts


def _size(lines: Sequence[str]) -> int:
    """Return the bytes of lines, each with its line break."""
    return sum(size_of(line) + 1 for line in lines)
