"""Slack's own charts: what they show of a picture, and where they stand in for one that is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.slack import limits
from bot.slack.charts import charts_of
from bot.slack.gateway import Gateway
from bot.slack.messenger import SlackMessenger
from handlers.messages import Reply
from kpi.deliveries import Placing
from kpi.languages import Language
from kpi.pictures import DigestSheet, Panel, Picture, Trend, TrendPicture
from kpi.tones import Tone
from kpi.wording.wording import Wording
from tests.bot.slack.doors import Doors
from tests.bot.slack.payloads import command, event
from tests.bot.slack.samples import PNG, digest_reply, parcel
from tests.twins.slack_server import SlackServer, Trouble

ROOM = "C0OPS00001"


def trend(*values: float | None, **parts: Any) -> Trend:
    """Return a line over so many days of November."""
    days = tuple(f"{number} Nov" for number in range(1, len(values) + 1))
    made = Trend(tuple(values), (None,) * len(values), (), (), name="Conversion", days=days, scale=100, unit="%")
    return replace(made, **parts)


LINE = trend(0.025, 0.0241, 0.0181)


def shown(picture: Picture | None) -> list[dict[str, Any]]:
    """Return a picture's charts as JSON data."""
    return [chart._resolve() for chart in charts_of(picture, Wording(Language.EN), "chart/{}".format)]


def line_of(line: Trend) -> dict[str, Any]:
    """Return the one chart of a line."""
    (block,) = shown(TrendPicture("Conversion fell", "", Tone.BAD, line))
    found: dict[str, Any] = block["chart"]
    return found


def trending(language: Language = Language.EN) -> Reply:
    """Return an answer with a line over days."""
    return replace(digest_reply(language), picture=TrendPicture("Conversion fell", "", Tone.BAD, LINE))


def kinds(message: dict[str, Any]) -> list[str]:
    """Return the kinds of a message's blocks."""
    return [block["type"] for block in message["blocks"]]


def test_a_chart_reads_in_the_metrics_own_unit() -> None:
    """A share of 0.0181 is 1.81 %, and the axis says so."""
    chart = line_of(LINE)
    assert chart["series"] == [
        {
            "name": "Conversion",
            "data": [
                {"label": "1 Nov", "value": 2.5},
                {"label": "2 Nov", "value": 2.41},
                {"label": "3 Nov", "value": 1.81},
            ],
        }
    ]
    assert chart["axis_config"] == {"categories": ["1 Nov", "2 Nov", "3 Nov"], "y_label": "%"}


def test_what_is_usual_and_agreed_are_lines_beside_it() -> None:
    """The band only where it is known for every day: half a line would be drawn as a fall to nothing."""
    band = ((0.02, 0.03),) * 3
    assert [one["name"] for one in line_of(replace(LINE, band=band, target=0.026))["series"]] == [
        "Conversion",
        "usual, from",
        "usual, up to",
        "Target",
    ]
    assert len(line_of(replace(LINE, band=(*band[:2], None)))["series"]) == 1


def test_a_day_that_is_not_final_is_marked_in_its_name() -> None:
    """A chart of Slack's has no hollow points."""
    axis = line_of(replace(LINE, hollow_from=2))["axis_config"]
    assert axis["categories"] == ["1 Nov", "2 Nov", "3 Nov ○"]
    assert axis["x_label"] == "○ not final yet"


def test_a_gap_is_never_drawn_as_a_line() -> None:
    """Missing is not zero: the newest days that follow one another are shown."""
    assert line_of(trend(1, None, 2, 3, 4, None))["axis_config"]["categories"] == ["3 Nov", "4 Nov", "5 Nov"]
    assert shown(TrendPicture("x", "", Tone.BAD, trend(1, 2, 3, None, 4, 5))) == []


def test_twenty_days_fit_and_of_more_the_newest_are_shown() -> None:
    """20 points a series."""
    at_limit, past = (line_of(trend(*range(1, days + 1))) for days in (limits.CHART_POINTS, limits.CHART_POINTS + 1))
    assert at_limit["axis_config"]["categories"][0] == "1 Nov"
    assert past["axis_config"]["categories"][0] == "2 Nov"
    assert len(past["series"][0]["data"]) == limits.CHART_POINTS


def test_long_names_are_shortened() -> None:
    """20 characters for a line, 50 for a title and an axis."""
    long = replace(LINE, name="n" * 51, unit="u" * 51)
    (block,) = shown(TrendPicture("x", "", Tone.BAD, long))
    assert len(block["title"]) == limits.CHART_TITLE
    assert len(block["chart"]["series"][0]["name"]) == limits.CHART_LABEL
    assert len(block["chart"]["axis_config"]["y_label"]) == limits.AXIS_LABEL


def test_a_digest_shows_its_two_worst_lines() -> None:
    """Two charts a message; the sheet has the worst first."""
    panels = tuple(Panel(name, "1.81%", "", "", Tone.BAD, LINE) for name in ("Conversion", "GMV", "Visits"))
    sheet = DigestSheet("Lumina", "", Tone.BAD, "bad", panels)
    assert [block["title"] for block in shown(sheet)] == ["Conversion 1.81%", "GMV 1.81%"]


@pytest.mark.parametrize("picture", [None, digest_reply().picture, TrendPicture("x", "", Tone.BAD, trend(1, 2))])
def test_what_is_no_line_over_days_is_no_chart(picture: Picture | None) -> None:
    """Targets stand in the text as well; two points are no line."""
    assert shown(picture) == []


async def test_a_picture_that_was_not_drawn_is_a_chart(slack: SlackServer, gateway: Gateway) -> None:
    """With the table still there, and every word."""
    receipt = await SlackMessenger(gateway).post(parcel(trending()))
    (sent,) = slack.messages[ROOM]
    assert kinds(sent).count("data_visualization") == 1
    assert "table" in kinds(sent)
    assert receipt.remark == ""


async def test_a_picture_that_is_there_needs_no_chart(slack: SlackServer, gateway: Gateway) -> None:
    """The drawn one is the real one."""
    await SlackMessenger(gateway).post(parcel(trending(), PNG))
    assert "image" in kinds(slack.messages[ROOM][0])
    assert "data_visualization" not in kinds(slack.messages[ROOM][0])


async def test_a_picture_that_is_late_is_a_chart_and_follows(slack: SlackServer, gateway: Gateway) -> None:
    """The message does not wait."""
    slack.never_ready = True
    receipt = await SlackMessenger(gateway).post(parcel(trending(), PNG))
    assert "data_visualization" in kinds(slack.messages[ROOM][0])
    assert "thread" in receipt.remark


async def test_a_refused_chart_costs_the_chart_only(slack: SlackServer, gateway: Gateway) -> None:
    """The same message goes without it, its table kept; the ledger says so."""
    slack.plan("chat.postMessage", Trouble(code="invalid_blocks"))
    receipt = await SlackMessenger(gateway).post(parcel(trending()))
    (sent,) = slack.messages[ROOM]
    assert "data_visualization" not in kinds(sent)
    assert "table" in kinds(sent)
    assert receipt.remark == "Slack refused the blocks; sent without its chart."


async def test_a_message_refused_with_and_without_its_chart_goes_as_words(slack: SlackServer, gateway: Gateway) -> None:
    """Three calls at most, and no number is lost."""
    slack.plan("chat.postMessage", *[Trouble(code="invalid_blocks")] * 2)
    receipt = await SlackMessenger(gateway).post(parcel(trending()))
    (sent,) = slack.messages[ROOM]
    assert {"data_visualization", "table"}.isdisjoint(kinds(sent))
    assert "Lumina MX" in str(sent["blocks"])
    assert receipt.remark == "Slack refused the blocks; sent without its table."


async def test_a_changed_message_falls_back_like_a_new_one(slack: SlackServer, gateway: Gateway) -> None:
    """In its place, without the chart."""
    messenger = SlackMessenger(gateway)
    first = await messenger.post(parcel())
    slack.plan("chat.update", Trouble(code="invalid_blocks"))
    await messenger.post(replace(parcel(trending()), placing=Placing.EDIT, anchor=first.platform_message))
    (sent,) = slack.messages[ROOM]
    assert "data_visualization" not in kinds(sent)
    assert "table" in kinds(sent)


async def test_a_private_answer_shows_a_chart(slack: SlackServer, doors: Doors) -> None:
    """Slack cannot show a file inside a message that only one person sees; the picture goes to their conversation."""
    doors.reply = trending()
    await doors.command(command("conversion", response_url=slack.response_url()))
    assert "data_visualization" in kinds(slack.whispers[0])
    assert len(slack.files) == 1


async def test_a_private_answer_whose_chart_is_refused_comes_without_it(slack: SlackServer, doors: Doors) -> None:
    """By the same address, which is good for five posts."""
    doors.reply = trending()
    slack.plan("response", Trouble(status=400, code="invalid_blocks"))
    await doors.command(command("conversion", response_url=slack.response_url()))
    (whisper,) = slack.whispers
    assert "data_visualization" not in kinds(whisper)
    assert "table" in kinds(whisper)
    assert slack.of("chat.postEphemeral") == []


async def test_a_whisper_whose_chart_is_refused_comes_without_it(slack: SlackServer, doors: Doors) -> None:
    """A private reply to a mention has no such address."""
    doors.reply = replace(trending(), is_private=True)
    slack.plan("chat.postEphemeral", Trouble(code="invalid_blocks"))
    await doors.event(event())
    (whisper,) = slack.whispers
    assert "data_visualization" not in kinds(whisper)
    assert "table" in kinds(whisper)


async def test_an_answer_whose_drawing_fails_gets_a_chart_afterwards(slack: SlackServer, doors: Doors) -> None:
    """The words were out already; they stay where they stand."""
    doors.reply = trending()
    doors.drawing_fails = True
    await doors.event(event())
    (posted,) = slack.messages["C0SELLER01"]
    assert "data_visualization" in kinds(posted)
    assert [call.method for call in slack.calls if call.method.startswith("chat.")] == [
        "chat.postMessage",
        "chat.update",
    ]


async def test_an_answer_whose_picture_follows_has_no_chart(slack: SlackServer, doors: Doors) -> None:
    """The same line twice says no more."""
    doors.reply = trending()
    await doors.event(event())
    assert "data_visualization" not in kinds(slack.messages["C0SELLER01"][0])


async def test_a_chart_that_cannot_be_put_in_afterwards_costs_nothing_else(slack: SlackServer, doors: Doors) -> None:
    """The answer stands."""
    doors.reply = trending()
    doors.drawing_fails = True
    slack.plan("chat.update", Trouble(is_dropped=True))
    await doors.event(event())
    assert len(slack.messages["C0SELLER01"]) == 1
    assert slack.whispers == []
