"""Snoozing and muting alerts: in one line of any language, and by a form that says what is wrong with it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handlers.grammar.alert_words import ALERT_VERB_WORDS, AlertVerb, alert_verb
from handlers.messages import Arrival
from handlers.until_fields import LONGEST_REASON
from kpi.alerts.records import Mute
from kpi.days import ONE_DAY
from kpi.engagements import Platform
from kpi.languages import Language
from tests.handlers.alert_world import JUDGED, AlertWorld, fallen
from tests.handlers.form_calls import SELLER, faults, opened, refused, submitted
from tests.handlers.world import north, south


def _world(language: Language = Language.EN) -> AlertWorld:
    found = AlertWorld(north(language), south(language))
    found.learn(fallen())
    found.fill("north-amz", "south-ml")
    found.watch()
    found.clock.set(JUDGED)
    return found


@pytest.fixture
def world() -> AlertWorld:
    """Return a world on Sunday, 08:00 in São Paulo, when its conversion alert was told."""
    return _world()


def _alert(world: AlertWorld) -> str:
    return next(one.id for one in world.alerts() if one.series.metric == "conversion_rate")


def _mutes(world: AlertWorld) -> tuple[Mute, ...]:
    with world.books.view() as work:
        return work.alerts.mutes("north", JUDGED)


def _hour(until: datetime) -> str:
    return until.astimezone(north().rooms[0].zone).strftime("%m-%d %H:%M")


def test_the_buttons_of_a_card_open_forms(world: AlertWorld) -> None:
    """What is left out of the command is asked."""
    commands = [button.command for button in world.card().buttons]
    for verb in ("snooze", "mute"):
        assert f"/alert {verb} {_alert(world)}" in commands
        assert opened(world, f"/alert {verb} {_alert(world)}").command == f"/alert {verb} {_alert(world)}"


def test_a_form_offers_the_usual_times_with_their_clock(world: AlertWorld) -> None:
    """Four hours, tomorrow morning, Monday where that is another day, a week."""
    choice = opened(world, f"/alert snooze {_alert(world)}").fields[0]
    assert choice.options == (
        ("4h", "for 4 hours"),
        ("tomorrow", "tomorrow morning (31 Aug 09:00)"),
        ("7d", "for 7 days"),
    )
    world.clock.set(JUDGED + ONE_DAY)
    options = dict(opened(world, f"/alert snooze {_alert(world)}").fields[0].options)
    assert options["monday"] == "Monday morning (7 Sep 09:00)"


@pytest.mark.parametrize(
    ("values", "until"),
    [
        ({}, "08-30 12:00"),
        ({"until": "tomorrow"}, "08-31 09:00"),
        ({"until": "7d", "at": "2026-09-01 14:30"}, "09-01 14:30"),
        ({"at": "terça 14:30"}, "09-01 14:30"),
    ],
)
def test_a_form_is_taken_as_it_was_filled_in(world: AlertWorld, values: dict[str, str], until: str) -> None:
    """A time of one's own counts before the choice."""
    form = opened(world, f"/alert snooze {_alert(world)}")
    assert faults(world, form, reason="waiting for ML", **values) == {}
    assert "is snoozed until" in submitted(world, form, reason="waiting for ML", **values).headline
    (mute,) = _mutes(world)
    assert (_hour(mute.until), mute.reason, mute.is_snooze) == (until, "waiting for ML", True)
    assert "waiting for ML" in world.ask("/alert").notes[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"at": "2026-08-29 10:00"}, {"at": "29 Aug 10:00 is over already."}),
        ({"at": "07:59"}, {"at": "30 Aug 07:59 is over already."}),
        ({"at": "31d"}, {"at": "That is too long: until 29 Sep 08:00 at most."}),
        ({"at": "soon"}, {"at": "“soon” is no time"}),
        ({"at": "4h later"}, {"at": "“4h later” is no time"}),
        ({"until": "99d"}, {"until": "That is too long"}),
        ({"at": "x", "reason": "x" * (LONGEST_REASON + 1)}, {"at": "is no time", "reason": "At most 300 characters"}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    world: AlertWorld, values: dict[str, str], expected: dict[str, str]
) -> None:
    """All of it at once; handed in all the same it changes nothing, and nothing typed is lost."""
    form = opened(world, f"/alert snooze {_alert(world)}")
    found = faults(world, form, **values)
    assert found.keys() == expected.keys()
    assert all(sentence in found[name] for name, sentence in expected.items())
    reply = submitted(world, form, **values)
    assert all(sentence in reply.headline for sentence in expected.values())
    assert [button.command for button in reply.buttons] == [form.command]
    assert _mutes(world) == ()


def test_the_longest_silence_ends_at_its_minute(world: AlertWorld) -> None:
    """Thirty days, and not a minute more."""
    form = opened(world, f"/alert mute {_alert(world)}")
    assert "until 29 Sep 08:00" in form.fields[1].hint
    assert faults(world, form, at="2026-09-29 08:00") == {}
    assert list(faults(world, form, at="2026-09-29 08:01")) == ["at"]


def test_a_seller_is_told_before_a_form_is_filled_in(world: AlertWorld) -> None:
    """Silence is not theirs to order, by no way."""
    command = f"/alert snooze {_alert(world)}"
    assert "operator's team" in refused(world, command, SELLER)
    form = opened(world, command)
    assert "operator's team" in submitted(world, form, SELLER).headline
    assert _mutes(world) == ()


def test_an_alert_of_another_seller_opens_no_form(world: AlertWorld) -> None:
    """Nor says that it is there."""
    assert "There is no alert" in refused(world, f"/alert mute {_alert(world)}", ("south-ops", "ana"))


@pytest.mark.parametrize(
    ("language", "words", "until", "reason"),
    [
        (Language.EN, "snooze {} 4h data is late", "08-30 12:00", "data is late"),
        (Language.PT, "adiar {} amanhã à espera do ML", "08-31 09:00", "à espera do ML"),
        (Language.ES, "posponer {} lunes", "08-31 09:00", "sin motivo indicado"),
        (Language.ZH, "稍后 {} 明天14:00 等平台数据", "08-31 14:00", "等平台数据"),
        (Language.ZH, "静音 {} 7天 大促", "09-06 08:00", "大促"),
        (Language.PT, "silenciar {} 7 reposição", "09-06 08:00", "reposição"),
        (Language.EN, "snooze {}", "08-31 08:00", "no reason given"),
        (Language.EN, "mute {}", "09-06 08:00", "no reason given"),
    ],
)
def test_one_line_says_the_same(language: Language, words: str, until: str, reason: str) -> None:
    """In four languages; where no length is said, a snooze lasts a day and a mute a week."""
    world = _world(language)
    world.ask(f"/alert {words.format(_alert(world))}")
    (mute,) = _mutes(world)
    assert (_hour(mute.until), mute.reason) == (until, reason)


@pytest.mark.parametrize("words", ["soon", "0", "31", "2026-08-01", "07:00"])
def test_one_line_is_refused_as_a_form_is(world: AlertWorld, words: str) -> None:
    """With the same limits."""
    assert world.ask(f"/alert snooze {_alert(world)} {words}").reference
    assert _mutes(world) == ()


@pytest.mark.parametrize(("verb", "word"), [(verb, word) for verb in AlertVerb for word in ALERT_VERB_WORDS[verb]])
def test_every_verb_is_understood_in_four_languages(verb: AlertVerb, word: str) -> None:
    """With case, accents and the wide slash that Chinese keyboards write."""
    assert alert_verb(f"/alert {word.upper()} a1b2c3 x") == (verb, "a1b2c3 x")
    assert alert_verb(f"／alert {word} a1b2c3") == (verb, "a1b2c3")


def test_no_word_means_two_things() -> None:
    """A word of two verbs would do the wrong one."""
    words = [word for words in ALERT_VERB_WORDS.values() for word in words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("/alert", AlertVerb.LIST, ""),
        ("/alert por que a1", AlertVerb.WHY, "a1"),
        ("/alert por qué a1", AlertVerb.WHY, "a1"),
        ("/alert 稍后a1 4h", AlertVerb.SNOOZE, "a1 4h"),
        ("/alert dance a1", None, "dance a1"),
    ],
)
def test_verbs_as_people_type_them(text: str, verb: AlertVerb | None, rest: str) -> None:
    """Two words, no space, no verb at all."""
    assert alert_verb(text) == (verb, rest)


def test_a_take_in_portuguese_takes_it(world: AlertWorld) -> None:
    """As in English."""
    assert "Ana of north takes alert" in world.ask(f"/alert assumir {_alert(world)}").headline


def test_a_filled_form_keeps_its_reason_on_one_line(world: AlertWorld) -> None:
    """A list of silences is read line by line."""
    form = opened(world, f"/alert mute {_alert(world)}")
    submitted(world, form, reason=" relaunch\n of  the store ")
    (mute,) = _mutes(world)
    assert (mute.reason, mute.until - mute.made_at) == ("relaunch of the store", timedelta(days=7))


def test_the_page_of_a_room_says_how_to_come_to_the_forms(world: AlertWorld) -> None:
    """To the operator's team, who order silences; a seller's page has none to offer."""
    commands = tuple(f"/alert {verb} {_alert(world)}" for verb in ("snooze", "mute"))
    arrivals = [Arrival(Platform.CONSOLE, "", "", one, world.clock(), "") for one in (*commands, "/alert snooze gone")]
    assert world.intake.forms_among(arrivals, "north-ops", "north") == commands
    assert world.intake.forms_among(arrivals, "north-seller", "north") == ()
    assert f"`/alert @north snooze {_alert(world)}`" in world.intake.answer_to_room(arrivals[0], "north-ops").text


@pytest.mark.parametrize("verb", ["snooze", "mute"])
def test_an_answer_has_a_page_that_shows_the_alert(world: AlertWorld, verb: str) -> None:
    """Whoever ordered it on a page sees what came of it."""
    form = opened(world, f"/alert {verb} {_alert(world)}")
    assert submitted(world, form, until="7d").page == (f"/alert why {_alert(world)}",)
