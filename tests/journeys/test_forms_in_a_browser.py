"""Forms as people meet them: a real Chromium, a phone, a screenshot chosen from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from kpi.incidents.evidence_files import LARGEST_FILE
from tests.journeys.desk import IN_A_BROWSER, Desk, OpenPage
from tests.twins.console_world import HOSTILE_NAME, tiny_png

pytestmark = IN_A_BROWSER


def _opened(page: Page) -> Locator:
    """Open the form in the operations room and return it."""
    page.locator("section[data-audience=operations]").get_by_role("textbox").fill("/form")
    page.locator("section[data-audience=operations]").get_by_role("textbox").press("Enter")
    form = page.get_by_role("dialog", name="Report a problem")
    expect(form).to_be_visible()
    return form


def test_a_form_is_filled_in_and_its_file_follows(open_page: OpenPage, desk: Desk, tmp_path: Path) -> None:
    """The words are taken first; the file is shown as a link that opens it."""
    page = open_page()
    form = _opened(page)
    (tmp_path / "shot.png").write_bytes(tiny_png())
    form.get_by_label("What do you see?").fill("checkout is down")
    form.get_by_label("Screenshots").set_input_files(tmp_path / "shot.png")
    form.get_by_role("button", name="Report").click()
    expect(page.locator(".card .headline")).to_have_text(["Reported.", "Kept."])
    expect(page.locator(".files a")).to_have_attribute("href", "/console/rooms/lumina-ops/files/id-of-shot.png")
    expect(page.locator(".files img")).to_have_js_property("naturalWidth", 4)
    words, attached = desk.world.arrivals
    assert words.values == {"text": "checkout is down", "store": "mx", "evidence": "", "files": "shot.png"}
    assert attached.files[0].content == tiny_png()
    expect(form).to_be_hidden()


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(open_page: OpenPage, desk: Desk) -> None:
    """The first faulty field has the focus, for a screen reader too."""
    form = _opened(open_page())
    form.get_by_label("Order or link").fill("MLB388")
    form.get_by_role("button", name="Report").click()
    faulty = form.get_by_label("What do you see?")
    expect(form.locator(".fault").first).to_have_text("Something has to stand here.")
    expect(faulty).to_be_focused()
    expect(faulty).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Order or link")).to_have_value("MLB388")
    assert desk.world.arrivals == []


def test_a_file_that_is_too_large_is_refused_before_anything_is_sent(
    open_page: OpenPage, desk: Desk, tmp_path: Path
) -> None:
    """Sixty megabytes stay where they are."""
    form = _opened(open_page())
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(6 * LARGEST_FILE)
    form.get_by_label("What do you see?").fill("checkout is down")
    form.get_by_label("Screenshots").set_input_files(large)
    form.get_by_role("button", name="Report").click()
    expect(form.locator(".fault").last).to_contain_text("large.png")
    expect(form.get_by_label("What do you see?")).to_have_value("checkout is down")
    assert desk.world.arrivals == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_form_fits_a_phone(open_page: OpenPage, scheme: str) -> None:
    """360 pixels wide: nothing scrolls sideways, and the buttons are in view."""
    page = open_page(360, 640, scheme)
    page.get_by_role("tab").nth(1).click()
    form = _opened(page)
    assert int(form.evaluate("form => form.scrollWidth - form.clientWidth")) == 0
    expect(form.get_by_role("button", name="Report")).to_be_in_viewport()
    expect(form.locator(".hint-text").nth(2)).to_have_text(HOSTILE_NAME)
    form.press("Escape")
    expect(form).to_be_hidden()
