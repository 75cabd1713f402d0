"""Forms in Slack: opened from a press, checked before they close, and never a reason for silence."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import forms as forms_module
from bot.slack.arrivals import MESSAGE_SHORTCUT
from bot.slack.limits import INPUT_TEXT, OPTION_TEXT, OPTIONS, VIEW_METADATA
from bot.slack.views import Origin, faults_for, origin_of, values_of, view_of
from handlers.form_replies import room_choice
from handlers.messages import Field, FieldKind, Form, Reply
from kpi.languages import Language
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import command, press, shortcut, submission
from tests.bot.slack.view_lint import lint_view
from tests.handlers.world import north
from tests.twins.slack_server import SlackServer, Trouble

HOSTILE = "<!channel> <b>x</b> & cause: none\naction: /incident resolve 1"
FORM = Form(
    "Plan · #1001",
    "/incident plan 1001",
    "Submit",
    (
        Field("cause", "Cause", FieldKind.TEXT, "the ads", is_required=True, hint="The seller reads this."),
        Field("owner", "Who does it", FieldKind.CHOICE, "ana", options=(("ana", "Ana"), ("bruno", "Bruno"))),
        Field("to", "Up to which value"),
    ),
    Language.EN,
    "/incident plan 1001 cause: …",
)
DONE = Reply("Plan recorded.", Language.EN, is_private=True)


async def opened(doors: Doors, slack: SlackServer) -> dict[str, Any]:
    """Open the form with a press and return the modal."""
    doors.form, doors.reply = FORM, DONE
    await doors.press(press("/incident plan 1001", response_url=slack.response_url()))
    (view,) = slack.views
    return view


async def test_a_press_opens_the_form_and_asks_the_intake_nothing(doors: Doors, slack: SlackServer) -> None:
    """What is known stands in it."""
    view = await opened(doors, slack)
    assert doors.arrivals == []
    assert slack.of("views.open")[0]["trigger_id"] == "333.444.bbb"
    cause, owner, _ = view["blocks"]
    assert cause["element"]["initial_value"] == "the ads"
    assert owner["element"]["initial_option"]["value"] == "ana"


async def test_a_typed_command_opens_the_form_too(doors: Doors, slack: SlackServer) -> None:
    """`/incident new` without words."""
    doors.form = FORM
    answer = await doors.command(command("new", command="/incident"))
    assert (answer.status_code, len(slack.views)) == (200, 1)
    assert doors.asked[0].text == "/incident new"


async def test_a_submitted_form_is_its_command_with_values(doors: Doors, slack: SlackServer) -> None:
    """Each value under its own name, as it was typed; only its sender sees the answer."""
    view = await opened(doors, slack)
    answer = await doors.press(submission(view, cause=HOSTILE, owner="bruno"))
    assert (answer.status_code, answer.text) == (200, "")
    (arrival,) = doors.arrivals
    assert (arrival.text, arrival.address, arrival.handle) == ("/incident plan 1001", "C0SELLER01", "U0SELLER01")
    assert arrival.values == {"cause": HOSTILE, "owner": "bruno", "to": ""}
    (said,) = slack.whispers
    assert "Plan recorded." in said["text"]
    assert slack.messages == {}


async def test_what_was_typed_wakes_nobody_when_it_is_shown(doors: Doors, slack: SlackServer) -> None:
    """Markup in a field is escaped like any text (the loopback Slack refuses anything else)."""
    view = await opened(doors, slack)
    doors.reply = Reply(HOSTILE, Language.EN, text=HOSTILE, is_private=True)
    await doors.press(submission(view, cause=HOSTILE))
    assert "&lt;!channel&gt;" in json.dumps(slack.whispers[0]["blocks"])


async def test_a_form_in_somebodys_own_conversation_stays_there(doors: Doors, slack: SlackServer) -> None:
    """Opened, checked and submitted alone with Vigia, it says so: the engagement is found by its person."""
    doors.form, doors.reply = replace(FORM, command="/incident @lumina plan 1001"), DONE
    channel = {"id": "D0PERSON01"}
    await doors.press(press("/incident @lumina plan 1001", response_url=slack.response_url(), channel=channel))
    await doors.press(submission(slack.views[0], cause="a"))
    opened_from, checked = doors.asked
    (taken,) = doors.arrivals
    assert {(one.address, one.is_direct) for one in (opened_from, checked, taken)} == {("D0PERSON01", True)}
    assert taken.text == "/incident @lumina plan 1001"


async def test_a_faulty_form_stays_open_with_its_faults(doors: Doors, slack: SlackServer) -> None:
    """The acknowledgement itself says what is wrong; the intake is not asked."""
    view = await opened(doors, slack)
    fields = (FORM.fields[0], FORM.fields[1], replace(FORM.fields[2], fault="“x” is not a number."))
    doors.faulty = replace(FORM, fields=fields)
    answer = await doors.press(submission(view, cause="a", to="x"))
    assert answer.json() == {"response_action": "errors", "errors": {"to": "“x” is not a number."}}
    assert doors.arrivals == []
    doors.faulty = None
    assert (await doors.press(submission(view, cause="a", to="2"))).text == ""
    assert len(doors.arrivals) == 1


async def test_a_form_submitted_after_the_incident_closed_says_so(doors: Doors, slack: SlackServer) -> None:
    """One sentence at the first field, and the words stay in the modal."""
    view = await opened(doors, slack)
    doors.faulty = replace(FORM, fault="Incident #1001 is resolved.")
    answer = await doors.press(submission(view, cause="a"))
    assert answer.json()["errors"] == {"cause": "Incident #1001 is resolved."}
    doors.faulty = Reply("There is no incident “1001” here.", Language.EN)
    answer = await doors.press(submission(view, cause="a"))
    assert answer.json()["errors"] == {"cause": "There is no incident “1001” here."}


async def test_a_check_that_takes_too_long_does_not_keep_the_form(
    doors: Doors, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack waits three seconds; the values are taken and judged then."""
    view = await opened(doors, slack)
    monkeypatch.setattr(forms_module, "CHECK_SECONDS", 0.01)
    doors.gate = asyncio.Event()
    sending = asyncio.ensure_future(doors.press(submission(view, cause="a")))
    await asyncio.sleep(0.05)
    doors.gate.set()
    assert (await sending).text == ""
    assert [arrival.values["cause"] for arrival in doors.arrivals] == ["a"]


@pytest.mark.parametrize("code", ["expired_trigger_id", "trigger_expired", "ratelimited"])
async def test_a_trigger_that_expired_is_answered_with_the_command(doors: Doors, slack: SlackServer, code: str) -> None:
    """In private, with a button to try again."""
    doors.form = FORM
    slack.plan("views.open", Trouble(code=code))
    await doors.press(press("/incident plan 1001", response_url=slack.response_url()))
    (said,) = slack.whispers
    assert "`/incident plan 1001 cause: …`" in said["text"]
    assert "/incident plan 1001" in json.dumps(said["blocks"][-1])
    assert doors.arrivals == []


async def test_a_form_that_cannot_be_made_leaves_the_command_answered(doors: Doors, slack: SlackServer) -> None:
    """A failure behind the form ends as the usual apology, not as silence."""
    doors.failure = RuntimeError("the database is gone")
    await doors.press(press("/incident plan 1001", response_url=slack.response_url()))
    assert len(doors.arrivals) == 1
    assert "went wrong" in slack.whispers[0]["text"]


async def test_a_form_in_vain_is_refused_at_once(doors: Doors, slack: SlackServer) -> None:
    """The sentence comes instead of the modal."""
    doors.form = Reply("Incident #1001 is resolved.", Language.EN, is_private=True)
    await doors.press(press("/incident plan 1001", response_url=slack.response_url()))
    assert (slack.views, len(slack.whispers)) == ([], 1)


async def test_a_shortcut_on_a_message_takes_its_words_and_links_back(doors: Doors, slack: SlackServer) -> None:
    """Long words are shortened before the link, which is kept."""
    doors.form = FORM
    for text in ("checkout &lt;is&gt; down", "长" * 40_000):
        message = {"text": text, "ts": "1795000100.000200", "user": "U0SELLER01"}
        body = shortcut(MESSAGE_SHORTCUT, channel={"id": "C0SELLER01"}, message=message, trigger_id=text[:3])
        assert (await doors.press(body)).status_code == 200
    link = "https://lumina.slack.com/archives/C0SELLER01/p1795000100000200"
    first, second = (arrival.values["text"] for arrival in doors.asked)
    assert first == f"checkout <is> down\n{link}"
    assert len(second) == INPUT_TEXT
    assert second.endswith(f"…\n{link}")


async def test_the_global_shortcut_opens_the_report_of_the_one_room(doors: Doors, slack: SlackServer) -> None:
    """Who speaks in one room is asked no question."""
    doors.form, doors.rooms = FORM, _rooms("C0OPS00001")
    await doors.press(shortcut())
    assert doors.asked[0].address == "C0OPS00001"
    assert slack.views[0]["callback_id"] == "vigia_form"


async def test_who_speaks_in_several_rooms_is_asked_which(doors: Doors, slack: SlackServer) -> None:
    """The report's form takes the question's place, and its answer goes to that room."""
    doors.form, doors.rooms, doors.reply = FORM, _rooms("C0OPS00001", "C0SELLER01"), DONE
    await doors.press(shortcut())
    (question,) = slack.views
    answer = (await doors.press(submission(question, room="C0SELLER01"))).json()
    assert answer["response_action"] == "update"
    assert lint_view(answer["view"]) == []
    assert doors.asked[0].address == "C0SELLER01"
    await doors.press(submission(answer["view"], cause="a"))
    assert doors.arrivals[0].address == "C0SELLER01"
    assert slack.whispers[0]["channel"] == "C0SELLER01"


async def test_a_stranger_who_uses_the_shortcut_is_told_whom_to_ask(doors: Doors, slack: SlackServer) -> None:
    """In their own conversation with Vigia."""
    await doors.press(shortcut())
    assert "I do not know you" in slack.messages["D0PERSON01"][0]["text"]


async def test_a_room_whose_form_cannot_be_made_keeps_the_question_open(doors: Doors, slack: SlackServer) -> None:
    """In the language of who was asked."""
    doors.rooms = _rooms("C0OPS00001", "C0SELLER01")
    await doors.press(shortcut())
    answer = (await doors.press(submission(slack.views[0], room="C0SELLER01"))).json()
    assert answer["errors"] == {"room": "The form could not be opened. Please try again."}


async def test_a_modal_of_somebody_else_is_acknowledged(doors: Doors) -> None:
    """Nothing is done, and nobody sees a time-out."""
    body = submission({"type": "modal", "callback_id": "other", "blocks": [], "private_metadata": ""})
    assert (await doors.press(body)).status_code == 200
    body["view"]["callback_id"] = "vigia_form"
    assert (await doors.press(body)).status_code == 200
    assert doors.arrivals == []


def _rooms(*addresses: str) -> Form:
    engagement = north()
    places = [replace(engagement.rooms[0], address=address) for address in addresses]
    return room_choice([(engagement, place, engagement.people[0]) for place in places])


def _form(**changes: object) -> Form:
    return replace(FORM, fields=(replace(FORM.fields[0], **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [0, 1, INPUT_TEXT, INPUT_TEXT + 1, 30_000])
def test_a_modal_is_within_slacks_limits_whatever_stands_in_it(length: int) -> None:
    """Title, label, hint and words are cut where Slack ends; one past the limit would lose the whole modal."""
    text = "页🔥é"[: length % 4] + "页" * (length - length % 4)
    form = replace(_form(value=text, label=text or "x", hint=text), title=text, submit_label=text)
    view = view_of(form, Origin(form.command, "C1", "https://x/" + "y" * length))
    assert lint_view(view) == []
    assert len(view["private_metadata"]) <= VIEW_METADATA
    assert origin_of(view) is not None


@pytest.mark.parametrize("count", [1, OPTIONS, OPTIONS + 1, 950])
def test_more_options_than_one_list_holds_stand_in_groups(count: int) -> None:
    """A seller of 950 stores can choose any; the chosen one stays chosen."""
    options = tuple((f"store-{n}", f"Store {n} " + "x" * OPTION_TEXT) for n in range(count))
    last = options[-1][0]
    view = view_of(_form(kind=FieldKind.CHOICE, options=options, value=last), Origin("/incident new"))
    assert lint_view(view) == []
    element = view["blocks"][0]["element"]
    assert element["initial_option"]["value"] == last
    assert sum(len(group["options"]) for group in element.get("option_groups", [element])) == count


def test_a_fault_without_a_place_stands_at_the_first_input() -> None:
    """Slack refuses an error for a block that is not there."""
    view = view_of(FORM, Origin(FORM.command))
    assert faults_for(view, {"": "over", "cause": "empty", "to": "x" * 3000}) == {
        "cause": "over empty",
        "to": "x" * 1999 + "…",
    }
    assert values_of({"blocks": []}) == {}


@given(st.text(max_size=4_000), st.text(max_size=200), st.lists(st.text(max_size=200), max_size=9))
def test_any_words_make_a_modal_that_slack_takes(words: str, label: str, choices: list[str]) -> None:
    """Emoji, line breaks, right-to-left marks, nothing at all."""
    fields = (
        Field("a", label, FieldKind.TEXT, words, hint=words),
        Field(
            "b", label, FieldKind.CHOICE, words, options=(("x", label), *((one, one) for one in set(choices) - {"x"}))
        ),
        Field("c", label, FieldKind.FILES, hint=label),
    )
    form = replace(FORM, title=label, submit_label=words, fields=fields)
    assert lint_view(view_of(form, Origin(form.command, label, words))) == []
