"""Wide tables as tables: in the dialect that has them, within its bytes, and as lines where WeCom refuses it."""

from __future__ import annotations

import pytest

from bot.messengers import AnswerLostError, Messenger
from bot.wecom.limits import MARKDOWN_V2_BYTES, MOST_PARTS, PART_BYTES
from bot.wecom.table_messages import table_messages
from handlers.messages import Reply, Table
from kpi.languages import Language
from kpi.wording.wording import Wording
from tests.bot.wecom.samples import ANA, a_parcel
from tests.twins.wecom_server import MARKDOWN_BYTES, Trouble, WeComServer

ZH = Wording(Language.ZH)
COLUMNS = ("店铺", "指标", "数值")
STORES = Table(COLUMNS, (("Lumina BR", "转化率", "1.81%"), ("Lumina MX", "GMV", "—")), "各店铺")
BY_STORE = Reply("转化率变差", Language.ZH, table=STORES, mention=ANA)
HEAD = len("| 店铺 | 指标 | 数值 |\n| :--- | :--- | :--- |".encode())


def contents(table: Table) -> list[str]:
    """Return what the messages of a table say."""
    return [one["markdown_v2"]["content"] for one in table_messages(table, ZH)]


def rows_of(size: int) -> Table:
    """Return a table whose rows take `size` bytes with their line breaks, most of them Chinese."""
    bare = len("| 长 | 长 |  |\n".encode()) + len("长".encode()) * 29
    count = size // 200 + 1
    sizes = [size // count + (number < size % count) for number in range(count)]
    return Table(COLUMNS, tuple(("长" * 30, "长", "x" * (one - bare)) for one in sizes))


async def test_text_goes_first_then_the_table_and_last_the_ping(messenger: Messenger, wecom: WeComServer) -> None:
    """The table's dialect has no mention and no colour: both stand in messages of their own."""
    receipt = await messenger.post(a_parcel(BY_STORE))
    assert receipt.remark == ""
    assert wecom.kinds() == ["markdown", "markdown_v2", "text"]
    assert "1.81%" not in wecom.texts()[0]
    assert wecom.texts()[1].splitlines() == [
        "**各店铺**",
        "| 店铺 | 指标 | 数值 |",
        "| :--- | :--- | :--- |",
        "| Lumina BR | 转化率 | 1.81% |",
        "| Lumina MX | GMV | — |",
    ]


@pytest.mark.parametrize("errcode", [40008, 40058])
async def test_a_table_whose_form_is_refused_arrives_as_lines(
    messenger: Messenger, wecom: WeComServer, errcode: int
) -> None:
    """Its numbers matter more than its form."""
    wecom.fail(None, Trouble(errcode=errcode))
    await messenger.post(a_parcel(BY_STORE))
    assert wecom.kinds() == ["markdown", "markdown", "text"]
    assert "> **Lumina BR**　转化率 · 1.81%" in wecom.texts()[1]


async def test_a_long_table_that_is_refused_is_written_as_lines_once(messenger: Messenger, wecom: WeComServer) -> None:
    """Not once a part of it."""
    rows = tuple((f"店铺 {number}", "长" * 20, "1") for number in range(60))
    wecom.fail(None, Trouble(errcode=40058))
    await messenger.post(a_parcel(Reply("好", Language.ZH, table=Table(COLUMNS, rows))))
    assert len(contents(Table(COLUMNS, rows))) > 1
    assert "markdown_v2" not in wecom.kinds()
    assert sum(text.count("**店铺 0**") for text in wecom.texts()) == 1


async def test_a_table_that_is_lost_makes_the_message_unknown(messenger: Messenger, wecom: WeComServer) -> None:
    """It is a part of the text: without it nobody may say that all was sent."""
    wecom.fail(None, Trouble(is_dropped=True))
    with pytest.raises(AnswerLostError, match="only part 1 of 2 surely arrived"):
        await messenger.post(a_parcel(BY_STORE))


async def test_a_narrow_table_stays_lines_with_their_colours(messenger: Messenger, wecom: WeComServer) -> None:
    """Two columns read as "name, value"; an empty table is none."""
    narrow = Table(("店铺", "数值"), (("Lumina BR", "1.81%"),))
    await messenger.post(a_parcel(Reply("好", Language.ZH, table=narrow)))
    assert wecom.kinds() == ["markdown"]
    assert "Lumina BR" in wecom.texts()[0]
    assert contents(Table(COLUMNS, ())) == []


def test_no_cell_ends_its_cell_or_fetches_a_picture() -> None:
    """Whatever a listing is called."""
    (content,) = contents(Table(COLUMNS, (("a|b", "![x](https://evil.example/p.png)", "<@all>"),)))
    row = content.splitlines()[-1]
    assert row.count("|") == 4
    assert "](" not in content
    assert "<" not in content


@pytest.mark.parametrize(("extra", "messages"), [(0, 1), (1, 2)])
def test_a_table_is_split_one_byte_past_its_limit(extra: int, messages: int) -> None:
    """Between rows, each part with the names of its columns, counted in bytes."""
    tail = len(ZH.say("… the rest did not fit into WeCom's messages.").encode())
    found = contents(rows_of(PART_BYTES - HEAD - tail - 2 + extra))
    assert len(found) == messages
    assert all(one.startswith("| 店铺 | 指标 | 数值 |\n| :---") for one in found)
    assert all(len(one.encode()) <= PART_BYTES < MARKDOWN_V2_BYTES == MARKDOWN_BYTES for one in found)


def test_an_endless_table_ends_with_a_sentence() -> None:
    """Three messages, and the last one says that something is missing."""
    found = contents(Table(COLUMNS, (("长" * 30, "长" * 30, "1"),) * 300))
    assert len(found) == MOST_PARTS
    assert "其余" in found[-1] or "…" in found[-1]
    assert all(len(one.encode()) <= PART_BYTES for one in found)
