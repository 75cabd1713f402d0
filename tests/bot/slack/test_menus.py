"""A long row of buttons ends in a menu, and what is chosen there runs as if it had been pressed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.slack.buttons import MENU_ACTION, slack_buttons
from bot.slack.limits import OPTION_VALUE, OVERFLOW_OPTIONS
from bot.slack.menus import ROW, with_menu
from handlers.messages import Button
from kpi.languages import Language
from kpi.wording.wording import Wording
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import chosen
from tests.bot.slack.samples import digest_reply
from tests.twins.slack_server import SlackServer


def row_of(*buttons: Button) -> list[list[str]]:
    """Return what stands in the row: a button's value, or the values of a menu."""
    elements: list[dict[str, Any]] = [
        one._resolve() for one in with_menu(slack_buttons(buttons, Wording(Language.EN)), MENU_ACTION)
    ]
    return [[each.get("value") or each["url"] for each in one.get("options", [one])] for one in elements]


def some(count: int) -> list[Button]:
    """Return so many buttons."""
    return [Button(f"b{number}", f"/kpi {number}") for number in range(count)]


@pytest.mark.parametrize(("count", "lengths"), [(ROW, [1] * ROW), (ROW + 1, [1] * (ROW - 1) + [2]), (9, [1] * 4 + [5])])
def test_a_row_is_a_row_and_one_more_is_a_menu(count: int, lengths: list[int]) -> None:
    """Nothing is lost, and the order stays."""
    shown = row_of(*some(count))
    assert [len(one) for one in shown] == lengths
    assert [value for one in shown for value in one] == [one.command for one in some(count)]


def test_a_menu_holds_five_and_the_rest_stays_in_sight() -> None:
    """Slack takes no more in one."""
    assert [len(one) for one in row_of(*some(12))] == [1] * 7 + [OVERFLOW_OPTIONS]


def test_what_asks_first_opens_a_page_or_is_too_long_stays_a_button() -> None:
    """A menu can do none of it for one of its lines alone."""
    first = some(8)
    special = [
        replace(first[4], question="Really?"),
        replace(first[5], command="", url="https://vigia.test/"),
        replace(first[6], command="/" + "k" * OPTION_VALUE),
    ]
    shown = row_of(*first[:4], *special, first[7])
    assert [len(one) for one in shown] == [1] * 8, "a menu of one line is none"
    assert [len(one) for one in row_of(*first[:4], *special, first[7], Button("x", "/kpi x"))] == [1] * 7 + [2]


async def test_what_is_chosen_runs_as_if_it_had_been_pressed(slack: SlackServer, doors: Doors) -> None:
    """Below its message, once."""
    doors.reply = digest_reply()
    for _ in range(2):
        await doors.press(chosen("/kpi targets"))
    assert [one.text for one in doors.arrivals] == ["/kpi targets"]
    (posted,) = slack.messages["C0SELLER01"]
    assert posted["thread_ts"] == "1795000000.000100"
