"""Targets as bullet bars: so far, the whole target, and what is due by now."""

from __future__ import annotations

from charts.canvas import TALLEST, Canvas, plain, shorten, width_of
from charts.palette import ACTUAL, EXCEPTION, GROUND, INK, QUIET_INK, TARGET, TONE_INK, TRACK
from kpi.pictures import BulletPicture, BulletRow
from kpi.tones import Tone

MARGIN = 14.0
ROW = 58.0
FULL = 1.15
"""The bar's width as a share of the target: a little room for targets that are beaten."""
BAR_HEIGHT = 11.0
HEADER = 44.0
FOOTER = 32.0


def draw_bullets(picture: BulletPicture) -> Canvas:
    """Return the drawn picture; rows that do not fit any more are left out at the end."""
    most = int((TALLEST - HEADER - 22 - FOOTER) // ROW)
    rows = picture.rows[:most]
    probe = Canvas(TALLEST)
    header = probe.lines(MARGIN, 14, picture.title, width=332, size=15, bold=True, most=2) + 8
    canvas = Canvas(header + len(rows) * ROW + FOOTER)
    canvas.lines(MARGIN, 14, picture.title, width=332, size=15, bold=True, most=2)
    for number, row in enumerate(rows):
        _row(canvas, row, header + number * ROW)
    canvas.text(MARGIN, canvas.height - 22, shorten(plain(picture.footer), 332, 10.5), size=10.5, color=QUIET_INK)
    return canvas


def _row(canvas: Canvas, row: BulletRow, y: float) -> None:
    right = 360 - MARGIN
    judgement = plain(row.judgement)
    room = right - MARGIN - width_of(judgement, 12.5) - 10
    canvas.text(MARGIN, y, shorten(plain(row.name), room, 12), size=12, color=QUIET_INK)
    canvas.text(right, y, judgement, size=12, bold=True, color=TONE_INK[row.tone], align="right")
    canvas.text(MARGIN, y + 16, row.value, size=15, bold=True, color=INK)
    canvas.text(MARGIN + width_of(plain(row.value), 16.5) + 8, y + 19, row.target, size=12, color=TARGET)
    axes = canvas.axes(MARGIN, y + 38, right - MARGIN, BAR_HEIGHT)
    axes.set_xlim(0, FULL)
    axes.set_ylim(0, 1)
    colour = EXCEPTION if row.tone in {Tone.BAD, Tone.WATCH} else ACTUAL
    axes.barh([0.5], [1.0], height=1.0, color=TRACK, lw=0)
    axes.barh([0.5], [min(row.attained, FULL)], height=0.56, color=colour, lw=0)
    axes.plot([1.0, 1.0], [0, 1], color=TARGET, lw=1.6)
    if row.due is not None:
        axes.plot([row.due, row.due], [-0.12, 1.12], color=GROUND, lw=4.0, clip_on=False)
        axes.plot([row.due, row.due], [-0.12, 1.12], color=INK, lw=1.8, clip_on=False)
