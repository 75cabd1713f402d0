"""The console as people meet it: a real Chromium, a real server on loopback, made-up numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.console.messages import Entry, Kind
from bot.console.stream import EventStream
from tests.journeys.desk import IN_A_BROWSER, Desk, OpenPage
from tests.twins.console_world import HOSTILE_NAME
from tests.twins.documents import PDF, REPLY

READABLE = 4.5
"""The contrast of small text to its ground that WCAG 2.2 asks for (success criterion 1.4.3, level AA)."""

pytestmark = IN_A_BROWSER


def _room(page: Page, audience: str) -> Locator:
    return page.locator(f"section[data-audience={audience}]")


def _type(room: Locator, text: str) -> None:
    room.get_by_role("textbox").fill(text)
    room.get_by_role("textbox").press("Enter")


def _sideways_scroll(page: Page) -> int:
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))


def test_a_typed_question_is_answered_in_its_room_and_seen_by_everybody(open_page: OpenPage, desk: Desk) -> None:
    """Ana asks; her colleague's page, open elsewhere, shows question and answer without reloading."""
    mine, colleagues = open_page(), open_page()
    _type(_room(mine, "operations"), "/kpi gmv br 30d")
    for page in (mine, colleagues):
        ops = _room(page, "operations")
        expect(ops.locator(".question")).to_contain_text("/kpi gmv br 30d")
        expect(ops.locator(".card")).to_have_count(1)
        expect(ops.locator(".thinking")).to_have_count(0)
        expect(_room(page, "seller").locator(".row")).to_have_count(0)
    card = _room(mine, "operations").locator(".card")
    expect(card.get_by_role("heading")).to_have_text("Lumina: /kpi gmv br 30d")
    expect(card.locator(".figure")).to_have_count(2)
    expect(card.get_by_role("table")).to_contain_text("MX$ 40,2 mil")
    expect(card.get_by_role("img").last).to_have_js_property("complete", value=True)
    assert [(arrival.address, arrival.handle) for arrival in desk.world.arrivals] == [("lumina-ops", "ana")]


def test_the_digest_arrives_in_both_rooms_at_once(open_page: OpenPage) -> None:
    """One press, two rooms, each message in the language of its room, and a sentence about it."""
    page = open_page()
    page.locator(".send-digest").click()
    expect(page.get_by_text("Digest sent to Lumina × Vigia.")).to_be_visible()
    for audience, language in (("seller", "zh-CN"), ("operations", "pt-BR")):
        card = _room(page, audience).locator(".card")
        expect(card).to_have_count(1)
        expect(card).to_have_attribute("lang", language)


def test_a_button_and_a_suggestion_do_what_typing_would(open_page: OpenPage, desk: Desk) -> None:
    """Each has a text twin, said by the person who is chosen to speak."""
    page = open_page()
    ops = _room(page, "operations")
    ops.locator(".speak-as select").select_option("bruno")
    ops.locator(".hint").first.click()
    expect(ops.locator(".card")).to_have_count(1)
    ops.locator(".card button.primary").click()
    expect(ops.locator(".card")).to_have_count(2)
    expect(ops.locator(".question .words")).to_have_text(["/kpi", "/kpi targets"])
    assert {arrival.handle for arrival in desk.world.arrivals} == {"bruno"}


def test_small_talk_is_met_with_visible_silence(open_page: OpenPage) -> None:
    """The page says that no answer will come, so that nobody waits for one."""
    seller = _room(open_page(), "seller")
    _type(seller, "早上好")
    expect(seller.locator(".silence")).to_have_count(1)
    expect(seller.locator(".card")).to_have_count(0)


def test_hostile_names_appear_letter_by_letter(open_page: OpenPage) -> None:
    """A store may be called anything; markup in any part stays text, and a script address opens nothing."""
    page = open_page()
    ops = _room(page, "operations")
    _type(ops, f"/kpi hostile {HOSTILE_NAME}")
    card = ops.locator(".card")
    expect(card.get_by_role("heading")).to_have_text(HOSTILE_NAME)
    expect(ops.locator(".question .words")).to_have_text(f"/kpi hostile {HOSTILE_NAME}")
    assert page.locator("[onerror], #rooms script, .card img").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
    expect(card.locator(".buttons > *")).to_have_text([HOSTILE_NAME])
    assert page.title() == "Lumina × Vigia · Vigia"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_one_room_at_a_time_and_never_scrolls_sideways(open_page: OpenPage, scheme: str) -> None:
    """360 CSS pixels wide, the narrowest phone our sellers use; a dot tells what happens in the other room."""
    page = open_page(360, 740, scheme)
    seller, ops = _room(page, "seller"), _room(page, "operations")
    expect(seller).to_be_visible()
    expect(ops).to_be_hidden()
    page.locator(".send-digest").click()
    expect(seller.locator(".card")).to_be_visible()
    assert _sideways_scroll(page) == 0
    tabs = page.get_by_role("tab")
    expect(tabs.nth(1)).to_have_class("tab has-news")
    tabs.nth(1).click()
    expect(ops.locator(".card")).to_be_visible()
    expect(seller).to_be_hidden()
    expect(tabs.nth(1)).to_have_class("tab")
    _type(ops, "/kpi hostile " + "x" * 500)
    expect(ops.locator(".card")).to_have_count(2)
    assert _sideways_scroll(page) == 0
    assert int(ops.locator(".log").evaluate("log => log.scrollWidth - log.clientWidth")) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_that_is_read_stands_out_from_its_ground(open_page: OpenPage, scheme: str) -> None:
    """Contrast is measured, in both colour schemes, on every kind of text a message has."""
    page = open_page(scheme=scheme)
    ops = _room(page, "operations")
    _type(ops, "/kpi")
    expect(ops.locator(".card")).to_have_count(1)
    for selector in (
        ".headline",
        ".cause",
        ".byline time",
        ".pill",
        ".figure dt",
        ".figure .value",
        ".figure .target",
        ".figure .fine",
        ".table th",
        ".table td",
        ".notes li",
        ".footer",
        ".buttons .primary",
        ".buttons .button:not(.primary)",
        ".words",
        ".hint",
        ".place",
        ".send",
        ".speak-as select",
    ):
        found = float(ops.locator(selector).first.evaluate(CONTRAST))
        assert found >= READABLE, f"{selector}: {found:.2f}"


@pytest.mark.parametrize("width", [390, 1280])
def test_how_good_the_alerts_were_is_one_line_until_it_is_opened(open_page: OpenPage, desk: Desk, width: int) -> None:
    """The record stands in each room's head; on a phone it is cut, never scrolled sideways, and opens by a tap."""
    desk.world.record = (
        "Alerts in 60 days: 5. Real: 3 · expected: 1 · wrong: 1 · not said yet: 0.",
        "Conversion: 3 real " * 9,
    )
    page = open_page(width)
    seller = _room(page, "seller")
    expect(seller.locator(".record .first")).to_have_text(desk.world.record[0])
    expect(seller.locator(".record li").first).to_be_hidden()
    seller.locator(".record summary").press("Enter")
    expect(seller.locator(".record li")).to_have_text([line.strip() for line in desk.world.record])
    expect(seller.locator(".record li").last).to_be_visible()
    assert _sideways_scroll(page) == 0
    assert float(seller.locator(".record li").first.evaluate(CONTRAST)) >= READABLE


def test_a_room_without_a_record_has_no_line_for_it(open_page: OpenPage) -> None:
    """Nothing was watched yet: nothing is said."""
    expect(open_page().locator(".record")).to_have_count(0)


def test_a_command_in_a_sentence_looks_like_one(open_page: OpenPage) -> None:
    """What stands between backticks can be typed as it is; everything else is prose."""
    ops = _room(open_page(), "operations")
    _type(ops, "/kpi `/kpi <i>help` now")
    expect(ops.locator(".headline")).to_have_text("Lumina: /kpi /kpi <i>help now")
    expect(ops.locator(".headline code")).to_have_text("/kpi <i>help")


def test_a_chart_opens_in_full_size_and_escape_brings_back(open_page: OpenPage) -> None:
    """By keyboard alone: focus, Enter, Escape, and the focus is where it was."""
    page = open_page()
    ops = _room(page, "operations")
    _type(ops, "/kpi")
    ops.locator(".picture").press("Enter")
    viewer = page.get_by_role("dialog")
    expect(viewer.get_by_role("img", name="The chart of /kpi")).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(ops.locator(".picture")).to_be_focused()


def test_the_slash_key_starts_a_question_and_the_arrow_brings_back_the_last(open_page: OpenPage) -> None:
    """Whoever asks all day does it without a mouse."""
    page = open_page()
    page.keyboard.press("/")
    box = _room(page, "seller").get_by_role("textbox")
    expect(box).to_be_focused()
    page.keyboard.type("/kpi 转化率")
    expect(box).to_have_value("//kpi 转化率")
    box.fill("/kpi 转化率")
    box.press("Enter")
    expect(_room(page, "seller").locator(".card")).to_have_count(1)
    box.press("ArrowUp")
    expect(box).to_have_value("/kpi 转化率")


def test_enter_that_chooses_chinese_characters_does_not_send(open_page: OpenPage, desk: Desk) -> None:
    """An input method ends its composition with Enter; the half-written question must stay."""
    page = open_page()
    box = _room(page, "seller").get_by_role("textbox")
    box.fill("/kpi zhuan")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    _type(_room(page, "operations"), "/kpi")
    expect(_room(page, "operations").locator(".card")).to_have_count(1)
    expect(box).to_have_value("/kpi zhuan")
    assert [arrival.address for arrival in desk.world.arrivals] == ["lumina-ops"]


def test_a_chart_that_cannot_be_drawn_leaves_its_numbers(
    open_page: OpenPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drawing pool may fail: a sentence stands where the chart would be, and the figures are all there."""

    async def fail(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(desk.world.board.pictures, "fetch", fail)
    desk.expected_complaints.append("status of 500")
    ops = _room(open_page(), "operations")
    _type(ops, "/kpi")
    expect(ops.locator(".picture-lost")).to_be_visible()
    expect(ops.locator(".figure")).to_have_count(2)


def test_what_could_not_be_sent_stays_in_the_box(open_page: OpenPage, desk: Desk) -> None:
    """A refusal is a sentence under the box, in red and announced; the words are not lost."""
    desk.expected_complaints.append("status of 429")
    page = open_page()
    ops = _room(page, "operations")
    page.route("**/messages", lambda route: route.fulfill(status=429, json={"sentence": "Please wait a moment."}))
    with page.expect_response("**/messages"):
        _type(ops, "/kpi conversion")
    expect(ops.get_by_role("alert")).to_have_text("Please wait a moment.")
    expect(ops.get_by_role("textbox")).to_have_value("/kpi conversion")


def test_a_page_that_lost_its_stream_catches_up(open_page: OpenPage, desk: Desk) -> None:
    """The stream ends, something happens meanwhile, the browser comes back and shows it once."""
    page = open_page()
    ops = _room(page, "operations")
    _type(ops, "/kpi")
    expect(ops.locator(".card")).to_have_count(1)
    desk.server.loop.call_soon_threadsafe(desk.world.console.close)
    expect(page.locator("#pulse[data-state=reconnecting]")).to_be_visible()
    desk.server.run(desk.world.console.ask("lumina-ops", "bruno", "/kpi targets"))
    expect(ops.locator(".card")).to_have_count(2, timeout=10_000)
    expect(page.locator("#pulse[data-state=live]")).to_be_visible()


def test_a_restarted_server_finds_the_page_as_it_was(open_page: OpenPage, desk: Desk) -> None:
    """Its events have other ids now: the page loads itself again, and what somebody was writing is still there."""
    page = open_page()
    ops = _room(page, "operations")
    ops.get_by_role("textbox").fill("/kpi conv")
    ops.locator(".speak-as select").select_option("bruno")
    desk.world.board.stream = EventStream("another-run", desk.world.board.limits)
    desk.world.board.stream.publish("lumina", "message", "{}")
    desk.server.run(desk.world.console.ask("lumina-ops", "ana", "/kpi targets"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(ops.locator(".card")).to_have_count(1)
    expect(ops.get_by_role("textbox")).to_have_value("/kpi conv")
    expect(ops.locator(".speak-as select")).to_have_value("bruno")


def test_another_engagement_is_one_choice_away(open_page: OpenPage) -> None:
    """The choice is in the address, so that a reload or a shared link shows the same rooms."""
    page = open_page()
    page.get_by_role("combobox", name="Engagement").select_option("nova")
    expect(page).to_have_title("Nova × Vigia · Vigia")
    _type(_room(page, "operations"), "/kpi")
    expect(_room(page, "operations").locator(".card")).to_have_count(1)
    page.reload()
    expect(page).to_have_title("Nova × Vigia · Vigia")
    expect(_room(page, "operations").locator(".card")).to_have_count(1)


CONTRAST = """element => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const part = rgb[i] / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  let ground = element;
  while (ground.parentElement && rgba(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const pair = [light(rgba(getComputedStyle(element).color)), light(rgba(getComputedStyle(ground).backgroundColor))];
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""
"""The contrast ratio of WCAG 2.2 between an element's text and the first painted ground behind it."""


def test_a_document_is_saved_under_its_own_name(desk: Desk, open_page: OpenPage) -> None:
    """One press; the page stays where it is."""
    board = desk.world.board
    board.pictures.keep("a-document", PDF)
    posted = Entry(Kind.POST, desk.world.clock(), reply=REPLY, document="a-document")
    board.add(desk.world.room("lumina-seller"), posted)
    page = open_page()
    link = _room(page, "seller").get_by_role("link", name="incident-1001.pdf")
    with page.expect_download() as saving:
        link.click()
    assert saving.value.suggested_filename == "incident-1001.pdf"
    assert saving.value.path().read_bytes() == PDF
