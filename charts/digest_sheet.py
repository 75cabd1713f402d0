"""The daily digest in one picture: verdict on top, then up to six panels, worst first."""

from __future__ import annotations

from charts.canvas import TALLEST, Canvas, plain, shorten, width_of, wrap
from charts.lines import draw_line
from charts.palette import GRID, INK, QUIET_INK, TONE_FILL, TONE_INK
from kpi.pictures import MOST_PANELS, DigestSheet, Panel

MARGIN = 14.0
GAP = 16.0
ONE_COLUMN = 3
"""Up to this many panels stand below each other, each as wide as the sheet."""
TITLE_SIZE = 16.0
CELL_HEIGHT = 122.0
ROW_HEIGHT = 92.0
FOOTER_HEIGHT = 38.0


def draw_digest_sheet(sheet: DigestSheet) -> Canvas:
    """Return the drawn sheet."""
    panels = sheet.panels[:MOST_PANELS]
    header = _header_height(sheet)
    is_wide = len(panels) <= ONE_COLUMN
    rows = len(panels) if is_wide else (len(panels) + 1) // 2
    row_height = ROW_HEIGHT if is_wide else CELL_HEIGHT
    row_height = min(row_height, (TALLEST - header - FOOTER_HEIGHT) / max(rows, 1))
    canvas = Canvas(header + rows * row_height + FOOTER_HEIGHT)
    _header(canvas, sheet)
    for number, panel in enumerate(panels):
        row, column = (number, 0) if is_wide else divmod(number, 2)
        y = header + row * row_height
        if column == 0:
            canvas.box(MARGIN, y, 360 - 2 * MARGIN, 0.8, GRID, rounding=0)
        if is_wide:
            _wide(canvas, panel, y + 9, row_height - 16)
        else:
            width = (360 - 2 * MARGIN - GAP) / 2
            _cell(canvas, panel, MARGIN + column * (width + GAP), y + 9, width, row_height - 14)
    canvas.lines(MARGIN, canvas.height - 34, plain(sheet.footer), width=332, size=10, color=QUIET_INK, most=2)
    return canvas


def _title_lines(sheet: DigestSheet) -> list[str]:
    return wrap(sheet.title, 360 - 2 * MARGIN, TITLE_SIZE * 1.06, 3)


def _header_height(sheet: DigestSheet) -> float:
    return 36 + len(_title_lines(sheet)) * TITLE_SIZE * 1.36 + 10


def _header(canvas: Canvas, sheet: DigestSheet) -> None:
    right = 360 - MARGIN
    if sheet.verdict:
        width = width_of(plain(sheet.verdict), 12) + 18
        canvas.box(right - width, 11, width, 20, TONE_FILL[sheet.tone], rounding=9)
        canvas.text(
            right - width / 2, 14.2, sheet.verdict, size=12, bold=True, color=TONE_INK[sheet.tone], align="center"
        )
        right -= width + 8
    canvas.text(MARGIN, 14.2, shorten(plain(sheet.subtitle), right - MARGIN, 12), size=12, color=QUIET_INK)
    y = 36.0
    for line in _title_lines(sheet):
        canvas.text(MARGIN, y, line, size=TITLE_SIZE, bold=True)
        y += TITLE_SIZE * 1.36


def _wide(canvas: Canvas, panel: Panel, y: float, height: float) -> None:
    left = 150.0
    _words(canvas, panel, MARGIN, y, left - MARGIN)
    axes = canvas.axes(MARGIN + left, y + 4, 360 - 2 * MARGIN - left - 6, height - 8)
    draw_line(axes, panel.trend, panel.tone, weight=2.0)


def _cell(canvas: Canvas, panel: Panel, x: float, y: float, width: float, height: float) -> None:
    below = _words(canvas, panel, x, y, width)
    space = y + height - below
    axes = canvas.axes(x, below + 3, width - 5, max(space - 6, 20))
    draw_line(axes, panel.trend, panel.tone, weight=1.8)


def _words(canvas: Canvas, panel: Panel, x: float, y: float, width: float) -> float:
    """Write name, value, change and judgement; return the y below them."""
    name = shorten(plain(f"{panel.name} · {panel.note}" if panel.note else panel.name), width, 12)
    canvas.text(x, y, name, size=12, color=QUIET_INK)
    size = 19.0 if width_of(plain(panel.value), 20) <= width else 15.0
    canvas.text(x, y + 16, panel.value, size=size, bold=True, color=INK)
    change = plain(panel.change)
    canvas.text(x, y + 41, change, size=12, color=QUIET_INK)
    after = x + (width_of(change, 12) + 7 if change else 0)
    judgement = shorten(plain(panel.judgement), x + width - after, 12)
    canvas.text(after, y + 41, judgement, size=12, bold=True, color=TONE_INK[panel.tone])
    return y + 57
