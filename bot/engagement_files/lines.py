"""Where things stand in a TOML file: (section, index, key) → line number, for mistakes people can find."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


@dataclass(frozen=True, slots=True)
class LineMap:
    """Line numbers (from 1) of headers and keys."""

    headers: dict[tuple[str, int], int]
    keys: dict[tuple[str, int, str], int]

    def line_of(self, section: str, index: int = 0, key: str | None = None) -> int:
        """Return the line of a key, or of its header where the key is missing, or 1."""
        if key is not None and (section, index, key) in self.keys:
            return self.keys[section, index, key]
        return self.headers.get((section, index), 1)

    def line_of_path(self, words: list[str], index: int = 0) -> int:
        """Return the line of a key given with all that it lies in ("incidents", "critical", "levels").

        Of what is written in one line (`hours = { … }`), that line.
        """
        for length in range(len(words), 0, -1):
            section = ".".join(words[:length])
            if (section, index) in self.headers:
                return self.line_of(section, index, words[length] if length < len(words) else None)
        return 1


def map_lines(text: str) -> LineMap:
    """Return where each header and key of a TOML text stands; `[[x]]` headers are counted from 0."""
    headers: dict[tuple[str, int], int] = {}
    keys: dict[tuple[str, int, str], int] = {}
    counts: dict[str, int] = {}
    section, index = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header:
            section = header.group(2)
            index = counts.get(section, 0)
            counts[section] = index + 1
            headers[section, index] = number
        elif key:
            keys.setdefault((section, index, key.group(1)), number)
    return LineMap(headers, keys)
