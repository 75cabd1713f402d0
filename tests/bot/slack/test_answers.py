"""From a request to the calls Slack gets: who sees which answer, and what a failure looks like."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.slack.gateway import Gateway
from handlers.messages import Button
from tests.bot.slack.conftest import Naps
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import command, event, press
from tests.bot.slack.samples import PNG, digest_reply, good_day_reply, sorry_reply
from tests.twins.slack_server import SlackServer, Trouble

HIDDEN = {"type": "message", "message_ts": "1.2", "is_ephemeral": True}


async def test_a_command_is_answered_for_its_sender_with_a_share_button(slack: SlackServer, doors: Doors) -> None:
    """Staff ask in rooms where sellers read along."""
    doors.reply = digest_reply()
    await doors.command(command("gmv", response_url=slack.response_url()))
    (whisper,) = slack.whispers
    assert whisper["response_type"] == "ephemeral"
    assert whisper["replace_original"] is False
    buttons = whisper["blocks"][-1]["elements"]
    assert (buttons[-1]["action_id"], buttons[-1]["value"]) == ("vigia_share", "/kpi gmv")
    assert slack.messages == {}


async def test_a_private_answers_picture_goes_to_the_persons_own_conversation(slack: SlackServer, doors: Doors) -> None:
    """Slack cannot show a file inside a message that only one person sees."""
    doors.reply = good_day_reply()
    await doors.command(command(response_url=slack.response_url()))
    assert slack.of("conversations.open") == [{"users": "U024ANA"}]
    (file,) = slack.files.values()
    assert (file.content, file.shares) == (PNG, [("D0PERSON01", "")])


async def test_what_the_operators_people_ask_among_sellers_is_theirs_to_share(slack: SlackServer, doors: Doors) -> None:
    """By mention in the thread where they asked, by button beside its message; alone with Vigia as ever."""
    doors.reply = replace(digest_reply(), is_quiet=True)
    await doors.event(event(text="<@U0VIGIA001> kpi gmv"))
    (whisper,) = slack.of("chat.postEphemeral")
    assert (whisper["thread_ts"], "vigia_share" in str(whisper["blocks"])) == ("1795000100.000200", True)
    await doors.press(press("/kpi gmv", response_url=slack.response_url()))
    assert "vigia_share" in str(slack.whispers[-1])
    assert slack.messages["C0SELLER01"] == []
    await doors.press(press("/kpi gmv", "vigia_share", container=HIDDEN, trigger_id="shared"))
    await doors.event(event("message", "Ev2", channel="D0PERSON01", channel_type="im", text="kpi", ts="1795000300.1"))
    assert [len(slack.messages[place]) for place in ("C0SELLER01", "D0PERSON01")] == [1, 1]


async def test_a_share_posts_the_answer_for_the_channel_with_its_picture(slack: SlackServer, doors: Doors) -> None:
    """One message, in the presser's name, asked anew, so that it is filtered for this room again."""
    doors.reply = digest_reply()
    await doors.press(press("/kpi gmv", "vigia_share", container=HIDDEN, response_url=slack.response_url()))
    (posted,) = slack.messages["C0SELLER01"]
    assert "<@U0SELLER01>" in str(posted["blocks"])
    assert any(block["type"] == "image" for block in posted["blocks"])
    assert "vigia_share" not in str(posted["blocks"])
    assert doors.arrivals[0].text == "/kpi gmv"


async def test_a_private_reply_is_never_shared(slack: SlackServer, doors: Doors) -> None:
    """Access may have been taken away since the private answer."""
    doors.reply = sorry_reply()
    await doors.press(press("/kpi margin", "vigia_share", container=HIDDEN, response_url=slack.response_url()))
    assert slack.messages == {}
    assert len(slack.whispers) == 1
    assert "vigia_share" not in str(slack.whispers)


async def test_a_private_reply_offers_no_sharing(slack: SlackServer, doors: Doors) -> None:
    """What only the asker may see has no button that shows it to all."""
    doors.reply = replace(digest_reply(), is_private=True)
    await doors.command(command("margin", response_url=slack.response_url()))
    assert "vigia_share" not in str(slack.whispers)


async def test_a_mention_is_answered_in_its_thread_and_the_picture_follows(slack: SlackServer, doors: Doors) -> None:
    """The text does not wait for the drawing."""
    doors.reply = digest_reply()
    await doors.event(event())
    (posted,) = slack.messages["C0SELLER01"]
    assert posted["thread_ts"] == "1795000100.000200"
    (file,) = slack.files.values()
    assert file.shares == [("C0SELLER01", "1795000100.000200")]
    methods = [call.method for call in slack.calls]
    assert methods.index("chat.postMessage") < methods.index("files.getUploadURLExternal")


async def test_a_button_below_a_digest_is_answered_in_the_digests_thread(slack: SlackServer, doors: Doors) -> None:
    """Everybody who reads the digest reads the answer."""
    doors.reply = replace(digest_reply(), picture=None)
    await doors.press(press(response_url=slack.response_url()))
    (posted,) = slack.messages["C0SELLER01"]
    assert posted["thread_ts"] == "1795000000.000100"
    assert slack.whispers == []


async def test_a_direct_message_is_answered_in_place(slack: SlackServer, doors: Doors) -> None:
    """Two people in a conversation need no thread; the picture stands below the answer."""
    doors.reply = good_day_reply()
    await doors.event(event("message", channel="D0PERSON01", channel_type="im"))
    (posted,) = slack.messages["D0PERSON01"]
    assert "thread_ts" not in posted
    (file,) = slack.files.values()
    assert file.shares == [("D0PERSON01", "")]


async def test_where_nobody_else_reads_an_answer_stays(slack: SlackServer, doors: Doors) -> None:
    """A whisper would be gone when its reader comes back; a mistake is posted too."""
    for reply in (replace(digest_reply(), picture=None, is_private=True), sorry_reply()):
        doors.reply = reply
        payload = press(response_url=slack.response_url(), channel={"id": "D0PERSON01"}, trigger_id=reply.headline)
        await doors.press(payload)
    posted = slack.messages["D0PERSON01"]
    assert len(posted) == 2
    assert not any("thread_ts" in one for one in posted)
    assert slack.whispers == []


async def test_a_mistake_is_answered_to_its_maker_only(slack: SlackServer, doors: Doors) -> None:
    """A typo is nobody else's news."""
    doors.reply = sorry_reply()
    await doors.event(event())
    (whisper,) = slack.whispers
    assert (whisper["user"], whisper["channel"]) == ("U0SELLER01", "C0SELLER01")
    assert "UNKNOWN-ab12cd" in str(whisper["blocks"])
    assert slack.messages == {}


async def test_a_bare_sentence_is_said_aloud_where_slack_refuses_to_whisper(slack: SlackServer, doors: Doors) -> None:
    """Nobody promises that people of another workspace can be whispered to; silence would be worse."""
    doors.reply = sorry_reply()
    slack.plan("chat.postEphemeral", Trouble(code="user_not_in_channel"))
    await doors.event(event())
    assert len(slack.messages["C0SELLER01"]) == 1


async def test_private_numbers_are_never_said_aloud(slack: SlackServer, doors: Doors) -> None:
    """Only a bare sentence may fall back to the thread."""
    doors.reply = replace(digest_reply(), is_private=True)
    slack.plan("chat.postEphemeral", Trouble(code="user_not_in_channel"))
    with capture_logs() as lines:
        await doors.event(event())
    assert slack.messages == {}
    assert [line["event"] for line in lines] == ["slack_answer_not_delivered"]


async def test_a_used_up_response_url_is_replaced_by_a_direct_whisper(slack: SlackServer, doors: Doors) -> None:
    """Slack takes five posts per address; the sixth answer still arrives."""
    doors.reply = sorry_reply()
    for number in range(6):
        await doors.command(command(trigger_id=f"{number}.1.a", response_url=slack.response_url()))
    assert len(slack.whispers) == 6
    assert len(slack.of("chat.postEphemeral")) == 1


async def test_what_is_answered_while_the_bot_stops_opens_no_new_connection(
    slack: SlackServer, gateway: Gateway, doors: Doors
) -> None:
    """It would stay open behind everybody's back; the answer goes the other way."""
    doors.reply = sorry_reply()
    await doors.command(command(trigger_id="1.1.a", response_url=slack.response_url()))
    await gateway.response_urls.close()
    await doors.command(command(trigger_id="2.1.a", response_url=slack.response_url()))
    assert len(slack.whispers) == 2
    assert len(slack.of("chat.postEphemeral")) == 1


async def test_a_crash_is_one_sentence_with_a_reference_and_one_log_line(slack: SlackServer, doors: Doors) -> None:
    """The reference in the sentence finds the line, and the line says nothing about people."""
    doors.failure = RuntimeError("the database is gone")
    with capture_logs() as lines:
        answer = await doors.command(command("secret words", response_url=slack.response_url()))
    assert answer.status_code == 200
    (line,) = [line for line in lines if line["event"] == "slack_answer_failed"]
    assert line["reference"] in str(slack.whispers[0]["blocks"])
    assert "the database is gone" not in str(slack.whispers)
    assert "secret words" not in str(line)


async def test_a_crash_after_a_mention_is_told_to_its_sender(slack: SlackServer, doors: Doors) -> None:
    """A mention has no response URL."""
    doors.failure = ValueError("no")
    await doors.event(event())
    assert slack.whispers[0]["user"] == "U0SELLER01"


async def test_a_crash_that_cannot_be_told_is_logged(slack: SlackServer, doors: Doors) -> None:
    """Slack may be what is broken."""
    doors.failure = ValueError("no")
    slack.plan("chat.postEphemeral", Trouble(is_dropped=True))
    with capture_logs() as lines:
        await doors.event(event())
    assert [line["event"] for line in lines] == ["slack_answer_failed", "slack_apology_not_delivered"]


async def test_a_drawing_that_fails_costs_the_picture_only(slack: SlackServer, doors: Doors) -> None:
    """The words were out already."""
    doors.reply = digest_reply()
    doors.drawing_fails = True
    with capture_logs() as lines:
        await doors.event(event())
    assert len(slack.messages["C0SELLER01"]) == 1
    assert slack.files == {}
    assert [line["event"] for line in lines] == ["slack_file_not_drawn"]


@pytest.mark.parametrize("method", ["conversations.open", "files.completeUploadExternal"])
async def test_a_picture_that_cannot_be_delivered_is_logged(slack: SlackServer, doors: Doors, method: str) -> None:
    """The private answer stands."""
    doors.reply = good_day_reply()
    slack.plan(method, Trouble(code="missing_scope"))
    with capture_logs() as lines:
        await doors.command(command(response_url=slack.response_url()))
    assert len(slack.whispers) == 1
    assert lines[-1]["event"] == "slack_file_lost"


async def test_an_acknowledgement_does_not_wait_for_the_work(slack: SlackServer, doors: Doors) -> None:
    """Slack has its 200 while the intake still thinks."""
    doors.reply = sorry_reply()
    doors.gate = asyncio.Event()
    answer = await doors.acknowledgement(command(response_url=slack.response_url()))
    assert answer.status_code == 200
    assert slack.whispers == []
    doors.gate.set()
    await doors.settle()
    assert len(slack.whispers) == 1


async def test_an_answer_that_slack_wants_later_is_sent_later(doors: Doors, slack: SlackServer, naps: Naps) -> None:
    """A 429 surely sent nothing, and names the seconds; whoever asked waits a little and is answered."""
    doors.reply = sorry_reply()
    slack.plan("chat.postEphemeral", *[Trouble(429, "ratelimited", retry_after="3")] * 2)
    await doors.event(event())
    assert naps.taken == [3.0, 3.0]
    assert [one["user"] for one in slack.whispers] == ["U0SELLER01"]
    assert slack.messages == {}, "a private sentence never becomes public because Slack is busy"


@pytest.mark.parametrize(("seconds", "calls"), [("60", 2), ("61", 1), ("31", 2)])
async def test_nobody_waits_longer_than_a_minute_for_slack_to_be_less_busy(
    doors: Doors, slack: SlackServer, naps: Naps, seconds: str, calls: int
) -> None:
    """At the limit, past it at once, and past it in sum: then it is one log line."""
    doors.reply = good_day_reply()
    slack.plan("chat.postMessage", *[Trouble(429, "ratelimited", retry_after=seconds)] * 2)
    with capture_logs() as logs:
        await doors.event(event())
    assert len(slack.of("chat.postMessage")) == calls
    assert "slack_answer_not_delivered" in [one["event"] for one in logs]


async def test_a_link_for_one_person_is_never_said_aloud(slack: SlackServer, doors: Doors) -> None:
    """Who opens it is taken for them: it goes into their own conversation, and the channel reads the sentence."""
    doors.reply = replace(sorry_reply(), buttons=(Button("Say who I am", url="https://vigia.test/pages/x"),))
    slack.plan("chat.postEphemeral", Trouble(code="user_not_in_channel"))
    await doors.event(event())
    (aloud,) = slack.messages["C0SELLER01"]
    (alone,) = slack.messages["D0PERSON01"]
    assert "https://vigia.test/pages/x" not in str(aloud)
    assert "https://vigia.test/pages/x" in str(alone["blocks"])
