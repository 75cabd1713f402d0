"""Until when and why, as two of the forms ask it: a choice of the usual times, a time of one's own, a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.filled_forms import Filled
from handlers.grammar.until_words import until_said
from handlers.messages import Field, FieldKind, Request
from kpi.days import ONE_DAY, business_day
from kpi.errors import QuestionError
from kpi.phrases import phrase
from kpi.wording.wording import Wording

LONGEST_REASON = 300
"""Characters of a reason: it is read in one line of a list."""

Choice = tuple[str, str]
"""What a choice says, as if it had been typed, and its label."""


def until_fields(request: Request, choices: Sequence[Choice], latest: str) -> tuple[Field, ...]:
    """Return the fields; `latest` says what is the latest time that can be named."""
    say = Wording(request.language).say
    day = (business_day(request.at, request.room.zone) + ONE_DAY).isoformat()
    own = say(
        phrase("Counts instead of the choice above: %(day)s 14:00, on the clock of %(city)s. %(latest)s"),
        day=day,
        city=Wording(request.language).city(request.room.zone),
        latest=latest,
    )
    return (
        Field("until", say(phrase("Until when?")), FieldKind.CHOICE, choices[0][0], True, tuple(choices)),  # noqa: FBT003 - a choice is always made
        Field("at", say(phrase("Or a day and time of your own")), hint=own),
        Field("reason", say(phrase("Why?"))),
    )


def until_in(filled: Filled) -> datetime | None:
    """Return the instant a form names, or None where it names none that can be understood."""
    name = "at" if filled.text("at") else "until"
    return filled.read(name, lambda text: _said(text, filled.request), None)


def reason_in(filled: Filled) -> str:
    """Return why, in one line."""
    return " ".join(filled.words("reason", LONGEST_REASON).split())


def require_between(until: datetime, request: Request, longest: timedelta) -> None:
    """Raise QuestionError for an instant that is over, or lies further away than `longest`."""
    require_future(until, request)
    if until > request.at + longest:
        last = until_text(request.at + longest, request)
        raise QuestionError(phrase("That is too long: until %(last)s at most."), last=last)


def require_future(until: datetime, request: Request) -> None:
    """Raise QuestionError for an instant that is over."""
    if until <= request.at:
        raise QuestionError(phrase("%(until)s is over already."), until=until_text(until, request))


def faulty_field(filled: Filled) -> str:
    """Return the field that named the time."""
    return "at" if filled.text("at") else "until"


def until_text(until: datetime, request: Request) -> str:
    """Return an instant on the room's clock, with its day."""
    return moment_text(until, request.room.zone, Wording(request.language))


def moment_text(at: datetime, zone: ZoneInfo, wording: Wording) -> str:
    """Return the day and the time of an instant: "29 Nov 09:00"."""
    return f"{wording.short_day(at.astimezone(zone).date())} {wording.clock(at, zone)}"


def _said(text: str, request: Request) -> datetime:
    until, rest = until_said(text, request.at, request.room.zone)
    if rest:
        raise QuestionError(
            phrase("“%(text)s” is no time. Write for example `4h`, `3d`, `tomorrow` or `%(day)s 14:00`."),
            text=text[:80],
            day=(business_day(request.at, request.room.zone) + ONE_DAY).isoformat(),
        )
    return until
