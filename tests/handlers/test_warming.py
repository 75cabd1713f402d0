"""What a process asks itself first is answered like any question, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace

from handlers.answers.kpi_command import KPI_COMMAND, answer_kpi
from handlers.intake import Intake
from handlers.messages import Reply, Request
from handlers.ports import Work
from handlers.warming import QUESTIONS, warm_up
from kpi.languages import Language
from tests.handlers.world import World, bad_thursday, north, south


def _asked(world: World) -> list[tuple[str, Language, bool]]:
    """Warm up; return what was asked, in which language, and whether there was a figure to answer with."""
    asked: list[tuple[str, Language, bool]] = []

    def listen(work: Work, request: Request) -> Reply:
        reply = answer_kpi(work, request)
        asked.append((request.text, reply.language, bool(reply.figures or reply.table)))
        return reply

    intake = Intake(world.books.work, (replace(KPI_COMMAND, answer=listen),), view=world.books.view)
    with world.books.view() as work:
        engagements = work.engagements.all()
    warm_up(intake, engagements, world.clock())
    return asked


def test_each_question_is_answered_once_in_each_language_of_the_rooms() -> None:
    """Two rooms and two engagements of one language are asked once."""
    engagements = (north(Language.ZH), south(Language.PT), replace(north(Language.ZH), id="other", stores=(), rooms=()))
    assert [(text, language) for text, language, _ in _asked(World(*engagements))] == [
        (text, language) for language in (Language.ZH, Language.PT) for text in QUESTIONS
    ]


def test_the_answers_have_figures_where_there_are_some() -> None:
    """Otherwise nothing would be ready."""
    assert any(has_figures for _, _, has_figures in _asked(bad_thursday()))


def test_nothing_is_left_behind() -> None:
    """No message, and no event."""
    world = bad_thursday()
    _asked(world)
    assert world.deliveries() == ()


def test_without_engagements_nothing_is_asked() -> None:
    """A new installation."""
    world = World()
    warm_up(Intake(world.books.work, ()), (), world.clock())
