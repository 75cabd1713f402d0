"""The card below what needs action: within WeCom's lengths, opening the page, and never in the way of the words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.wecom.limits import NOTICE_ITEM_NAME, NOTICE_ITEM_VALUE, NOTICE_ITEMS, NOTICE_SUBTITLE
from bot.wecom.messenger import Aids, WeComMessenger
from bot.wecom.notice_cards import notice_card
from bot.wecom.webhook import GroupWebhooks
from handlers.messages import Figure, Reply
from kpi.languages import Language
from kpi.tones import Tone
from tests.bot.wecom.samples import ANA, a_parcel
from tests.twins.naps import Naps
from tests.twins.wecom_server import KEY, Trouble, WeComServer

PAGE = "https://vigia.example/pages/sealed"
ALERT = Reply("转化率变差", Language.ZH, tone=Tone.BAD, page=("/alert why 7",), figures=(Figure("转化率", "1.81%"),))


@pytest.fixture
def messenger(webhooks: GroupWebhooks, naps: Naps) -> WeComMessenger:
    """Return a messenger of an installation with pages."""
    aids = Aids(page_url=lambda _room, _commands: PAGE)
    return WeComMessenger(webhooks, {"lumina-group": KEY}, naps.seconds, naps.sleep, aids)


async def test_what_needs_action_has_a_card_that_opens_its_page(messenger: WeComMessenger, wecom: WeComServer) -> None:
    """Below the words; the whole card can be touched."""
    await messenger.post(a_parcel(ALERT))
    assert wecom.kinds() == ["markdown", "template_card"]
    card = wecom.posted[1][1]["template_card"]
    assert card["card_action"] == {"type": 1, "url": PAGE}
    assert card["sub_title_text"] == ALERT.headline
    assert card["horizontal_content_list"] == [{"keyname": "转化率", "value": "1.81%"}]


async def test_a_card_that_fails_costs_nothing_else(messenger: WeComMessenger, wecom: WeComServer) -> None:
    """The page is linked in the words too."""
    wecom.fail(None, Trouble(errcode=40058))
    receipt = await messenger.post(a_parcel(ALERT))
    assert receipt.remark.startswith("card not sent: 40058")
    assert PAGE in wecom.texts()[0]


async def test_a_call_never_waits_behind_a_card(messenger: WeComMessenger, wecom: WeComServer, naps: Naps) -> None:
    """It comes last and is tried once: a full webhook costs the card, and nobody's time."""
    await messenger.post(a_parcel(replace(ALERT, mention=ANA)))
    assert wecom.kinds() == ["markdown", "text", "template_card"]
    wecom.fail(None, None, Trouble(errcode=45009))
    receipt = await messenger.post(a_parcel(replace(ALERT, mention=ANA)))
    assert receipt.remark.startswith("card not sent: 45009")
    assert naps.taken == []


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone is not Tone.BAD])
def test_what_needs_no_action_has_no_card(tone: Tone) -> None:
    """Nor has what has no page."""
    assert notice_card(replace(ALERT, tone=tone), PAGE) is None
    assert notice_card(ALERT, "") is None


@pytest.mark.parametrize("more", [0, 1])
def test_a_card_keeps_wecoms_lengths(more: int) -> None:
    """At each limit, and one past it: a headline is cut, and a seventh figure stands in the words above alone."""
    figures = (Figure("名" * NOTICE_ITEM_NAME, "值" * NOTICE_ITEM_VALUE),) * (NOTICE_ITEMS + more)
    made = notice_card(replace(ALERT, headline="题" * (NOTICE_SUBTITLE + more), figures=figures), PAGE)
    assert made is not None
    card = made["template_card"]
    items = card["horizontal_content_list"]
    assert len(card["sub_title_text"]) == NOTICE_SUBTITLE == 112
    assert card["sub_title_text"].endswith("…" if more else "题")
    assert len(items) == NOTICE_ITEMS == 6
    assert (len(items[0]["keyname"]), len(items[0]["value"])) == (5, 26)


@pytest.mark.parametrize("figure", [Figure("名" * (NOTICE_ITEM_NAME + 1), "1"), Figure("名", "值" * 27)])
def test_figures_that_do_not_fit_stand_in_the_words_above_alone(figure: Figure) -> None:
    """All of them: half a name says nothing, and some of the figures may say the wrong thing."""
    made = notice_card(replace(ALERT, figures=(*ALERT.figures, figure)), PAGE)
    assert made is not None
    assert made["template_card"]["horizontal_content_list"] == []
