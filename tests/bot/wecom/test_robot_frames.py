"""What WeCom takes for a robot's answer: at each limit, and one past it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given

from bot.wecom.robot_frames import content_of, markdown_message, stream_frame, updated_card
from handlers.messages import Button, Figure, Reply
from kpi.languages import Language
from tests.bot.slack.samples import digest_reply
from tests.bot.wecom.test_renderer import REPLIES

BYTES, IMAGE_BYTES, SUBTITLE, BUTTON, TITLE = 20_480, 10 * 1024 * 1024, 160, 10, 36
"""Written down again on purpose: a slip in bot/wecom/limits.py must not move both sides."""


@pytest.mark.parametrize(("more", "is_cut"), [(0, False), (1, True)])
def test_the_words_stay_within_their_bytes(more: int, is_cut: bool) -> None:
    """Chinese counts three."""
    said = "汉" * (BYTES // 3) + "a" * (BYTES % 3) + "b" * more
    content = stream_frame("a", said, is_whole=False)["stream"]["content"]
    assert len(content.encode()) <= BYTES
    assert content.endswith("…") is is_cut


def test_a_long_answer_says_what_it_leaves_out() -> None:
    """In one piece, because a stream has one; whole lines only."""
    figures = tuple(Figure(f"指标{number}", "汉" * 60) for number in range(200))
    content = content_of(Reply("转化率", Language.ZH, figures=figures, footer="数据日 11-22"))
    assert len(content.encode()) <= BYTES
    assert "…其余内容" in content
    assert content.endswith("数据日 11-22")
    assert "(1/" not in content
    short = content_of(Reply("转化率", Language.ZH, figures=figures[:3], footer="数据日 11-22"))
    assert short.count("指标") == 3


@given(REPLIES)
def test_every_reply_is_an_answer_the_robot_can_give(reply: Reply) -> None:
    """In one piece, within bytes, without a tag, and never empty: an empty one would never end."""
    content = content_of(reply)
    assert content
    assert len(content.encode()) <= BYTES
    assert "<" not in content


def test_no_colour_is_sent_where_none_is_shown() -> None:
    """The words of the judgement remain."""
    content = content_of(digest_reply(Language.ZH))
    assert "font" not in content
    assert "待处理" in content or "需" in content


@pytest.mark.parametrize(("size", "has_picture"), [(IMAGE_BYTES, True), (IMAGE_BYTES + 1, False)])
def test_a_picture_within_its_bytes_comes_with_the_whole_answer(size: int, has_picture: bool) -> None:
    """With the MD5 of its raw bytes; the words stand without it."""
    picture = bytes(size)
    stream = stream_frame("a", "好", picture, is_whole=True)["stream"]
    assert ("msg_item" in stream) is has_picture
    if has_picture:
        image = stream["msg_item"][0]["image"]
        assert len(base64.b64decode(image["base64"])) == size
        assert image["md5"] == hashlib.md5(picture).hexdigest()  # noqa: S324 - theirs
    assert "msg_item" not in stream_frame("a", "好", picture, is_whole=False)["stream"]


def test_a_message_of_its_own_has_the_same_limit() -> None:
    """It follows what took too long."""
    said = markdown_message(Reply("汉" * 30_000, Language.ZH))
    assert said["msgtype"] == "markdown"
    assert len(said["markdown"]["content"].encode()) <= BYTES


@pytest.mark.parametrize("buttons", [(), (Button("再看一眼这个事件的全部内容", "/incident show 1001"),)])
def test_a_pressed_card_says_what_came_of_it(buttons: tuple[Button, ...]) -> None:
    """It keeps its task, and at least one button, as WeCom demands."""
    for length in (SUBTITLE, SUBTITLE + 1):
        frame = updated_card(Reply("汉" * length, Language.ZH, buttons=buttons), "task-1")
        card = frame["template_card"]
        assert frame["response_type"] == "update_template_card"
        assert card["task_id"] == "task-1"
        assert len(card["sub_title_text"]) == SUBTITLE
        assert len(card["main_title"]["title"]) <= TITLE
        assert 1 <= len(card["button_list"]) <= 6
        assert all(len(one["text"]) <= BUTTON for one in card["button_list"])
