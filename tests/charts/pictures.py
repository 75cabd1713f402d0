"""Pictures in four languages, as full of text as real ones."""

from __future__ import annotations

from dataclasses import replace

from kpi.languages import Language
from kpi.pictures import BulletPicture, BulletRow, DigestSheet, Label, Panel, Picture, Trend, TrendPicture
from kpi.tones import Tone

DAYS = 28
WORDS: dict[Language, tuple[str, str, str, str]] = {
    Language.EN: ("Conversion is worse than usual: 1.62 %", "Lumina ML Brazil · 23 Nov", "Black Friday", "worse"),
    Language.ZH: ("转化率低于平时：1.62%，需要客户经理处理", "Lumina 巴西美客多 · 11-23（周一）", "黑色星期五", "变差"),
    Language.PT: ("Conversão pior que o normal: 1,62 %", "Lumina ML Brasil · seg, 23/11", "Black Friday", "pior"),
    Language.ES: ("¿Qué pasó? Conversión peor: 1,62 %", "Andes ML México · lun, 23/11", "Buen Fin", "peor"),
}


def trend(language: Language, gap: int | None = None) -> Trend:
    """Return four weeks of a rate with its band; `gap` is a day without data."""
    words = WORDS[language]
    values = tuple(None if day == gap else 0.02 + 0.001 * (day % 7) for day in range(DAYS))
    return Trend(
        values,
        tuple((0.019, 0.028) for _ in range(DAYS)),
        tuple(Label(day, f"{day + 1}/11") for day in (0, 9, 18, 27)),
        (Label(0.02, "2%"), Label(0.025, "2.5%")),
        target=0.027,
        target_label="2.7%",
        last_label="1.62%",
        hollow_from=26,
        marks=(Label(20, words[2]),),
        window=(25, 27),
    )


def trend_picture(language: Language, gap: int | None = None) -> TrendPicture:
    """Return one metric over time."""
    title, subtitle, _, _ = WORDS[language]
    return TrendPicture(title, subtitle, Tone.BAD, trend(language, gap), footer=subtitle, alt_text=title)


def sheet(language: Language) -> DigestSheet:
    """Return a digest sheet with six panels."""
    title, subtitle, _, judgement = WORDS[language]
    panels = tuple(
        Panel(f"{subtitle.split(' · ')[0]} {number}", "R$ 1.234.567,89", "▼ 17.0%", judgement, tone, trend(language))
        for number, tone in enumerate((Tone.BAD, Tone.WATCH, Tone.GOOD, Tone.NEUTRAL, Tone.UNKNOWN, Tone.GOOD))
    )
    return DigestSheet(title, subtitle, Tone.BAD, judgement, panels, footer="D-20261123-01", alt_text=title)


def bullets(language: Language) -> BulletPicture:
    """Return targets as bars."""
    title, subtitle, _, judgement = WORDS[language]
    row = BulletRow("GMV Lumina ML", 0.82, 0.9, "R$ 3,2M", "R$ 3,9M", judgement, Tone.WATCH)
    return BulletPicture(title, subtitle, (row, replace(row, attained=1.3, due=None, tone=Tone.GOOD)), footer=subtitle)


def every_kind(language: Language) -> tuple[Picture, ...]:
    """Return one picture of each kind."""
    return trend_picture(language), trend_picture(language, gap=12), sheet(language), bullets(language)
