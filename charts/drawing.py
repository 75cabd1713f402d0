"""From a picture as data to PNG bytes, and from a document to PDF bytes: made to run in another process."""

from __future__ import annotations

from collections.abc import Iterator

from charts.bullet import draw_bullets
from charts.canvas import Canvas, drawing_style
from charts.digest_sheet import draw_digest_sheet
from charts.document import print_document
from charts.fonts import can_draw
from charts.shrinking import shrink
from charts.trend import draw_trend
from kpi.documents import Document, Drawing
from kpi.pictures import BulletPicture, DigestSheet, Picture, TooLargePicture, Trend, TrendPicture
from kpi.tones import Tone


def draw(drawing: Drawing) -> bytes:
    """Return a picture as PNG, 1080 pixels wide, or a document as PDF; its Latin twin where no font has its words.

    One that was drawn already, and is too large, comes back smaller.
    """
    if isinstance(drawing, TooLargePicture):
        return shrink(drawing)
    return print_document(drawing, draw_picture) if isinstance(drawing, Document) else draw_picture(drawing)


def draw_picture(picture: Picture) -> bytes:
    """Return a picture as PNG."""
    chosen = picture
    if picture.fallback is not None and not can_draw(_texts(picture)):
        chosen = picture.fallback
    with drawing_style():
        return _canvas(chosen).png()


def warm_up() -> None:
    """Load fonts and the drawing library, so that the first real picture is not the slow one."""
    trend = Trend((1.0, 2.0), (None, None), (), ())
    draw(TrendPicture("Vigia", "", tone=Tone.NEUTRAL, trend=trend))


def _canvas(picture: Picture) -> Canvas:
    match picture:
        case TrendPicture():
            return draw_trend(picture)
        case DigestSheet():
            return draw_digest_sheet(picture)
        case BulletPicture():
            return draw_bullets(picture)


def _texts(picture: Picture) -> Iterator[str]:
    yield picture.title
    yield picture.subtitle
    yield picture.footer
    match picture:
        case TrendPicture():
            yield from _trend_texts(picture.trend)
        case DigestSheet():
            yield picture.verdict
            for panel in picture.panels:
                yield from (panel.name, panel.value, panel.change, panel.judgement, panel.note)
        case BulletPicture():
            for row in picture.rows:
                yield from (row.name, row.value, row.target, row.judgement)


def _trend_texts(trend: Trend) -> Iterator[str]:
    yield from (trend.target_label, trend.last_label, trend.band_label)
    for labels in (trend.day_labels, trend.value_labels, trend.marks):
        yield from (label.text for label in labels)
