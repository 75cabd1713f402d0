"""Files of people in Slack: fetched after the words are safe, from Slack's own hosts, never past the limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messengers import Parcel
from bot.slack.access import SlackAccess
from bot.slack.files import SlackFile, SlackFiles, slack_files
from bot.slack.gateway import Gateway
from bot.slack.messenger import SlackMessenger
from bot.slack.views import Origin, origin_of, view_of
from handlers.messages import Field, FieldKind, Form, Reply, ShownFile
from kpi.deliveries import Placing
from kpi.engagements import Platform
from kpi.errors import QuestionError
from kpi.incidents.evidence_files import LARGEST_FILE, EvidenceFile, FileKind
from kpi.incidents.incident import Visibility
from kpi.languages import Language
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import BOT_USER, event, press, shortcut, submission
from tests.bot.slack.samples import a_file
from tests.handlers.world import north
from tests.twins.console_world import tiny_png
from tests.twins.slack_server import SlackServer

FORM = Form(
    "Report a problem",
    "/incident new",
    "Report",
    (
        Field("text", "What do you see?", FieldKind.TEXT, is_required=True),
        Field("files", "Screenshots", FieldKind.FILES),
    ),
    Language.EN,
    "/incident new …",
)
OPENED = Reply("#1001 is open", Language.EN, is_private=True, attach_command="/incident evidence 1001")


async def reported(doors: Doors, slack: SlackServer, *files: dict[str, Any]) -> Any:
    """Fill in the report's form with files and return the answer to it."""
    doors.form, doors.reply = FORM, OPENED
    await doors.press(press("/incident new", response_url=slack.response_url()))
    return await doors.press(submission(slack.views[0], text="checkout is down", files=list(files)))


async def test_a_file_in_a_form_follows_its_words(doors: Doors, slack: SlackServer) -> None:
    """First the report, then the file, for the incident the report opened."""
    await reported(doors, slack, a_file(slack))
    words, attached = doors.arrivals
    assert (words.values["text"], words.values["files"], words.files) == ("checkout is down", "shot.png", ())
    assert (attached.text, attached.values) == ("/incident evidence 1001", {})
    assert attached.files[0].content == tiny_png()
    assert slack.downloads == ["Bearer xoxb-not-a-token"]
    assert "Kept: shot.png" in slack.whispers[-1]["text"]


async def test_a_screenshot_of_60_mb_is_refused_before_it_is_fetched(doors: Doors, slack: SlackServer) -> None:
    """The form stays open with the sentence beside the files; nothing was read."""
    answer = await reported(doors, slack, {**a_file(slack), "size": 60 * 2**20})
    assert "larger than 10 MB" in answer.json()["errors"]["files"]
    assert (doors.arrivals, slack.downloads) == ([], [])


async def test_a_file_that_is_larger_than_it_says_is_given_up_on_the_way(doors: Doors, slack: SlackServer) -> None:
    """The report is kept, and its sender is told."""
    large = {**a_file(slack, content=b"x" * (LARGEST_FILE + 1)), "size": 5}
    await reported(doors, slack, large)
    assert len(doors.arrivals) == 1
    assert "larger than 10 MB" in slack.whispers[-1]["text"]


async def test_one_file_that_is_refused_keeps_no_other_back(doors: Doors, slack: SlackServer) -> None:
    """Each is told by itself."""
    await reported(doors, slack, a_file(slack, "page.png", b"<html><b>hello</b></html>"), a_file(slack, "good.png"))
    assert [arrival.files[0].name for arrival in doors.arrivals[1:]] == ["good.png"]
    assert "“page.png” is not kept" in slack.whispers[1]["text"]


async def test_a_report_that_was_not_taken_fetches_nothing(doors: Doors, slack: SlackServer) -> None:
    """There is no incident the file could belong to."""
    doors.form = FORM
    await doors.press(press("/incident new", response_url=slack.response_url()))
    doors.reply = replace(OPENED, attach_command="")
    await doors.press(submission(slack.views[0], text="x", files=[a_file(slack)]))
    assert slack.downloads == []


async def test_a_shortcut_on_a_message_takes_its_files_along(doors: Doors, slack: SlackServer) -> None:
    """Beside those that are put into the form."""
    doors.form, doors.reply = FORM, OPENED
    message = {"text": "look", "ts": "1795000100.000200", "files": [a_file(slack, "theirs.png")]}
    await doors.press(shortcut("vigia_report_message", channel={"id": "C0SELLER01"}, message=message))
    await doors.press(submission(slack.views[0], text="look", files=[a_file(slack, "mine.png")]))
    assert [arrival.files[0].name for arrival in doors.arrivals[1:]] == ["theirs.png", "mine.png"]


def test_files_that_do_not_fit_into_a_modal_are_left_and_the_rest_is_kept() -> None:
    """A modal carries 3,000 characters unseen."""
    files = tuple(SlackFile(f"F{n}", "x" * 900, "https://files.slack.com/a", 1) for n in range(5))
    for kept, carried in ((files[:2], files[:2]), (files, ())):
        view = view_of(FORM, Origin("/incident new", "C1", "https://hooks.slack.com/x", files=kept))
        origin = origin_of(view)
        assert origin is not None
        assert (origin.files, origin.response_url) == (carried, "https://hooks.slack.com/x")


async def test_a_mention_brings_its_files_too(doors: Doors, slack: SlackServer) -> None:
    """People of another workspace have no command to type: they write and attach."""
    doors.reply = OPENED
    words = f"<@{BOT_USER}> incident checkout is down"
    await doors.event(event(text=words, subtype="file_share", files=[a_file(slack)]))
    said, attached = doors.arrivals
    assert said.text == "/incident checkout is down"
    assert (attached.text, attached.handle) == ("/incident evidence 1001", "U0SELLER01")
    assert attached.files[0].content == tiny_png()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/files-pri/T1-F1/shot.png",
        "http://files.slack.com/files-pri/T1-F1/shot.png",
        "https://files.slack.com.evil.example/shot.png",
        "https://files.slack.com@evil.example/shot.png",
        "https://files.slack.com:8443/shot.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_token_is_shown_to_slacks_own_hosts_only(access: SlackAccess, slack: SlackServer, url: str) -> None:
    """An address elsewhere is not asked at all."""
    with pytest.raises(QuestionError, match="did not hand over"):
        await SlackFiles(access).fetch(SlackFile("F1", "shot.png", url, 5))
    assert slack.downloads == []


async def test_a_way_that_leads_elsewhere_is_not_followed(access: SlackAccess, slack: SlackServer) -> None:
    """Nor is Slack's page for signing in taken for a picture."""
    for headers in ({"location": f"{slack.url}/private/other"}, {"content-type": "text/html; charset=utf-8"}):
        (one,) = slack_files([a_file(slack, "shot.png", b"", **headers)])
        with pytest.raises(QuestionError, match="did not hand over"):
            await SlackFiles(access).fetch(one)
    assert len(slack.downloads) == 2


async def test_a_slack_that_does_not_answer_is_one_sentence(access: SlackAccess, slack: SlackServer) -> None:
    """The words are kept all the same."""
    (one,) = slack_files([a_file(slack)])
    await slack.stop()
    with pytest.raises(QuestionError, match="did not hand over"):
        await SlackFiles(access).fetch(one)


def test_files_of_a_message_are_read_like_those_of_a_form() -> None:
    """A file that is gone has no address, and one without an id is none."""
    said: list[dict[str, Any]] = [
        {"id": "F1", "mode": "tombstone"},
        {"name": "x"},
        {"id": "F2", "title": "t", "url_private": "u", "size": 3},
    ]
    assert slack_files(said) == (SlackFile("F1", "F1", "", 0), SlackFile("F2", "t", "u", 3))
    assert slack_files(None) == ()


NEWS = Reply("#1001: 陈伟 added shot.png", Language.PT, files=(ShownFile("f1", "shot.png"), ShownFile("f2", "b.png")))


async def stored(channel: str, file_id: str) -> tuple[EvidenceFile, bytes] | None:
    """Stand in for the book of files: the first one is for the operations channel."""
    if (channel, file_id) != ("C0OPS00001", "f1"):
        return None
    at = datetime(2026, 1, 1, tzinfo=UTC)
    file = EvidenceFile("f1", "x-1001", "shot.png", FileKind.PNG, 3, "", Visibility.SELLER, "wei", at)
    return file, tiny_png()


def news(address: str = "C0OPS00001", anchor: str = "1795000000.000100") -> Parcel:
    """Return what a room is told of evidence, below its card."""
    room = replace(north().rooms[0], platform=Platform.SLACK, address=address)
    return Parcel("d1", room, NEWS, None, placing=Placing.REPLY, anchor=anchor)


async def test_a_room_that_is_told_of_a_file_gets_it_into_the_thread(slack: SlackServer, gateway: Gateway) -> None:
    """Of the two, the one that it may see."""
    receipt = await SlackMessenger(gateway, stored).post(news())
    (kept,) = slack.files.values()
    assert (kept.content, kept.shares) == (tiny_png(), [("C0OPS00001", "1795000000.000100")])
    assert slack.of("files.getUploadURLExternal")[0]["filename"] == "shot.png"
    assert receipt.remark == ""


async def test_a_room_that_may_not_see_a_file_gets_the_words_alone(slack: SlackServer, gateway: Gateway) -> None:
    """Each channel has its own."""
    await SlackMessenger(gateway, stored).post(news("C0SELLER01"))
    assert len(slack.messages["C0SELLER01"]) == 1
    assert slack.files == {}


async def test_a_file_that_slack_does_not_take_costs_no_message(slack: SlackServer, gateway: Gateway) -> None:
    """The receipt says so."""
    slack.accepts_bytes = False
    receipt = await SlackMessenger(gateway, stored).post(news())
    assert receipt.platform_message
    assert receipt.remark == "Files that Slack did not take: 1."
