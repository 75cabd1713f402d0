"""What a picture shows, as plain data: numbers and ready-made labels in the reader's language. Drawing is elsewhere.

Everything pickles, so that pictures are drawn in another process. `fallback` is the same picture with Latin labels,
drawn instead when no font has the characters of the first one.
"""

from __future__ import annotations

from dataclasses import dataclass

from kpi.tones import Tone

MOST_PANELS = 6
"""Small multiples on one sheet: more cannot be read on a phone."""


@dataclass(frozen=True, slots=True)
class Label:
    """A ready-made label at a position: an index of the series (x) or a value (y)."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A line over days with its band.

    `values` and `band` have one entry per day; None is a gap. `hollow_from` is the index of the first value that is
    not final. `day_labels` are positioned by index, `value_labels` by value; `marks` are vertical lines (events, an
    onset). `window` shades the days from … to (indices) that made something fire. For who draws the line elsewhere,
    `name` is what it shows, `days` names every day, and values times `scale` are in `unit`.
    """

    values: tuple[float | None, ...]
    band: tuple[tuple[float, float] | None, ...]
    day_labels: tuple[Label, ...]
    value_labels: tuple[Label, ...]
    target: float | None = None
    target_label: str = ""
    last_label: str = ""
    band_label: str = ""
    hollow_from: int | None = None
    marks: tuple[Label, ...] = ()
    window: tuple[int, int] | None = None
    name: str = ""
    days: tuple[str, ...] = ()
    scale: int = 1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TrendPicture:
    """One metric over time; `title` says the finding."""

    title: str
    subtitle: str
    tone: Tone
    trend: Trend
    footer: str = ""
    alt_text: str = ""
    fallback: TrendPicture | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One small multiple: name, value and change as text, a word for the judgement, the line behind them."""

    name: str
    value: str
    change: str
    judgement: str
    tone: Tone
    trend: Trend
    note: str = ""


@dataclass(frozen=True, slots=True)
class DigestSheet:
    """The daily digest in one picture for a phone: the verdict on top, up to six panels, worst first."""

    title: str
    subtitle: str
    tone: Tone
    verdict: str
    panels: tuple[Panel, ...]
    footer: str = ""
    alt_text: str = ""
    fallback: DigestSheet | None = None


@dataclass(frozen=True, slots=True)
class BulletRow:
    """One target: `attained` and `due` are shares of it (1.0 = the whole target); `due` None for ratios."""

    name: str
    attained: float
    due: float | None
    value: str
    target: str
    judgement: str
    tone: Tone
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class BulletPicture:
    """Targets as bullet bars."""

    title: str
    subtitle: str
    rows: tuple[BulletRow, ...]
    footer: str = ""
    alt_text: str = ""
    fallback: BulletPicture | None = None


Picture = TrendPicture | DigestSheet | BulletPicture


@dataclass(frozen=True, slots=True)
class TooLargePicture:
    """A picture that was drawn already, and the bytes a platform takes of it."""

    content: bytes
    most_bytes: int
