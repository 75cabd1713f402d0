"""Readings and their lines as panels of a digest sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handlers.readings.figures import change_text, judgement_word, metric_name, value_text
from handlers.readings.trends import worded
from kpi.digests import TrendLine
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.pictures import DigestSheet, Panel
from kpi.readings.reading import Reading
from kpi.wording.wording import Wording


def panel_of(reading: Reading, line: TrendLine, wording: Wording) -> Panel:
    """Return one small multiple with its labels in one language."""
    metric = METRICS[reading.metric]
    window = wording.period(reading.period.first, reading.period.last) if reading.period.length > 1 else ""
    return Panel(
        name=metric_name(reading, wording),
        value=value_text(metric, reading.value, reading.scope.currency, wording),
        change=change_text(metric, reading.against_usual, wording),
        judgement=judgement_word(reading, wording),
        tone=reading.tone,
        trend=worded(line, metric, wording, most_marks=1),
        note=window,
    )


def sheet_with_fallback(drawn: Callable[[Wording], DigestSheet], wording: Wording) -> DigestSheet:
    """Return the sheet; Chinese ones carry an English twin for machines without a Chinese font."""
    sheet = drawn(wording)
    if wording.language is not Language.ZH:
        return sheet
    return replace(sheet, fallback=drawn(Wording(Language.EN)))
