"""What every `/kpi` answer starts from: the question, its stores, the last closed day, the desk, the language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.grammar.questions import Question
from handlers.messages import Request
from handlers.ports import Work
from handlers.readings.reading_desk import ReadingDesk
from handlers.readings.scopes import chosen_stores, today_of
from kpi.days import ONE_DAY, Period
from kpi.engagements import Store
from kpi.markets import BEIJING
from kpi.phrases import phrase
from kpi.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class Asking:
    """One question being answered inside one unit of work."""

    work: Work
    request: Request
    question: Question
    stores: tuple[Store, ...]
    desk: ReadingDesk
    wording: Wording

    @property
    def last_closed_day(self) -> date:
        """The newest day that is over in every store's zone."""
        return self.desk.today - ONE_DAY

    @property
    def asked_period(self) -> Period | None:
        """The period asked for, or None when the metric's own window is meant."""
        return self.question.period.resolve(self.desk.today) if self.question.period else None

    def subject(self) -> str:
        """Return whom the answer is about: the engagement, or the stores the filters left."""
        engagement = self.request.engagement
        if len(self.stores) == len(engagement.stores):
            return engagement.name
        return self.wording.listed(store.name for store in self.stores)

    def footer(self, period: Period) -> str:
        """Return the data days and the asking time on both clocks."""
        zone = self.stores[0].zone
        days = self.wording.period(period.first, period.last)
        if period.last.year != self.desk.today.year:
            days = " – ".join(dict.fromkeys(map(self.wording.long_day, (period.first, period.last))))
        return self.wording.say(
            phrase("Data days %(days)s, store time (%(city)s) · asked %(clocks)s"),
            days=days,
            city=self.wording.listed(dict.fromkeys(self.wording.city(store.zone) for store in self.stores)),
            clocks=self.wording.both_clocks(self.request.at, zone, BEIJING),
        )


def begin(work: Work, request: Request, question: Question) -> Asking:
    """Return the start of an answer; raises QuestionError when no store fits the question's filters."""
    stores = chosen_stores(question, request.engagement)
    desk = ReadingDesk(work, request.engagement, today_of(stores, request.at))
    return Asking(work, request, question, stores, desk, Wording(request.language))
