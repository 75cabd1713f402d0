"""An incident between Slack and WeCom, in both directions: who is told what, where, and what is known of it after."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot.simulation.platforms import Seen
from bot.simulation.printing import as_markdown, as_text
from bot.simulation.seen import moments_of
from bot.simulation.watching import Lived
from handlers.messages import Reply
from kpi.deliveries import DeliveryState
from kpi.engagements import Audience, Platform
from kpi.incidents.incident import Status
from tests.journeys.lived_journeys import lived

WECOM_TO_SLACK, SLACK_TO_WECOM = "wecom-to-slack", "slack-to-wecom"
BOTH_WAYS = (WECOM_TO_SLACK, SLACK_TO_WECOM)
ONE_OF_OURS = "margem"
"""In the note that operations write among themselves."""
FIGURE = r"\d[\d.,]*"
PORTUGUESE = str.maketrans(",.", ".,")
"""Its signs between digits, read as Chinese ones."""
OTHER_STORE = "Lumina Shopee Brasil"


def texts(journey: Lived, audience: Audience, *, alone: bool | None = None) -> list[str]:
    """Return what one side read and wrote, room by room and minute by minute, as the page shows it."""
    return [
        "\n".join(cell.lines)
        for moment in moments_of(journey)
        for cell in moment.cells
        if cell.room.audience is audience and alone in {None, cell.room.is_direct}
    ]


def _measured(reply: Reply) -> str:
    """Return the line of a card that says what was measured, without its days, which each language writes its way."""
    line = next(line for line in reply.text.splitlines() if "→" in line)
    return re.sub(r"\d\d[-/]\d\d", "", line)


def first_card(journey: Lived, audience: Audience) -> tuple[datetime, Reply]:
    """Return when the rooms of one side were told that the incident is open, and how."""
    (card,) = (
        (line.at.replace(second=0), line.reply)
        for line in journey.lines
        if line.reply and line.seen is Seen.POSTED and line.room.audience is audience
        if re.search(r"等待接手|aguarda alguém", line.reply.headline)
    )
    return card


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_both_sides_hear_the_same_facts(name: str) -> None:
    """Each figure that was measured stands on both cards, in the same minute; only their languages differ."""
    heard_at, theirs = first_card(lived(name), Audience.SELLER)
    known_at, ours = first_card(lived(name), Audience.OPERATIONS)
    assert heard_at == known_at
    assert theirs.language != ours.language
    seen, known = (re.findall(FIGURE, _measured(one)) for one in (theirs, ours))
    assert len(seen) >= 6
    assert seen == [figure.translate(PORTUGUESE) for figure in known]


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_both_sides_hear_every_step(name: str) -> None:
    """Whatever platform it was done on: taken over, analysed, planned, carried out, ended, summed up."""
    theirs, ours = ("\n".join(texts(lived(name), side, alone=False)) for side in (Audience.SELLER, Audience.OPERATIONS))
    for said in ("Ana Souza 接手", "的初步分析", "的方案", "已执行方案", "#1001 总结"):
        assert said in theirs
    for said in ("Ana Souza assumiu", "Análise de Ana Souza", "Plano de", "executou o plano", "Balanço do incidente"):
        assert said in ours
    for said in ("MLB3882114205 周五在 Full 仓断货", "补货已经发出"):
        assert said in theirs
        assert said in ours


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_the_seller_reads_nothing_that_operations_write_among_themselves(name: str) -> None:
    """No margin, no other store, nobody's call: these stand on the operations' side alone."""
    journey = lived(name)
    theirs, ours = ("\n".join(texts(journey, side)) for side in (Audience.SELLER, Audience.OPERATIONS))
    for inner in (ONE_OF_OURS, OTHER_STORE, "Bruno Lima", "Rita Alves (", "direct/"):
        assert inner not in theirs
    assert ONE_OF_OURS in ours
    assert OTHER_STORE in ours
    assert "chamando Bruno Lima" in ours


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_nobody_answers_the_first_call_and_it_climbs(name: str) -> None:
    """The account manager is called alone on their platform, then whoever comes next; the incident still ends."""
    journey = lived(name)
    (one,) = journey.figures.incidents
    assert one.incident.status is Status.RESOLVED
    people = [page.person for page in journey.figures.pages]
    assert people[0] == "ana"
    assert "bruno" in people
    ana = next(page for page in journey.figures.pages if page.delivery.room.startswith("direct/ana/"))
    assert ana.delivery.room == ("direct/ana/wecom" if name == WECOM_TO_SLACK else "direct/ana/slack")


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_every_call_has_its_receipt(name: str) -> None:
    """Sent, or failed with the platform's reason and the next way tried within half a minute."""
    for page in lived(name).figures.pages:
        assert page.delivery.settled_at is not None
        assert page.late_by.total_seconds() <= 30
        if page.delivery.state is DeliveryState.SENT:
            assert page.delivery.reason == f"taken by {page.delivery.platform}"
        else:
            assert (page.delivery.state, page.person) == (DeliveryState.FAILED, "bruno")
            assert re.match(r"user_disabled: |unlicenseduser: ", page.delivery.reason)


def test_a_deactivated_slack_account_is_called_in_wecom() -> None:
    """The person's other platform carries the call."""
    calls = {page.delivery.room: page.delivery for page in lived(WECOM_TO_SLACK).figures.pages}
    assert calls["direct/bruno/slack"].reason.startswith("user_disabled: ")
    assert calls["direct/bruno/wecom"].state is DeliveryState.SENT


def test_whom_wecom_holds_no_licence_for_is_passed_over_at_once() -> None:
    """There is no other platform: the next level hears of it within half a minute, not after another half an hour."""
    pages = lived(SLACK_TO_WECOM).figures.pages
    failed = next(page for page in pages if page.delivery.room == "direct/bruno/wecom")
    following = next(page for page in pages if page.delivery.room == "direct/rita/slack")
    assert failed.delivery.reason.startswith("unlicenseduser: ")
    assert (following.due_at - failed.due_at).total_seconds() <= 30


def test_the_call_in_wecoms_app_has_the_buttons_of_its_card() -> None:
    """They name the engagement: a number alone could be another seller's."""
    (call,) = [text for text in texts(lived(WECOM_TO_SLACK), Audience.OPERATIONS, alone=True) if "Nível 1" in text]
    assert "→ Eu assumo  /incident @lumina ack 1001" in call
    assert all(line.room.platform is Platform.WECOM for line in lived(WECOM_TO_SLACK).lines if line.room.is_direct)


def test_a_page_has_a_column_for_each_side() -> None:
    """The seller's left; operations, and people alone below them, right; nothing in a cell is markup by accident."""
    page = as_markdown(lived(WECOM_TO_SLACK), "vigia simulate x")
    left, right = re.findall(r'<td valign="top">\n(.*?)</td>', page, re.DOTALL)[4:6]
    assert "@Vigia 上报 紧急" in left
    assert "direct/ana/wecom" not in left
    assert "<i>direct/ana/wecom</i><br>\n<b>09-15 09:05:15 ●1</b>" in right
    assert "→ Ver <code>/incident @lumina show 1001</code>" in right
    assert "&gt; 确认接手" in page
    tables = re.findall(r"<table>.*?</table>", page, re.DOTALL)
    assert tables
    assert not any("\n\n" in table for table in tables)  # an empty line would end the table


def test_a_terminal_of_120_columns_shows_both_sides_and_a_narrower_one_room_below_room() -> None:
    """The same words either way."""
    wide, narrow = as_text(lived(WECOM_TO_SLACK), 120), as_text(lived(WECOM_TO_SLACK), 119)
    assert re.search(r"^09-15 20:05 » 陈伟: .* │ 09-15 09:05 ●2$", wide, re.MULTILINE)
    assert re.search(r"^ +│ \[direct/ana/wecom\]$", wide, re.MULTILINE)
    assert "[lumina-seller]\n09-15 20:05 » 陈伟" in narrow
    assert "[direct/ana/wecom]\n09-15 09:05:15 ●1" in narrow
