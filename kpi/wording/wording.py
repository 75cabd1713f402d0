"""Everything a sentence needs in one language: words, numbers, money, days, clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kpi.errors import VigiaError
from kpi.languages import Language
from kpi.money import Money
from kpi.phrases import phrase
from kpi.wording import cities, dates, numbers
from kpi.wording.catalogues import catalogue_of

_POINTS: dict[Language, str] = {
    Language.EN: " pp",
    Language.ZH: "个百分点",
    Language.PT: " p.p.",
    Language.ES: " pp",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Speaks one language. All methods are pure; numbers are rounded half up."""

    language: Language

    def say(self, msgid: str, **params: object) -> str:
        """Return the sentence in this language with its placeholders filled."""
        text = catalogue_of(self.language).gettext(msgid) if msgid else ""
        return text % params if params or "%%" in text else text

    def say_n(self, singular: str, plural: str, n: int, **params: object) -> str:
        """Return the sentence in the form the number `n` asks for; `%(n)s` is filled with it."""
        text = catalogue_of(self.language).ngettext(singular, plural, n)
        return text % {"n": self.count(Decimal(n)), **params}

    def sentence(self, error: VigiaError) -> str:
        """Return the one sentence of an error."""
        return self.say(error.message, **error.params)

    def listed(self, items: Iterable[str]) -> str:
        """Return names one after the other: "GMV, ACoS", "GMV、ACoS"."""
        return ("、" if self.language is Language.ZH else ", ").join(items)

    def sentences(self, sentences: Iterable[str]) -> str:
        """Return sentences, or what stands in brackets behind one, in a row; Chinese ones stand without a space."""
        return ("" if self.language is Language.ZH else " ").join(sentences)

    def labelled(self, label: str, text: str) -> str:
        """Return what stands before a colon with what follows it: "Data: …", "数据：…"."""
        return f"{label}：{text}" if self.language is Language.ZH else f"{label}: {text}"

    def money(self, money: Money, *, compact: bool = False) -> str:
        """Return "R$ 128,5 mil" or, in full, "R$ 128.456,00"."""
        return numbers.money_text(money, self.language, compact=compact)

    def count(self, value: Decimal | int, *, compact: bool = False) -> str:
        """Return a whole number with grouping."""
        exact = Decimal(value)
        if compact:
            return numbers.compact_of(exact, self.language, 0)
        return numbers.digits_of(exact, 0, self.language)

    def share(self, share: Decimal, digits: int | None = None) -> str:
        """Return a share (0-1) in per cent: "2,35%", "14,2%"."""
        return numbers.share_text(share, self.language, digits)

    def whole_percent(self, share: Decimal) -> str:
        """Return a share (0-1) in whole per cent: "88%"."""
        return numbers.share_text(share, self.language, 0)

    def change(self, share: Decimal) -> str:
        """Return a relative change with its arrow: "▼ 12,3%"; "=" where nothing that is shown has moved."""
        return self._moved(share * 100, 1, "%")

    def points(self, difference: Decimal) -> str:
        """Return a difference of shares in percentage points: "▼ 0,54 p.p.", "▼0.54个百分点"; "=" for none."""
        return self._moved(difference * 100, 2, _POINTS[self.language])

    def difference(self, difference: Decimal) -> str:
        """Return a plain difference with its arrow: "▲ 0.4"; "=" for none."""
        return self._moved(difference, 1, "")

    def _moved(self, change: Decimal, digits: int, unit: str) -> str:
        arrow = numbers.arrow_of(change, digits)
        if arrow == numbers.SAME:
            return arrow
        gap = "" if self.language is Language.ZH else " "
        return f"{arrow}{gap}{numbers.digits_of(abs(change), digits, self.language)}{unit}"

    def hours(self, value: Decimal) -> str:
        """Return hours: "26.5 h"."""
        return self.say(phrase("%(n)s h"), n=numbers.digits_of(value, 1, self.language))

    def minutes(self, value: Decimal) -> str:
        """Return minutes: "42 min"."""
        return self.say(phrase("%(n)s min"), n=numbers.digits_of(value, 0, self.language))

    def days(self, value: Decimal) -> str:
        """Return a number of days: "1 day", "26 days"."""
        return self.say_n("%(n)s day", "%(n)s days", int(numbers.rounded(value, 0)))

    def stars(self, value: Decimal) -> str:
        """Return stars of five: "4.62 ★"."""
        return f"{numbers.digits_of(value, 2, self.language)} ★"

    def multiple(self, value: Decimal) -> str:
        """Return a multiple: "3.20×"."""
        return f"{numbers.digits_of(value, 2, self.language)}×"

    def number(self, value: Decimal, digits: int) -> str:
        """Return a number with exactly `digits` decimals."""
        return numbers.digits_of(value, digits, self.language)

    def missing(self) -> str:
        """Return what stands in a number's place when there is none."""
        return self.say(phrase("no data"))

    def short_day(self, day: date) -> str:
        """Return the day without weekday and year."""
        return dates.short_day(day, self.language)

    def weekday_day(self, day: date) -> str:
        """Return the day with its weekday."""
        return dates.weekday_day(day, self.language)

    def long_day(self, day: date) -> str:
        """Return the day with its year."""
        return dates.long_day(day, self.language)

    def month(self, day: date) -> str:
        """Return the month `day` lies in."""
        return dates.month_text(day, self.language)

    def period(self, first: date, last: date) -> str:
        """Return a range of days."""
        return dates.period_text(first, last, self.language)

    def clock(self, at: datetime, zone: ZoneInfo) -> str:
        """Return the wall clock of `zone` at an aware instant."""
        return dates.clock_text(at, zone)

    def city(self, zone: ZoneInfo) -> str:
        """Return the city whose clock `zone` is."""
        return cities.city_of(zone, self.language)

    def both_clocks(self, at: datetime, first: ZoneInfo, second: ZoneInfo) -> str:
        """Return one instant on two clocks."""
        return dates.both_clocks(at, first, second, self.language)
