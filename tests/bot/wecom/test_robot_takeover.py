"""A copy of Vigia dies while it answers the robot's group: the one WeCom asks next answers instead, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.wecom.app_door import DRAW_SECONDS
from bot.wecom.limits import ROBOT_ANSWER_TAKES, ROBOT_WAITS, STREAM_CLOSES_AFTER
from bot.wecom.robot import Robot
from handlers.messages import Button, Reply
from kpi.languages import Language
from tests.bot.slack.samples import digest_reply
from tests.bot.wecom.robot_callbacks import message, poll
from tests.bot.wecom.test_robot import HASTY, Group
from tests.twins.clock import FakeClock


@pytest.fixture
async def group(clock: FakeClock) -> AsyncIterator[Group]:
    """Return WeCom before an open door whose intake does not come to an end."""
    made = Group(clock)
    made.gate.clear()
    yield made
    made.gate.set()
    await made.robot.close()


async def kill(robot: Robot) -> None:
    """End everything a copy of Vigia has begun, as a killed process does."""
    for task in robot.work._tasks:
        task.cancel()
    await robot.work.finish()


async def begun_and_killed(group: Group, text: str = "@Vigia 转化率") -> str:
    """Ask a copy of Vigia that dies over it; return the name of the answer WeCom keeps asking for."""
    dying = group.replica(HASTY)
    stream = (await group.tell(message(text), dying))["stream"]
    assert not stream["finish"]
    await kill(dying)
    return str(stream["id"])


async def test_a_dead_copys_answer_is_given_by_the_next_one_asked(group: Group) -> None:
    """With its buttons, which still find their way; not before its time."""
    group.reply = Reply("好", Language.ZH, buttons=(Button("我来处理", "/incident ack 1001", is_primary=True),))
    answer_id = await begun_and_killed(group)
    group.clock.advance(ROBOT_ANSWER_TAKES - timedelta(seconds=1))
    assert not (await group.tell(poll(answer_id)))["stream"]["finish"]
    assert group.again == []
    group.clock.advance(timedelta(seconds=1))
    stream = (await group.tell(poll(answer_id)))["stream"]
    assert (stream["finish"], stream["content"]) == (True, "好")
    assert group.again == group.arrivals
    await group.settle()
    ((url, _),) = group.returned
    assert "SECRET-CODE-1" in url


async def test_what_was_done_already_is_not_asked_for_again(group: Group) -> None:
    """Its words are lost, and where to look is said: doing it twice would be worse."""
    group.reply = None
    answer_id = await begun_and_killed(group, "@Vigia /incident ack 1001")
    group.clock.advance(ROBOT_ANSWER_TAKES)
    content = (await group.tell(poll(answer_id)))["stream"]["content"]
    assert "`/incident list`" in content


async def test_a_question_that_kills_does_not_kill_every_copy(group: Group) -> None:
    """One copy more tries it; then the stream ends with a sentence, as for any answer that does not come."""
    answer_id = await begun_and_killed(group)
    group.clock.advance(ROBOT_ANSWER_TAKES)
    hasty = group.replica(HASTY)
    group.hangs_again = True
    assert not (await group.tell(poll(answer_id), hasty))["stream"]["finish"]
    await kill(hasty)
    group.hangs_again = False
    for _ in range(3):
        group.clock.advance(ROBOT_ANSWER_TAKES)
        assert not (await group.tell(poll(answer_id)))["stream"]["finish"]
    assert len(group.again) == 1
    group.clock.advance(STREAM_CLOSES_AFTER)
    assert (await group.tell(poll(answer_id)))["stream"]["finish"]


async def test_a_copy_that_was_only_slow_does_not_answer_twice(group: Group) -> None:
    """Whoever comes second keeps its words to itself."""
    slow = group.replica(HASTY)
    answer_id = (await group.tell(message("转化率"), slow))["stream"]["id"]
    group.clock.advance(ROBOT_ANSWER_TAKES)
    assert (await group.tell(poll(answer_id)))["stream"]["content"] == "好"
    group.reply = Reply("更好", Language.ZH)
    group.gate.set()
    await group.settle(slow)
    assert (await group.tell(poll(answer_id)))["stream"]["content"] == "好"
    assert group.returned == []


async def test_a_fault_after_the_words_ends_with_a_sentence_too(
    group: Group, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever fails beside the answer itself: a reference for the group, the fault in the log."""
    group.gate.set()
    group.reply = digest_reply(Language.ZH)
    group.drawing_fault = RuntimeError("secret detail")
    stream = (await group.tell(message("转化率")))["stream"]
    assert stream["finish"]
    assert "WECOM-" in stream["content"]
    assert "secret detail" not in stream["content"]
    printed = capsys.readouterr()
    said = caplog.text + printed.out + printed.err
    assert "wecom_robot_failed" in said
    assert stream["content"].rpartition("WECOM-")[2][:6] in said


async def test_a_reply_that_would_end_a_cdata_section_stays_words(group: Group) -> None:
    """The robot's answers are JSON, hidden as a whole."""
    group.gate.set()
    group.reply = Reply("]]></Content>", Language.ZH)
    assert (await group.tell(message("转化率")))["stream"]["content"] == "]]＞＜/Content＞"


async def test_what_another_version_asked_and_nobody_can_read_ends_with_a_sentence(group: Group) -> None:
    """WeCom is answered at every poll; the asker reads to ask again."""
    answers = group.robot.answers
    sealed, now = answers._sealed({"of": "an earlier version"}), group.clock()
    await answers._on_shelf(lambda shelf: shelf.open("old", now, sealed, now + ROBOT_ANSWER_TAKES))
    group.clock.advance(ROBOT_ANSWER_TAKES)
    with capture_logs() as lines:
        assert not (await group.tell(poll("old")))["stream"]["finish"]
    assert [line["event"] for line in lines] == ["wecom_robot_question_not_read"]
    group.clock.advance(STREAM_CLOSES_AFTER)
    assert (await group.tell(poll("old")))["stream"]["finish"]


def test_nobody_is_taken_for_dead_who_may_be_drawing() -> None:
    """And whoever takes over has time left before the stream ends."""
    assert timedelta(seconds=DRAW_SECONDS + 2 * ROBOT_WAITS) < ROBOT_ANSWER_TAKES
    assert 2 * ROBOT_ANSWER_TAKES < STREAM_CLOSES_AFTER
