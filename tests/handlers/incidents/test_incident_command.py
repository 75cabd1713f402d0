"""`/incident`: what people may report and do, where, in their own words."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from handlers.grammar.grammar import normalise
from handlers.grammar.incident_words import VERB_WORDS, Verb
from handlers.incidents.command import INCIDENT_COMMAND, LISTED_DAYS
from handlers.incidents.examples import EXAMPLES
from handlers.incidents.message import incident_message
from handlers.incidents.timeline import MOST_LINES
from handlers.intake import Intake
from handlers.ports import Work
from kpi.absences import Absence
from kpi.incidents.incident import Movement, Status, Subject
from kpi.languages import Language
from kpi.promises import Promise
from kpi.severities import Severity
from kpi.tones import Tone
from kpi.wording.wording import Wording
from tests.handlers.incident_world import SEEN, IncidentWorld
from tests.handlers.world import NOW, north, said, south

PLAN = "/incident plan 1001 cause: ads were rejected action: new pictures owner: Bruno to: 2,2% review: 3d"


@pytest.fixture
def world() -> IncidentWorld:
    """Return a world in which a seller has reported a fall of conversion."""
    found = IncidentWorld()
    found.seller(SEEN)
    return found


def test_a_report_in_ones_own_words_opens_an_incident(world: IncidentWorld) -> None:
    """Store, metric and direction are understood, the words are kept."""
    incident = world.incident()
    assert incident.subject == Subject("north-ml", "conversion_rate", Movement.FALL)
    assert incident.report == "conversion fell in North ML since yesterday"
    assert (incident.severity, incident.opened_by.person) == (Severity.S2, "north-wei")


def test_the_answer_says_what_is_owed_and_by_when(world: IncidentWorld) -> None:
    """Both clocks, and how much is left."""
    reply = world.seller("/incident show 1001")
    assert reply.headline.startswith("#1001 Conversion rate · North ML")
    assert "Nobody has it yet" in reply.text
    assert "Analysis: by" in reply.text
    assert "left" in reply.text


@pytest.mark.parametrize("text", ["1001", "#1001", "show 1001", "查看 1001", "ver #1001"])
def test_a_number_alone_shows_the_incident(world: IncidentWorld, text: str) -> None:
    """With or without the word for it."""
    assert world.ask(f"/incident {text}").headline == world.ask("/incident show 1001").headline


def test_a_second_report_joins_the_open_incident(world: IncidentWorld) -> None:
    """And says so; another store's does not."""
    reply = world.ask("/incident conversão caiu na loja North ML, urgente")
    assert "Added to incident #1001" in reply.notes[0]
    other = world.ask("/incident conversion fell in North Amazon")
    assert "Incident #1002 is open" in other.notes[0]


@pytest.mark.parametrize(
    ("text", "subject", "severity"),
    [
        ("North Amazon 退货率上升，紧急", Subject("north-amz", "return_rate", Movement.RISE), Severity.S1),
        ("pedidos caíram no brasil", Subject("north-ml", "orders", Movement.FALL), Severity.S2),
        ("devoluciones en amazon, leve", Subject("north-amz", "return_rate", Movement.RISE), Severity.S3),
        ("orders jumped in North ML", Subject("north-ml", "orders", Movement.RISE), Severity.S2),
        ("conversion fell everywhere", Subject(), Severity.S2),
        ("the store was suspended", Subject(), Severity.S2),
        ("new conversion fell in North Amazon", Subject("north-amz", "conversion_rate", Movement.FALL), Severity.S2),
    ],
)
def test_reports_are_understood_in_four_languages(text: str, subject: Subject, severity: Severity) -> None:
    """What is not said stays open; what could be two stores is none."""
    world = IncidentWorld()
    world.seller(f"/incident {text}")
    incident = world.incident()
    assert (incident.subject, incident.severity) == (subject, severity)


def test_nothing_to_report_is_asked_for(world: IncidentWorld) -> None:
    """With an example of this seller's own store."""
    assert "North ML" in world.ask("/incident new").headline
    assert "30000" in world.ask(f"/incident {'x' * 30_001}").headline.replace(",", "")
    assert "1 open" in world.ask("/incident list").headline


def test_taking_it_names_who_has_it(world: IncidentWorld) -> None:
    """The second one is told who was first."""
    assert "Ana of north has it since" in world.ask("/incident ack 1001").text
    assert world.ask("/incident assumir 1001", handle="bruno").headline == "Ana of north has incident #1001."
    assert world.incident().owner == "north-ana"


@pytest.mark.parametrize(
    "verb", ["ack 1001", "analysis 1001 x", "resolve 1001 cause: a action: b reason: c", "done 1001"]
)
def test_a_seller_who_uses_a_staff_command_gets_a_sentence(world: IncidentWorld, verb: str) -> None:
    """And the incident stays as it was."""
    before = world.incident()
    assert "operator's team" in world.seller(f"/incident {verb}").headline
    assert world.incident() == before


def test_analysis_and_plan_keep_their_promises(world: IncidentWorld) -> None:
    """And are shown on the card of both rooms."""
    world.ask("/incident ack 1001")
    world.ask("/incident análise 1001 os anúncios foram recusados")
    reply = world.ask(PLAN)
    plan = world.incident().plan
    assert plan is not None
    assert (plan.cause, plan.action, plan.owner) == ("ads were rejected", "new pictures", "north-bruno")
    assert (plan.metric, plan.aim, plan.review_at) == ("conversion_rate", Decimal("0.022"), NOW + timedelta(days=3))
    assert world.incident().kept_at(Promise.ANALYSIS) == NOW
    assert "os anúncios foram recusados" in world.seller("/incident 1001").text
    assert "Bruno of north does it" in reply.text
    assert "The plan's aim: Conversion rate 2.20%" in reply.text


def test_a_plan_in_chinese_needs_no_latin_word(world: IncidentWorld) -> None:
    """Full-width colons, Chinese labels and units."""
    world.ask("/incident 方案 1001 原因：广告被拒 措施：换图 负责人：bruno 目标：2.2% 复查：48小时")
    plan = world.incident().plan
    assert plan is not None
    assert (plan.cause, plan.action, plan.owner, plan.aim) == ("广告被拒", "换图", "north-bruno", Decimal("0.022"))
    assert plan.review_at == NOW + timedelta(hours=48)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("plan 1001 later", "Write the plan as"),
        ("plan 1001 cause: a action: b owner: zoe", "Nobody called “zoe”"),
        ("plan 1001 cause: a action: b to: soon", "“soon” is not a number"),
        ("plan 1001 cause: a action: b review: tomorrow", "hours or days"),
        ("plan 1001 cause: a action: b review: 0h", "lie in the future"),
        ("resolve 1001", "Say cause and action"),
        ("resolve 1001 cause: a action: b", "Nothing was measured yet"),
        ("done 1001", "cannot be done now"),
        ("note 1001", "Say it in words"),
        ("ack", "Say which incident"),
        ("ack 999", "There is no incident “999”"),
        ("reopen 1001", "cannot be done now"),
    ],
)
def test_every_mistake_is_one_sentence_that_says_what_to_do(world: IncidentWorld, text: str, sentence: str) -> None:
    """And changes nothing."""
    before = world.incident()
    assert sentence in world.ask(f"/incident {text}").headline
    assert world.incident() == before


def test_another_seller_cannot_even_name_it(world: IncidentWorld) -> None:
    """A number guessed in another room finds nothing."""
    for verb in ("show", "ack", "timeline", "fixed"):
        reply = world.ask(f"/incident {verb} 1001", "south-ops", "ana")
        assert "There is no incident" in reply.headline
        assert "North" not in said(reply)


def test_an_incident_goes_from_its_report_to_its_end_by_command(world: IncidentWorld) -> None:
    """Taken, analysed, planned, done, confirmed by the seller, ended, and opened again."""
    for text in ("ack 1001", "analysis 1001 ads", PLAN.removeprefix("/incident "), "done 1001"):
        world.ask(f"/incident {text}")
    assert world.incident().status is Status.WATCHING
    world.seller("/incident 恢复 1001")
    reply = world.ask("/incident resolve 1001")
    assert world.incident().status is Status.RESOLVED
    assert "Ended: new pictures (cause: ads were rejected)" in reply.text
    assert "is resolved. If it is back" in world.ask("/incident ack 1001").headline
    again = world.seller("/incident reopen 1001 又掉了")
    assert again.headline.startswith("#1002")
    assert world.incident(1002).previous == "north-1001"


def test_a_note_of_the_operations_room_never_reaches_the_seller(world: IncidentWorld) -> None:
    """What the seller writes, both rooms read."""
    world.ask("/incident note 1001 our margin is thin")
    world.seller("/incident 备注 1001 怎么样了？")
    theirs, ours = world.seller("/incident timeline 1001"), world.ask("/incident timeline 1001")
    assert "margin" not in said(theirs)
    assert "怎么样了？" in theirs.text
    assert "our margin is thin" in ours.text


def test_who_was_called_is_told_in_the_operations_room_only(world: IncidentWorld) -> None:
    """A seller hears that a promise was missed, not whom it woke."""
    world.ask("/incident critical: orders fell in North ML")
    world.pass_time(timedelta(hours=5))
    ours, theirs = world.ask("/incident timeline 1002"), world.seller("/incident timeline 1002")
    assert "Called: Ana of north" in ours.text
    assert "Called" not in theirs.text
    assert "Analysis: not given in time" in theirs.text
    assert "is still owed" in world.seller("/incident 1002").text


def test_the_seller_may_ask_for_the_next_level(world: IncidentWorld) -> None:
    """Once per level."""
    world.seller("/incident 升级 1001")
    assert world.incident().asked == (-1,)
    assert "asked for already" in world.seller("/incident escalate 1001").headline


def test_the_list_shows_what_is_open_and_what_ended_lately(world: IncidentWorld) -> None:
    """Newest first, with who has it."""
    world.ask("/incident ack 1001")
    world.ask("/incident resolve 1001 cause: a action: b reason: c")
    world.ask("/incident orders fell in North ML")
    table = world.ask("/incident").table
    assert table is not None
    assert [row[0] for row in table.rows] == ["● 1002", "○ 1001"]
    assert table.rows[0][-1] == "—"
    world.clock.advance(timedelta(days=LISTED_DAYS, seconds=1))
    table = world.ask("/incident 列表").table
    assert table is not None
    assert [row[0] for row in table.rows] == ["● 1002"]
    assert world.ask("/incident list", "south-ops").table is None


def test_a_long_timeline_shows_its_newest_lines(world: IncidentWorld) -> None:
    """And says how many it left out."""
    for index in range(MOST_LINES + 4):
        world.ask(f"/incident note 1001 note {index}")
    reply = world.ask("/incident timeline 1001")
    assert reply.text.count("\n") == MOST_LINES - 1
    assert reply.notes == ("5 older lines are not shown.",)


@pytest.mark.parametrize("language", Language)
def test_every_answer_is_in_the_rooms_language(language: Language) -> None:
    """Report, card, list, timeline and help."""
    world = IncidentWorld(north(language), south())
    for text in (SEEN, "/incident 1001", "/incident list", "/incident timeline 1001", "/incident help"):
        reply = world.ask(text)
        assert reply.language is language
        is_english = any(word in said(reply) for word in ("Nobody has it", "opened it", "open incidents", "take it"))
        assert is_english is (language is Language.EN)


QUESTIONS = ("", "list", "lista", "列表", "1001", "#1001", "show 1001", "查看1001", "timeline 1001", "help", "ajuda")


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_needs_no_writing(world: IncidentWorld, text: str) -> None:
    """It never waits for an import, and nothing is sent after it."""

    def refused() -> AbstractContextManager[Work]:
        raise AssertionError("a question opened a writing unit of work")

    told = world.ask(f"/incident {text}")
    asker = Intake(refused, (INCIDENT_COMMAND,), view=world.books.view)
    assert asker.answer_as(world.arrival(f"/incident {text}"), "north-ops", "north-ana").headline == told.headline


@pytest.mark.parametrize("text", ["ack 1001", "接手1001", "note 1001 x", "conversion fell in North ML", "new", "away"])
def test_what_changes_something_is_an_act(world: IncidentWorld, text: str) -> None:
    """A report is one, too."""
    assert world.intake.is_act(f"/incident {text}")


def test_a_chinese_word_needs_no_space_before_the_number(world: IncidentWorld) -> None:
    """As people type."""
    world.ask("/incident 接手1001")
    assert world.incident().owner == "north-ana"


def test_help_shows_a_seller_what_sellers_may_do(world: IncidentWorld) -> None:
    """And how due times are counted."""
    theirs, ours = world.seller("/incident help"), world.ask("/incident help")
    assert "/incident note" in theirs.text
    assert "/incident ack" not in theirs.text
    assert all(f"/incident {verb}" in ours.text for verb in Verb if verb not in _WITHOUT_EXAMPLE)
    assert "24 working hours are almost three working days" in theirs.notes[0]


_WITHOUT_EXAMPLE = {Verb.MESSAGE, Verb.NEW, Verb.ALERT, Verb.DIGEST, Verb.HELP}
"""What buttons write, and what has just been written."""


def test_a_day_of_working_time_is_called_so(world: IncidentWorld) -> None:
    """The plan is due on Tuesday week, not tomorrow; of a critical incident it is tomorrow."""
    with world.books.view() as work:
        told = work.incidents.notice(world.deliveries()[0].cause)
    assert told is not None
    card = incident_message(told, north(), north().rooms[0])
    assert "(24 working hours)" in card.text
    assert "of working time left" in world.ask("/incident 1001").text
    world.ask("/incident severity 1001 S1")
    assert "working time" not in world.ask("/incident 1001").text


def test_no_word_means_two_things_to_do() -> None:
    """One table for all languages."""
    words = [word for words in VERB_WORDS.values() for word in words]
    assert len(words) == len(set(words))
    assert set(VERB_WORDS) == set(Verb)


def test_margins_are_not_reported_where_they_may_not_be_seen(world: IncidentWorld) -> None:
    """The seller's room does not learn that there is such a metric."""
    assert "Margins" in world.seller("/incident margin fell in North ML").headline


def test_a_person_who_left_is_named_by_their_id(world: IncidentWorld) -> None:
    """The record stays readable."""
    world.ask("/incident ack 1001")
    engagement = north()
    world.agree(replace(engagement, people=tuple(one for one in engagement.people if one.id != "north-ana")))
    assert "north-ana has it since" in world.seller("/incident 1001").text


@pytest.mark.parametrize("language", Language)
def test_the_examples_of_every_language_do_what_they_say(language: Language) -> None:
    """Each begins with a word that means the same as the English one; whoever copies it is understood."""
    wording, meanings = Wording(language), {word: verb for verb, words in VERB_WORDS.items() for word in words}
    for example in EXAMPLES:
        english, theirs = (text.split()[1] for text in (example, wording.say(example)))
        assert meanings.get(normalise(theirs)) is meanings.get(normalise(english))


@pytest.mark.parametrize("language", Language)
def test_an_example_of_a_handover_can_be_copied(language: Language) -> None:
    """Names, days and the words between them."""
    world = IncidentWorld(north(language), south())
    world.ask(SEEN)
    wording = Wording(language)
    handover, away = (one for one in EXAMPLES if one.startswith(("/incident handover", "/incident away")))
    said = wording.say(handover).split(" — ")[0]
    assert world.ask(said).tone is Tone.GOOD
    with world.books.view() as work:
        assert work.engagements.all()[0].absences == (
            ("north-ana", Absence(date(2026, 8, 28), date(2026, 12, 5), "north-bruno")),
        )
    refused = world.ask(wording.say(away).split(" — ")[0])
    assert "/incident" in refused.headline
    assert "Ana of north" in refused.headline
