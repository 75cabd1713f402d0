"""Forms behind links as a phone shows them: a real Chromium, 390 pixels wide, scripts switched off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pydantic import SecretStr

from bot.errands import Errands
from bot.form_side import form_desk
from bot.opening import open_intake
from bot.pages.form_links import FormLinks
from bot.pages.form_router import create_form_router
from bot.pages.links import PageLinks
from bot.pages.router import create_router
from bot.telemetry import Telemetry
from handlers.engagement_setup import set_up_engagement
from handlers.messages import Arrival
from kpi.engagements import Platform
from kpi.languages import Language
from kpi.pictures import Picture
from storage.database import Database
from tests.journeys.desk import IN_A_BROWSER
from tests.journeys.sent_world import BEFORE_THE_SLOTS
from tests.journeys.test_incidents import REPORT, answering
from tests.twins.clock import FakeClock
from tests.twins.console_world import tiny_png
from tests.twins.loopback_server import Served, served

pytestmark = IN_A_BROWSER

WIDTH, HEIGHT = 390, 844
SECRETS = [SecretStr("s" * 40)]


@dataclass(frozen=True)
class Home:
    """A bot whose pages are really served; Ana reads her forms in the language she was given."""

    errands: Errands
    server: Served
    links: FormLinks
    clock: FakeClock

    def link(self, command: str) -> str:
        """Return a link of Ana's, as her conversation with the app brings it."""
        arrival = Arrival(Platform.WECOM, "app:ana", "ana", command, self.clock(), "event", is_direct=True)
        return self.links.url(arrival, command)[0]


MakeHome = Callable[[Language], Home]


@pytest.fixture
def make_home(database_url: str, clock: FakeClock) -> Iterator[MakeHome]:
    """Return a way to serve a bot just after Wei reported."""
    clock.set(BEFORE_THE_SLOTS)
    database = Database(database_url)
    intake = open_intake(database.work, database.view)
    errands = Errands(database, intake, clock, Telemetry())
    app = FastAPI()

    def made(language: Language) -> Home:
        people = tuple(
            replace(one, handles=((Platform.WECOM, "ana"),), language=language) if one.id == "ana" else one
            for one in answering().people
        )
        with database.work() as work:
            set_up_engagement(work, replace(answering(), people=people), (), (), clock())
        intake.answer(Arrival(Platform.WECOM, "lumina-group", "wei", REPORT, clock(), "report"))
        pages, links = PageLinks(server.url, SECRETS, clock), FormLinks(server.url, SECRETS, clock)
        app.include_router(create_router(pages, errands.answer_to_room, _undrawn, clock))
        app.include_router(create_form_router(links, form_desk(errands, pages, clock)))
        return Home(errands, server, links, clock)

    with served(app, lambda: None) as server:
        yield made
    database.close()


async def _undrawn(_picture: Picture) -> bytes:
    return tiny_png()


OpenForm = Callable[..., Page]


@pytest.fixture
def open_form(browser: Browser) -> Iterator[OpenForm]:
    """Return a way to open a link on a phone; whatever the browser complains about fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def opened(link: str, scheme: str = "light", height: int = HEIGHT) -> Page:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=False,
            has_touch=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(_said(message)) if message.type == "error" else None)
        page.goto(link)
        return page

    yield opened
    for context in contexts:
        context.close()
    expected = ("favicon.ico", "status of 422", "status of 409")  # a faulty form, a used link
    assert [one for one in complaints if not any(part in one for part in expected)] == []


def _said(message: ConsoleMessage) -> str:
    return f"{message.text} {message.location.get('url')}"


def submit(page: Page) -> None:
    """Press the one button."""
    page.locator("button[type=submit]").click()


def test_a_plan_is_written_on_a_phone(make_home: MakeHome, open_form: OpenForm) -> None:
    """Faults beside their fields with everything typed still there, then what came of it, then no second time."""
    link = make_home(Language.ZH).link("/incident @lumina plan 1001")
    page = open_form(link)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator("#action").fill("切换到备用网关\n并通知卖家")
    page.locator("#to").fill("很多")
    submit(page)
    expect(page.locator("#cause-fault")).to_be_visible()
    expect(page.locator("#to-fault")).to_be_visible()
    expect(page.locator("#action")).to_have_value("切换到备用网关\n并通知卖家")
    page.locator("#cause").fill("支付网关故障")
    page.locator("#to").fill("2.2%")
    submit(page)
    expect(page.locator("h1")).to_have_text("已记录。")
    page.locator("a.button").click()
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("body")).to_contain_text("切换到备用网关")
    page.goto(link)
    expect(page.locator("form")).to_have_count(0)
    expect(page.locator("h1")).to_contain_text("提交。")


def test_a_photo_of_the_phone_goes_with_a_report(make_home: MakeHome, open_form: OpenForm, tmp_path: Path) -> None:
    """One that is too large costs nothing but itself."""
    page = open_form(make_home(Language.PT).link("/incident @lumina new"))
    (tmp_path / "tela.png").write_bytes(tiny_png())
    with (tmp_path / "grande.png").open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    page.locator("#text").fill("o pagamento falha")
    page.locator("#files").set_input_files([tmp_path / "tela.png", tmp_path / "grande.png"])
    submit(page)
    expect(page.locator("#files-fault")).to_contain_text("grande.png")
    expect(page.locator("#text")).to_have_value("o pagamento falha")
    page.locator("#files").set_input_files(tmp_path / "tela.png")
    submit(page)
    expect(page.locator("body")).to_contain_text("#1002")
    expect(page.locator("body")).to_contain_text("tela.png")


def test_a_target_is_agreed_from_a_day_on(make_home: MakeHome, open_form: OpenForm) -> None:
    """The browser's own field for days, with the first of next month in it, and what was chosen still there."""
    page = open_form(make_home(Language.ZH).link("/kpi @lumina target set"))
    first = page.locator("#first")
    expect(first).to_have_attribute("type", "date")
    expect(first).to_have_value(re.compile(r"^\d{4}-\d{2}-01$"))
    page.locator("#stores").select_option("lumina-ml-br")
    first.fill("2026-12-05")
    page.locator("#last").fill("2026-12-01")
    page.locator("#value").fill("2.6%")
    submit(page)
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(first).to_have_value("2026-12-05")
    expect(page.locator("#last")).to_have_value("2026-12-01")
    page.locator("#last").fill("2026-12-31")
    submit(page)
    expect(page.locator("h1")).to_have_text("已记录。")
    page.locator("a.button").click()
    expect(page.locator("body")).to_contain_text("2.60%")


@pytest.mark.parametrize(
    ("language", "scheme"), [*((language, "light") for language in Language), (Language.ZH, "dark")]
)
def test_a_form_fits_a_phone(make_home: MakeHome, open_form: OpenForm, language: Language, scheme: str) -> None:
    """Nothing scrolls sideways, also with faults; fingers hit everything."""
    home = make_home(language)
    for command in ("/incident @lumina plan 1001", "/incident @lumina new", "/kpi @lumina target set"):
        page = open_form(home.link(command), scheme)
        for _ in range(2):
            boxes = [
                one.bounding_box() for one in page.locator("input:not([type=hidden]), select, textarea, button").all()
            ]
            assert len(boxes) >= 6
            assert all(box and box["height"] >= 44 and box["x"] >= 0 for box in boxes)
            assert all(box and box["x"] + box["width"] <= WIDTH for box in boxes)
            main = page.locator("main").bounding_box()
            assert main is not None
            assert main["width"] <= WIDTH
            submit(page)
            expect(page.locator("[role=alert]")).to_be_visible()
