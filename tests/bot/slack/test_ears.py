"""From a message or reaction nobody addressed to Vigia to what is passed on, once, and without a word when it fails."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack import message_words
from bot.slack.access import SlackAccess
from bot.slack.ears import Hearing
from bot.slack.gateway import Gateway
from handlers.incidents.reports import LONGEST_REPORT
from handlers.listening.listening import EvidenceThread, Reaction, Remark
from handlers.messages import Field, FieldKind, Form, Reply
from handlers.rooms.room_changes import RoomChange
from kpi.languages import Language
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import BOT_USER, CARD, command, event, press, reacted, said, submission
from tests.bot.slack.samples import a_file, digest_reply
from tests.twins.clock import FakeClock
from tests.twins.slack_server import SlackServer, Trouble

ABOUT = "/incident about-message 1795000100.000200"
REPORT = Form(
    "Report a problem",
    ABOUT,
    "Report",
    (Field("text", "What do you see?", FieldKind.TEXT, is_required=True),),
    Language.EN,
    "/incident new …",
)


class Listening:
    """What the rooms below hear; `twin` is what a reaction means to them, `thread` whose thread a message is in."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []
        self.reactions: list[Reaction] = []
        self.changes: list[RoomChange] = []
        self.twin = ""
        self.thread: EvidenceThread | None = None
        self.failure: Exception | None = None

    async def overhear(self, remark: Remark) -> None:
        """Remember a message."""
        self.remarks.append(remark)
        if self.failure:
            raise self.failure

    async def twin_of(self, reaction: Reaction) -> str:
        """Remember a reaction."""
        self.reactions.append(reaction)
        if self.failure:
            raise self.failure
        return self.twin

    async def evidence_for(self, _remark: Remark) -> EvidenceThread | None:
        """Return the incident of the thread."""
        return self.thread

    async def room_changed(self, changed: RoomChange) -> None:
        """Remember what happened to a channel."""
        self.changes.append(changed)
        if self.failure:
            raise self.failure


@pytest.fixture
def listening() -> Listening:
    """Return what hears."""
    return Listening()


@pytest.fixture
def doors(access: SlackAccess, gateway: Gateway, clock: FakeClock, listening: Listening) -> Doors:
    """Return Slack's doors with ears."""
    hearing = Hearing(listening.overhear, listening.twin_of, listening.evidence_for, listening.room_changed)
    return Doors(access, gateway, clock, hearing)


def write(slack: SlackServer, text: str, ts: str = "1795000100.000200", **more: Any) -> None:
    """Let somebody's message stand in the seller's channel."""
    slack.messages["C0SELLER01"].append({"ts": ts, "text": text, **more})


async def test_a_message_is_passed_on_once_however_often_slack_repeats_it(doors: Doors, listening: Listening) -> None:
    """And nothing is asked of the intake: nobody asked anything."""
    for number in range(3):
        await doors.event({**said(), "event_id": f"Ev{number}"})
    assert [one.text for one in listening.remarks] == ["sales crashed"]
    assert doors.arrivals == []


async def test_a_mention_that_comes_in_twice_is_answered_once_and_not_overheard(
    slack: SlackServer, doors: Doors, listening: Listening
) -> None:
    """Slack sends one message as `message` and as `app_mention`, in any order."""
    doors.reply = Reply("ok", Language.EN)
    text = f"<@{BOT_USER}> sales crashed"
    for kinds in (("message", "app_mention"), ("app_mention", "message")):
        for kind in kinds:
            await doors.event(event(kind, text=text, ts=f"17950001{len(kinds[0]):02}.000200"))
    assert len(doors.arrivals) == len(slack.messages["C0SELLER01"]) == 2
    assert listening.remarks == []


async def test_edits_deletions_bots_and_removed_reactions_do_nothing(doors: Doors, listening: Listening) -> None:
    """Each is acknowledged, so that Slack does not send it again."""
    changed: dict[str, Any] = {"subtype": "message_changed", "message": {"text": "sales crashed", "user": "U0SELLER01"}}
    removed = reacted("rotating_light")
    removed["event"]["type"] = "reaction_removed"
    for body in (said(**changed), said(subtype="message_deleted"), said(bot_id="B1"), removed):
        assert (await doors.event(body)).status_code == 200
    assert (listening.remarks, listening.reactions, doors.arrivals) == ([], [], [])


async def test_a_reaction_runs_as_the_command_it_stands_for_and_only_its_person_reads_the_answer(
    slack: SlackServer, doors: Doors, listening: Listening
) -> None:
    """One path: the same arrival as a typed command."""
    listening.twin, doors.reply = "/incident ack 1001", Reply("Taken.", Language.EN, is_private=True)
    for _ in range(2):
        await doors.event(reacted())
    (arrival,) = doors.arrivals
    assert (arrival.text, arrival.handle, arrival.address) == ("/incident ack 1001", "U0SELLER01", "C0SELLER01")
    (whisper,) = slack.whispers
    assert (whisper["user"], whisper["text"]) == ("U0SELLER01", "Taken.")
    assert slack.messages == {}


async def test_a_reaction_that_means_nothing_here_is_silence(slack: SlackServer, doors: Doors) -> None:
    """Strangers, unbound rooms and other people's messages."""
    await doors.event(reacted())
    assert (doors.arrivals, slack.calls) == ([], [])


async def test_a_siren_carries_the_words_of_its_message(slack: SlackServer, doors: Doors, listening: Listening) -> None:
    """Read from Slack in this moment; nobody whom it mentions is woken by the report."""
    write(slack, "<!channel> sales crashed, <@U024ANA>", CARD)
    listening.twin = f"/incident about-message {CARD}"
    await doors.event(reacted("rotating_light"))
    (arrival,) = doors.arrivals
    assert arrival.text == f"/incident about-message {CARD} sales crashed,"


async def test_the_button_of_an_offer_reports_an_answer_deep_in_a_thread(slack: SlackServer, doors: Doors) -> None:
    """The message may be any of the thread."""
    write(slack, "the first one", "1795000050.000100")
    write(slack, "vendas\ncaíram &amp; muito", thread_ts="1795000050.000100")
    await doors.press(press(ABOUT))
    assert doors.arrivals[0].text == f"{ABOUT} vendas\ncaíram & muito"


@pytest.mark.parametrize("trouble", [None, Trouble(code="missing_scope"), Trouble(429, "ratelimited"), Trouble(503)])
async def test_a_message_that_slack_does_not_show_leaves_its_reporter_to_say_it(
    slack: SlackServer, doors: Doors, trouble: Trouble | None
) -> None:
    """Deleted, not permitted, too often, away: the command arrives without words, and is answered with a question."""
    if trouble:
        write(slack, "sales crashed")
        slack.plan("conversations.replies", trouble)
    await doors.press(press(ABOUT))
    assert [one.text for one in doors.arrivals] == [ABOUT]


async def test_the_button_of_an_offer_opens_the_report_with_the_words_of_its_message(
    slack: SlackServer, doors: Doors
) -> None:
    """What is submitted stands for itself: the message is not read again, whatever became of it."""
    write(slack, "<!channel> sales &lt;crashed&gt;")
    doors.form = REPORT
    await doors.press(press(ABOUT))
    assert slack.views[0]["blocks"][0]["element"]["initial_value"] == "sales <crashed>"
    slack.messages["C0SELLER01"].clear()
    await doors.press(submission(slack.views[0], text="sales stopped"))
    assert [(one.text, one.values) for one in doors.arrivals] == [(ABOUT, {"text": "sales stopped"})]
    assert len(slack.of("conversations.replies")) == 1


async def test_words_that_come_too_late_for_a_form_are_reported_without_one(
    slack: SlackServer, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What opens a form is good for three seconds; the press still counts."""
    write(slack, "sales crashed")
    doors.form = REPORT
    monkeypatch.setattr(message_words, "READING_SECONDS", 0)
    await doors.press(press(ABOUT))
    assert (slack.views, [one.text for one in doors.arrivals]) == ([], [f"{ABOUT} sales crashed"])


async def test_a_message_of_forty_thousand_characters_fits_into_a_report(slack: SlackServer, doors: Doors) -> None:
    """Its beginning is reported; the message itself stays where it is."""
    write(slack, "x" * 40_000)
    await doors.press(press(ABOUT))
    assert len(doors.arrivals[0].text) == len(ABOUT) + 1 + LONGEST_REPORT


async def test_a_typed_command_reads_no_other_channel(slack: SlackServer, doors: Doors) -> None:
    """Whatever id somebody types, only messages of their own channel are looked for."""
    write(slack, "a secret of the seller's channel")
    await doors.command(command("about-message 1795000100.000200", command="/incident"))
    assert doors.arrivals[0].text == ABOUT
    assert [one["channel"] for one in slack.of("conversations.replies")] == ["C0OPS00001"]


async def test_a_failure_below_is_a_log_line_and_nothing_else(
    slack: SlackServer, doors: Doors, listening: Listening
) -> None:
    """Nobody asked, so nobody is told."""
    listening.failure = RuntimeError("the database is away")
    with capture_logs() as lines:
        await doors.event(said())
        await doors.event(reacted())
    events = [line["event"] for line in lines]
    assert {"slack_message_not_judged", "slack_reaction_not_understood"} <= set(events)
    assert "sales crashed" not in str(lines)
    assert slack.calls == []


async def test_any_other_command_reads_no_message(slack: SlackServer, doors: Doors) -> None:
    """Slack limits how often history may be read."""
    doors.reply = digest_reply()
    await doors.press(press("/kpi gmv"))
    assert slack.of("conversations.replies") == []


async def test_files_in_the_thread_of_an_incident_are_evidence(
    slack: SlackServer, doors: Doors, listening: Listening
) -> None:
    """Each file is an arrival of its own, kept once; only its sender is told, in the thread."""
    listening.thread = EvidenceThread("/incident evidence 1001", Language.ZH)
    body = said("look", subtype="file_share", thread_ts=CARD, files=[a_file(slack), a_file(slack, "more.png")])
    for _ in range(2):
        await doors.event(body)
    assert [(one.text, one.handle, one.files[0].name) for one in doors.arrivals] == [
        ("/incident evidence 1001", "U0SELLER01", "shot.png"),
        ("/incident evidence 1001", "U0SELLER01", "more.png"),
    ]
    assert len({one.event_id for one in doors.arrivals}) == 2
    told = slack.of("chat.postEphemeral")
    assert [(one["user"], one["thread_ts"]) for one in told] == [("U0SELLER01", CARD)] * 2
    assert [one.text for one in listening.remarks] == ["look"]


async def test_what_is_wrong_with_a_file_in_a_thread_is_said_in_the_language_of_its_room(
    slack: SlackServer, doors: Doors, listening: Listening
) -> None:
    """To its sender alone."""
    listening.thread = EvidenceThread("/incident evidence 1001", Language.ZH)
    page = a_file(slack, "page.png", b"<html><b>hello</b></html>")
    await doors.event(said("", subtype="file_share", thread_ts=CARD, files=[page]))
    (told,) = slack.of("chat.postEphemeral")
    assert "“page.png”" in told["text"]
    assert not told["text"].isascii()
    assert doors.arrivals == []


async def test_files_of_any_other_message_are_not_even_fetched(
    slack: SlackServer, doors: Doors, listening: Listening
) -> None:
    """What people send each other is theirs."""
    await doors.event(said("look", subtype="file_share", files=[a_file(slack)]))
    listening.failure, listening.thread = RuntimeError("away"), EvidenceThread("/incident evidence 1001", Language.EN)
    await doors.event(said("look", subtype="file_share", ts="1795000101.000200", thread_ts=CARD, files=[a_file(slack)]))
    assert (slack.downloads, doors.arrivals, slack.calls) == ([], [], [])
