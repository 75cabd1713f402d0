"""A reply as JSON: the names others build on."""

from __future__ import annotations

import json

import pytest

from bot.console.renderer import reply_as_json
from handlers.messages import Button, Reply
from kpi.engagements import Role
from kpi.languages import Language
from tests.twins.console_world import SAO_PAULO, board_reply, person


def test_the_field_names_of_an_answer_are_stable() -> None:
    """Programs read `vigia ask --json`; a renamed field breaks them silently."""
    made = json.loads(json.dumps(reply_as_json(board_reply(Language.ZH, "/kpi"))))
    assert set(made) == {
        "headline", "language", "tone", "text", "figures", "table", "picture", "notes", "footer", "buttons",
        "is_private", "mention", "reference", "document", "files", "attach_command",
    }  # fmt: skip
    assert made["language"] == "zh-CN"
    assert made["figures"][1] == {
        "name": "转化率（美客多）", "value": "1.81%", "change": "▼0.54个百分点", "judgement": "变差", "tone": "watch",
        "target": "2.60%", "note": "134 / 7,404",
    }  # fmt: skip
    assert made["table"] == {
        "caption": "By store",
        "columns": ["Store", "GMV"],
        "rows": [["Lumina BR", "R$ 88,1 mil"], ["Lumina MX", "MX$ 40,2 mil"]],
    }
    assert made["picture"] == {"title": "The chart of /kpi", "alt_text": "The chart of /kpi"}
    assert made["buttons"][0] == {"label": "Targets", "command": "/kpi targets", "url": "", "is_primary": True}


def test_an_answer_of_one_line_has_empty_parts_and_no_missing_ones() -> None:
    """A reader never has to ask whether a field is there."""
    made = reply_as_json(Reply("ok", Language.PT, mention=person("ana", "Ana", Role.ADMIN, Language.PT, SAO_PAULO)))
    assert (made["figures"], made["table"], made["picture"], made["text"]) == ([], None, None, "")
    assert made["mention"] == {"id": "ana", "name": "Ana"}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com/a", True),
        ("HTTP://example.com", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.com", False),
    ],
)
def test_a_button_opens_web_pages_only(url: str, kept: bool) -> None:
    """An address the browser would run, or that changes with the page's own, is dropped."""
    assert bool(reply_as_json(Reply("x", Language.EN, buttons=(Button("open", url=url),)))["buttons"][0]["url"]) == kept
