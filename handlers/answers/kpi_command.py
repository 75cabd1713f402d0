"""The `/kpi` use case: words → typed question → readings → reply."""

from __future__ import annotations

from collections.abc import Callable

from handlers.answers.alert_reasons import answer_why_no_alert
from handlers.answers.asking import Asking, begin
from handlers.answers.board_answer import answer_board
from handlers.answers.help_answer import answer_help
from handlers.answers.metric_answer import answer_metric
from handlers.answers.targets_answer import answer_targets
from handlers.answers.why_answer import answer_why
from handlers.commands import Command
from handlers.grammar.grammar import parse_question
from handlers.grammar.questions import QuestionKind
from handlers.grammar.target_words import target_order
from handlers.messages import Reply, Request
from handlers.ports import Work
from handlers.readings.scopes import today_of
from handlers.targets.setting import answer_target, checked_form, opened_form, sets_target
from kpi.days import business_day
from kpi.phrases import phrase


def answer_kpi(work: Work, request: Request) -> Reply:
    """Answer a `/kpi` question in the room's language; raises VigiaError with one sentence for a mistake."""
    order = target_order(request.text)
    if order is not None:
        return answer_target(work, request, order)
    stores = request.engagement.stores
    today = today_of(stores, request.at) if stores else business_day(request.at, request.room.zone)
    question = parse_question(request.text, request.language, stores, today)
    if question.kind is QuestionKind.HELP:
        return answer_help(request, KPI_COMMAND)
    asking = begin(work, request, question)
    return _ANSWERS.get(question.kind, answer_board)(asking)


_ANSWERS: dict[QuestionKind, Callable[[Asking], Reply]] = {
    QuestionKind.TARGETS: answer_targets,
    QuestionKind.WHY_NO_ALERT: answer_why_no_alert,
    QuestionKind.WHY: answer_why,
    QuestionKind.METRIC: answer_metric,
}

KPI_COMMAND = Command(
    "/kpi",
    phrase("Numbers with what is usual, what was before and what was agreed."),
    (
        phrase("/kpi — yesterday's board"),
        phrase("/kpi conversion — one metric with its chart"),
        phrase("/kpi gmv br 30d — a market and a period"),
        phrase("/kpi acos mercadolivre last week vs previous — a marketplace and a comparison"),
        phrase("/kpi targets — what was agreed and where it stands"),
        phrase("/kpi target conversion 2.6% from 2026-12-01 — agree a target; both sides are told"),
        phrase("/kpi why conversion — how a number was made"),
        phrase("/kpi why-no-alert conversion — what each morning said"),
    ),
    answer_kpi,
    writes=sets_target,
    opened=opened_form,
    checked=checked_form,
)
