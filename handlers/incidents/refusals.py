"""Why something did not happen to an incident, as one sentence that says what to do."""

from __future__ import annotations

from handlers.incidents.card import STATUS_WORDS, name_of
from handlers.messages import Request
from kpi.errors import AccessError, QuestionError, VigiaError
from kpi.incidents.changes import Refusal, Refused
from kpi.incidents.incident import Status
from kpi.phrases import phrase
from kpi.wording.wording import Wording

SENTENCES: dict[Refusal, str] = {
    Refusal.NOT_ALLOWED: phrase(
        "Only the operator's team can do this; ask them here, or `/incident escalate %(number)s`."
    ),
    Refusal.CLOSED: phrase("Incident #%(number)s is %(status)s. If it is back: `/incident reopen %(number)s`."),
    Refusal.NOT_NOW: phrase("Incident #%(number)s is “%(status)s”; this cannot be done now."),
    Refusal.ALREADY_HELD: phrase("%(name)s has incident #%(number)s."),
    Refusal.NOT_DUE: phrase("It is too early for this."),
    Refusal.STALE: phrase("Incident #%(number)s has changed meanwhile. Look again: `/incident show %(number)s`."),
    Refusal.NEEDS_PLAN: phrase("Incident #%(number)s has no plan yet: `/incident plan %(number)s …`."),
    Refusal.NEEDS_TEXT: phrase("Say it in words after the number."),
    Refusal.NEEDS_CAUSE: phrase("Say cause and action: `/incident resolve %(number)s cause: … action: … reason: …`."),
    Refusal.NEEDS_REASON: phrase(
        "Nothing was measured yet. Say why it can end now: `/incident resolve %(number)s cause: … action: … reason: …`."
    ),
    Refusal.NEEDS_WHY_MILDER: phrase(
        "Say why it is milder than thought: `/incident severity %(number)s S3 reason: …`."
    ),
    Refusal.NO_REMINDER_DUE: phrase("Nobody asks you about incident #%(number)s before then anyway."),
    Refusal.CRITICAL: phrase(
        "Incident #%(number)s is critical: whoever has it is asked. `/incident snooze %(number)s 1h` puts it off."
    ),
    Refusal.NEEDS_LATER_REVIEW: phrase("The review has to lie in the future, for example `review: 48h`."),
    Refusal.NOTHING_CHANGED: phrase("That is so already."),
    Refusal.ASKED_ALREADY: phrase("The next level has been asked for already; they are being called."),
    Refusal.ALL_CALLED: phrase("Everybody up to the highest level has been told."),
    Refusal.NOTHING_TO_REOPEN: phrase("This was a drill: there is nothing to open again."),
    Refusal.NOT_ONE_INCIDENT: phrase(
        "These two cannot become one incident: the other one has to be open, another one, and shown to the same people."
    ),
}


def refusal_error(refused: Refused, number: int, request: Request) -> VigiaError:
    """Return the mistake a refusal is, for who asked."""
    is_status = refused.detail in set(Status)
    params = {
        "number": number,
        "status": Wording(request.language).say(STATUS_WORDS[Status(refused.detail)]) if is_status else "",
        "name": name_of(refused.detail, request.engagement),
    }
    kind = AccessError if refused.reason is Refusal.NOT_ALLOWED else QuestionError
    return kind(SENTENCES[refused.reason], **params)
