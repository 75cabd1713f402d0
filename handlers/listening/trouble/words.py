"""What a language's words of trouble are: one table a language beside this file, read by `reading`.

All words are as `handlers.grammar.normalise` leaves them: no capitals, no accents. A star stands for the rest of a
word, three dots for up to three words (six signs of Chinese) in between.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TroubleWords:
    """One language's words.

    `signs` mean trouble by themselves; `good` things mean it when they fall, `bad` ones when they rise or are many.
    `negations` deny what follows within three words, `close_negations` only the very next one. After `reliefs` it is
    over. `whys` take what they ask about for a fact; `doubts` only suppose it.
    """

    signs: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    falls: tuple[str, ...]
    rises: tuple[str, ...]
    negations: tuple[str, ...]
    close_negations: tuple[str, ...]
    reliefs: tuple[str, ...]
    whys: tuple[str, ...]
    doubts: tuple[str, ...]
    turns: tuple[str, ...]
