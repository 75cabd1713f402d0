"""Pictures as a phone shows them: every glyph, every language, nothing outside the sheet, the same bytes twice."""

from __future__ import annotations

import pickle
from dataclasses import replace
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from charts import drawing, fonts
from charts.canvas import Canvas, drawing_style
from charts.drawing import draw
from charts.trend import draw_trend
from kpi.languages import Language
from kpi.pictures import Picture
from tests.charts.pictures import every_kind, sheet, trend_picture

GAP = 12
SEGMENT = 2
"""Points of a straight line: marks and limits have no gaps."""
WIDEST, TALLEST, HEAVIEST = 1080, 1620, 2_000_000
"""Pixels and bytes: what Slack and WeCom show whole (WeCom takes 2 MB)."""

EVERY = [
    pytest.param(picture, id=f"{type(picture).__name__}-{number}-{language}")
    for language in Language
    for number, picture in enumerate(every_kind(language))
]


def _canvas(picture: Picture) -> Canvas:
    with drawing_style():
        return drawing._canvas(picture)


def _texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text().strip()]


@pytest.mark.parametrize("picture", EVERY)
def test_every_kind_draws_in_every_language_within_a_phone_and_two_megabytes(picture: Picture) -> None:
    """A missing glyph warns, and warnings are errors here: a seller must never see hollow boxes."""
    png = draw(picture)
    height, width = imread(BytesIO(png), format="png").shape[:2]
    assert width == WIDEST
    assert height <= TALLEST
    assert len(png) < HEAVIEST


@pytest.mark.parametrize("picture", EVERY)
def test_the_same_picture_is_the_same_bytes(picture: Picture) -> None:
    """A picture that is sent again must be recognised as the same."""
    assert draw(picture) == draw(picture)


@pytest.mark.parametrize("picture", EVERY)
def test_no_text_leaves_the_sheet(picture: Picture) -> None:
    """A cut word on a phone is a wrong word."""
    figure = _canvas(picture).figure
    with drawing_style():
        figure.canvas.draw()
        edges = figure.bbox
        for text in _texts(figure):
            box = text.get_window_extent()
            assert box.x0 >= edges.x0 - 1, text.get_text()
            assert box.x1 <= edges.x1 + 1, text.get_text()
            assert box.y0 >= edges.y0 - 1, text.get_text()
            assert box.y1 <= edges.y1 + 1, text.get_text()


@pytest.mark.parametrize("language", Language)
def test_no_two_texts_of_a_sheet_lie_on_each_other(language: Language) -> None:
    """Two labels on one spot are none."""
    figure = _canvas(sheet(language)).figure
    with drawing_style():
        figure.canvas.draw()
        boxes = [(text.get_text(), text.get_window_extent().shrunk(0.9, 0.7)) for text in _texts(figure)]
    crossed = [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if a.overlaps(b)]
    assert crossed == []


def test_a_day_without_data_is_a_gap_and_never_zero() -> None:
    """Missing is not zero, also in a picture."""
    with drawing_style():
        figure = draw_trend(trend_picture(Language.EN, gap=GAP)).figure
    curves = [line for axes in figure.axes for line in axes.get_lines() if len(np.asarray(line.get_xdata())) > SEGMENT]
    assert curves
    for curve in curves:
        days, values = np.asarray(curve.get_xdata(), float), np.asarray(curve.get_ydata(), float)
        assert np.isnan(values[days == GAP]).all()
        assert not (values == 0).any()


def test_without_a_chinese_font_the_latin_twin_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Chinese fonts sends a readable picture, not boxes."""
    twin = trend_picture(Language.EN)
    chinese = replace(trend_picture(Language.ZH), fallback=twin)
    monkeypatch.setattr(fonts, "families", lambda: ("DejaVu Sans",))
    monkeypatch.setattr("charts.canvas.families", lambda: ("DejaVu Sans",))
    assert draw(chinese) == draw(twin)


def test_pictures_travel_to_another_process() -> None:
    """They are drawn in a pool; what cannot be pickled cannot be drawn."""
    for language in Language:
        for picture in every_kind(language):
            assert pickle.loads(pickle.dumps(picture)) == picture  # noqa: S301 - our own bytes
