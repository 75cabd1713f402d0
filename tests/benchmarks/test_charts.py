"""What a picture costs beside the obvious ways to make it: pyplot, and a screenshot of a web page."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from io import BytesIO

import matplotlib as mpl
import pytest
from playwright.sync_api import sync_playwright

from charts.drawing import draw
from kpi.languages import Language
from kpi.pictures import DigestSheet, TrendPicture
from tests.charts.pictures import sheet, trend_picture

pytestmark = pytest.mark.benchmark

MOST_TIMES_PYPLOT = 0.7
MOST_TIMES_SCREENSHOT = 1 / 8
ROUNDS = 7
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def _median(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    run()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _naive_pyplot(picture: TrendPicture) -> bytes:
    """Draw the same picture the way a tutorial does."""
    from matplotlib import pyplot as plt  # noqa: PLC0415, TID251 - the rival

    trend = picture.trend
    values = [float("nan") if value is None else value for value in trend.values]
    figure, axes = plt.subplots(figsize=(5, 3.9), dpi=216)
    axes.fill_between(
        range(len(values)),
        [band[0] if band else 0 for band in trend.band],
        [band[1] if band else 0 for band in trend.band],
    )
    axes.plot(range(len(values)), values, linewidth=3)
    axes.axhline(trend.target or 0, linestyle="--")
    axes.set_xticks([label.at for label in trend.day_labels], [label.text for label in trend.day_labels])
    axes.set_yticks([label.at for label in trend.value_labels], [label.text for label in trend.value_labels])
    axes.set_title(picture.title)
    for mark in trend.marks:
        axes.axvline(mark.at, linestyle=":")
        axes.annotate(mark.text, (mark.at, max(values)))
    axes.annotate(trend.last_label, (len(values) - 1, values[-1]), fontsize=16)
    figure.text(0, 0, picture.footer)
    figure.text(0, 0.9, picture.subtitle)
    figure.tight_layout()
    buffer = BytesIO()
    plt.savefig(buffer, format="png", bbox_inches="tight")
    plt.close(figure)
    return buffer.getvalue()


def test_a_trend_costs_at_most_seven_tenths_of_naive_pyplot() -> None:
    """No pyplot, no tight bounding box, no second drawing."""
    mpl.use("Agg")
    picture = trend_picture(Language.EN)
    ours, theirs = _median(lambda: draw(picture)), _median(lambda: _naive_pyplot(picture))
    print(f"\ntrend {ours * 1000:.0f} ms, pyplot {theirs * 1000:.0f} ms, ratio {ours / theirs:.2f}")  # noqa: T201
    assert ours <= MOST_TIMES_PYPLOT * theirs


def _page(picture: DigestSheet) -> str:
    points = " ".join(
        f"{day * 10},{60 - (value or 0) * 1500:.0f}" for day, value in enumerate(picture.panels[0].trend.values)
    )
    cells = "".join(
        f"<div><h3>{panel.name}</h3><b>{panel.value}</b> {panel.change} {panel.judgement}"
        f"<svg viewBox='0 0 280 60'><polyline fill=none stroke=blue points='{points}'/></svg></div>"
        for panel in picture.panels
    )
    return f"<body style='width:360px'><h1>{picture.title}</h1><p>{picture.subtitle}</p>{cells}<p>{picture.footer}</p>"


def _screenshot(picture: DigestSheet) -> bytes:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 360, "height": 540}, device_scale_factor=3)
        page.set_content(_page(picture))
        png = page.screenshot(full_page=True)
        browser.close()
    return png


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; on Debian: apt-get install chromium")
def test_a_digest_sheet_costs_at_most_an_eighth_of_a_screenshot() -> None:
    """A browser per picture is what many bots do; it starts, lays out, paints and is thrown away."""
    picture = sheet(Language.ZH)
    ours, theirs = _median(lambda: draw(picture)), _median(lambda: _screenshot(picture), rounds=3)
    print(f"\nsheet {ours * 1000:.0f} ms, screenshot {theirs * 1000:.0f} ms, 1/{theirs / ours:.1f}")  # noqa: T201
    assert ours <= MOST_TIMES_SCREENSHOT * theirs
