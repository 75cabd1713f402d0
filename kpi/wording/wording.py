"""Everything a sentence needs in one language: words, numbers, money, days, clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kpi.errors import VigiaError
from kpi.languages import Language
from kpi.money import Money
from kpi.phrases import phrase
from kpi.wording import dates, numbers
from kpi.wording.catalogues import catalogue_of


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
        """Return a relative change with its arrow: "▼ 12,3%"."""
        arrow = numbers.arrow_of(share * 100, 1)
        gap = "" if self.language is Language.ZH else " "
        return f"{arrow}{gap}{numbers.share_text(abs(share), self.language, 1)}"

    def points(self, difference: Decimal) -> str:
        """Return a difference of shares in percentage points: "▼ 0,54 p.p.", "▼0.54个百分点"."""
        arrow = numbers.arrow_of(difference * 100, 2)
        digits = numbers.digits_of(abs(difference) * 100, 2, self.language)
        if self.language is Language.ZH:
            return f"{arrow}{digits}个百分点"
        unit = "p.p." if self.language is Language.PT else "pp"
        return f"{arrow} {digits} {unit}"

    def difference(self, difference: Decimal) -> str:
        """Return a plain difference with its arrow: "▲ 0.4"."""
        gap = "" if self.language is Language.ZH else " "
        return f"{numbers.arrow_of(difference, 1)}{gap}{numbers.digits_of(abs(difference), 1, self.language)}"

    def hours(self, value: Decimal) -> str:
        """Return hours: "26.5 h"."""
        return self.say(phrase("%(n)s h"), n=numbers.digits_of(value, 1, self.language))

    def minutes(self, value: Decimal) -> str:
        """Return minutes: "42 min"."""
        return self.say(phrase("%(n)s min"), n=numbers.digits_of(value, 0, self.language))

    def days(self, value: Decimal) -> str:
        """Return a number of days."""
        return self.say(phrase("%(n)s days"), n=numbers.digits_of(value, 0, self.language))

    def stars(self, value: Decimal) -> str:
        """Return stars of five: "4.62 ★"."""
        return f"{numbers.digits_of(value, 2, self.language)} ★"

    def multiple(self, value: Decimal) -> str:
        """Return a multiple: "3.2×"."""
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
        return dates.city_of(zone, self.language)

    def both_clocks(self, at: datetime, first: ZoneInfo, second: ZoneInfo) -> str:
        """Return one instant on two clocks."""
        return dates.both_clocks(at, first, second, self.language)
