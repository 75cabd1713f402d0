"""Two people analyse or plan at once: the later one counts, its author is told whose it replaced, and both stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.messages import Reply
from kpi.incidents.incident import EntryKind
from kpi.languages import Language
from tests.handlers.incident_world import SEEN, IncidentWorld
from tests.handlers.incidents.test_incident_forms import PLAN, opened, submitted
from tests.handlers.world import north
from tests.kpi.incident_samples import SAO_PAULO

OTHER = {**PLAN, "cause": "the price was wrong", "action": "old price"}
KINDS = {"plan": EntryKind.PLANNED, "analysis": EntryKind.ANALYSED}
FORMS = {"plan": (PLAN, OTHER), "analysis": ({"text": "ads were rejected"}, {"text": "the price was wrong"})}


def a_world(language: Language = Language.EN) -> IncidentWorld:
    """Return a world in which a seller has reported a fall of conversion."""
    world = IncidentWorld(north(language))
    world.seller(SEEN)
    return world


def both(world: IncidentWorld, verb: str) -> Reply:
    """Return what Ana reads, whose form was open when Bruno's was handed in seven minutes before hers."""
    command = f"/incident {verb} 1001"
    his, hers = FORMS[verb]
    opened(world, command)
    world.clock.advance(timedelta(minutes=5))
    first = submitted(world, command, his, handle="bruno")
    assert first.notes == ()
    world.clock.advance(timedelta(minutes=7))
    return submitted(world, command, hers)


@pytest.mark.parametrize(
    ("language", "verb", "said"),
    [
        (Language.EN, "plan", "This replaces the plan by Bruno of north ("),
        (Language.EN, "analysis", "This replaces the analysis by Bruno of north ("),
        (Language.ZH, "plan", "已取代 Bruno of north 的"),
        (Language.ZH, "analysis", "已取代 Bruno of north 的"),
        (Language.PT, "plan", "Isto substitui o plano de Bruno of north ("),
        (Language.PT, "analysis", "Isto substitui a análise de Bruno of north ("),
        (Language.ES, "plan", "Esto reemplaza el plan de Bruno of north ("),
        (Language.ES, "analysis", "Esto reemplaza el análisis de Bruno of north ("),
    ],
)
def test_who_comes_second_is_told_whose_words_theirs_replaced_and_when(
    language: Language, verb: str, said: str
) -> None:
    """In one sentence, and both stay in the timeline."""
    world = a_world(language)
    at = world.clock().astimezone(SAO_PAULO) + timedelta(minutes=5)
    (note,) = both(world, verb).notes
    assert note.startswith(said)
    assert f"{at:%H:%M}" in note
    with world.books.view() as work:
        lines = [line for line in work.incidents.timeline("north-1001") if line.kind is KINDS[verb]]
    assert [line.actor.person for line in lines] == ["north-bruno", "north-ana"]
    shown = world.ask("/incident timeline 1001").text
    assert FORMS[verb][0].get("action", FORMS[verb][0].get("text", "")) in shown
    assert FORMS[verb][1].get("action", FORMS[verb][1].get("text", "")) in shown


def test_a_typed_plan_says_so_too() -> None:
    """Who types looks at no form at all."""
    world = a_world()
    submitted(world, "/incident plan 1001", PLAN, handle="bruno")
    reply = world.ask("/incident plan 1001 cause: price action: old price review: 48h")
    assert "by Bruno of north (" in reply.notes[0]


def test_a_plan_that_was_kept_and_done_later_says_so_too() -> None:
    """Its process died, and the next one does it: by then somebody else has planned, and theirs is the one replaced."""
    world = a_world()
    kept = replace(world.arrival("/incident plan 1001"), values=OTHER)
    world.clock.advance(timedelta(minutes=3))
    submitted(world, "/incident plan 1001", PLAN, handle="bruno")
    world.clock.advance(timedelta(minutes=3))
    reply = world.intake.answer(kept)
    assert reply is not None
    assert "by Bruno of north (" in reply.notes[0]
    plan = world.incident().plan
    assert plan is not None
    assert plan.by == "north-ana"


def test_ones_own_words_are_replaced_without_a_word() -> None:
    """Whoever improves what they said knows of it; the first one replaces nobody's."""
    world = a_world()
    assert submitted(world, "/incident plan 1001", PLAN).notes == ()
    assert submitted(world, "/incident plan 1001", OTHER).notes == ()
    assert submitted(world, "/incident analysis 1001", {"text": "the price"}).notes == ()
    assert submitted(world, "/incident note 1001", {"text": "the price"}, handle="bruno").notes == ()


def test_what_is_refused_has_replaced_nothing() -> None:
    """Its author reads the mistake alone."""
    world = a_world()
    submitted(world, "/incident plan 1001", PLAN, handle="bruno")
    reply = submitted(world, "/incident plan 1001", {**OTHER, "review": "0h"})
    assert "replaces" not in str(reply)
    plan = world.incident().plan
    assert plan is not None
    assert plan.by == "north-bruno"
