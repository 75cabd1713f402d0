"""Documents as PDF: every word can be read and copied, in Chinese too, and nothing is printed as tofu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from charts import fonts
from charts.drawing import draw
from charts.fonts import CHINESE_FAMILIES, STAND_IN, families, regular_file
from kpi.documents import Document, Grid, Section
from kpi.pictures import Trend, TrendPicture
from kpi.tones import Tone

GRID = Grid(("时间", "经过"), (("08-31 10:00（北京）", "魏先生 开立事件：转化率下降"),), (2, 5))
CHINESE = Document(
    "incident-1001",
    "事件 #1001 总结：转化率",
    "北方 · 重要 · 已解决",
    (Section("经过", ("上报内容：“转化率从昨天开始下降”", "告警时 → 最差 ▼ 1.81%"), GRID),),
    "截至 09-01 09:43（北京）。",
    is_chinese=True,
    fallback=Document(
        "incident-1001", "Summary of incident #1001", "North", (Section("What happened"),), "In English."
    ),
)
PORTUGUESE = Document(
    "incident-1001", "Balanço do incidente", "Norte", (Section("O que aconteceu", ("Conversão: “转化率” ▼ 1,81%",)),)
)


@pytest.fixture
def _without_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this machine have the one font that comes with the drawing library."""
    monkeypatch.setattr(fonts, "FAMILIES", ("DejaVu Sans",))
    families.cache_clear()
    yield
    families.cache_clear()


def words(pdf: bytes) -> str:
    """Return what is written in a PDF, without spaces.

    Of a glyph of an OpenType font pypdf reads both bytes, the first as a zero; other readers do not.
    """
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return "".join(text.replace("\x00", "").split())


def plain(document: Document) -> list[str]:
    """Return the texts of a document, without spaces."""
    return ["".join(text.split()) for text in document.texts()]


def needs_chinese() -> None:
    """Skip where no Chinese font is installed."""
    if not set(families()) & set(CHINESE_FAMILIES):
        pytest.skip("no Chinese font is installed here")


@pytest.mark.parametrize("document", [CHINESE, PORTUGUESE], ids=["Chinese", "Portuguese"])
def test_every_word_of_a_document_can_be_copied_from_it(document: Document) -> None:
    """Title, lines, tables and the footer, whatever mixture of scripts people typed."""
    needs_chinese()
    found = words(draw(document))
    assert [text for text in plain(document) if text not in found] == []
    assert STAND_IN not in found


def test_only_the_used_characters_travel() -> None:
    """A Chinese font has some 18 MB; a page of it stays below 100 kB."""
    needs_chinese()
    pdf = draw(CHINESE)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) < 100_000


@pytest.mark.usefixtures("_without_chinese")
def test_without_a_chinese_font_the_english_twin_is_printed_and_says_so() -> None:
    """Never a page of boxes."""
    found = words(draw(CHINESE))
    assert "Summaryofincident#1001" in found
    assert "InEnglish." in found
    assert STAND_IN not in found


@pytest.mark.usefixtures("_without_chinese")
def test_a_character_no_font_has_is_a_hollow_box_and_the_rest_stays() -> None:
    """What a Chinese seller typed into a Portuguese page."""
    assert f"Conversão:“{STAND_IN * 3}”▼1,81%" in words(draw(PORTUGUESE))


def test_a_long_table_goes_on_on_the_next_page_with_its_heading() -> None:
    """Sixty lines of a timeline are no single page."""
    rows = tuple((f"{number:02}:00", "somebody wrote") for number in range(60))
    timeline = Section("Timeline", grid=Grid(("when", "what"), rows, (1, 3)))
    reader = PdfReader(BytesIO(draw(replace(PORTUGUESE, sections=(timeline,)))))
    assert len(reader.pages) > 1
    assert all("when" in page.extract_text() for page in reader.pages)


def test_a_picture_stands_in_its_section() -> None:
    """Drawn by the same library as in messages."""
    trend = Trend((1.0, 2.0), (None, None), (), ())
    picture = TrendPicture("Conversion", "", tone=Tone.NEUTRAL, trend=trend)
    reader = PdfReader(BytesIO(draw(replace(PORTUGUESE, sections=(Section("What moved", picture=picture),)))))
    assert len(reader.pages[0].images) == 1


@pytest.mark.parametrize("text", ["a" * 30_000, "转" * 30_000, "line\n" * 6_000], ids=["Latin", "Chinese", "lines"])
def test_a_report_of_thirty_thousand_characters_goes_on_over_pages(text: str) -> None:
    """In a line as in a table; nothing of it is cut off."""
    grid = Grid(("when", "what"), (("10:00", text),), (5, 7))
    found = words(draw(replace(PORTUGUESE, sections=(Section("x", (text,), grid),))))
    assert found.count(text.split(maxsplit=1)[0][0]) >= 2 * text.count(text[0])


def test_an_empty_cell_is_no_mistake() -> None:
    """Nor is an empty subtitle."""
    empty = Section("x", grid=Grid(("a", "b"), (("", "1"),), (1, 1)))
    assert draw(replace(PORTUGUESE, subtitle="", sections=(empty,))).startswith(b"%PDF-")


def test_a_family_is_printed_in_its_regular_face() -> None:
    """Not in the bold one that happens to be listed first."""
    file = regular_file("DejaVu Sans")
    assert file.path.name == "DejaVuSans.ttf"
    assert file.index == 0


def test_a_row_of_another_length_is_refused() -> None:
    """A cell under the wrong heading would be a wrong statement."""
    with pytest.raises(ValueError, match="cell for each column"):
        Grid(("a", "b"), (("1",),), (1, 1))
