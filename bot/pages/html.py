"""Replies as one page of HTML, for the browser inside a chat app: narrow, without scripts, every text escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from handlers.messages import Figure, Reply, Table
from kpi.languages import Language

STYLE = "style.css"
_CODE = re.compile(r"`([^`]+)`")


def page_html(replies: Sequence[Reply], language: Language, notes: Sequence[str], base: str) -> bytes:
    """Return a page that shows replies below each other, and `notes` at its end.

    `base` is the page's own address: the picture of the reply at an index is under `base/INDEX.png`.
    """
    page, main = document(replies[0].headline if replies else "Vigia", language, STYLE)
    for index, reply in enumerate(replies):
        main.append(reply_article(reply, f"{base}/{index}.png", heading="h2" if index else "h1"))
    lines(ET.SubElement(main, "footer"), notes)
    return as_bytes(page)


def document(title: str, language: Language, style: str) -> tuple[ET.Element, ET.Element]:
    """Return an empty page and its one column; `style` is the address of the style sheet."""
    page = ET.Element("html", lang=language.value.replace("_", "-"))
    head = ET.SubElement(page, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    ET.SubElement(head, "meta", name="robots", content="noindex")
    ET.SubElement(head, "title").text = title
    ET.SubElement(head, "link", rel="stylesheet", href=style)
    return page, ET.SubElement(ET.SubElement(page, "body"), "main")


def as_bytes(page: ET.Element) -> bytes:
    """Return a page as it is sent."""
    return f"<!doctype html>\n{ET.tostring(page, encoding='unicode', method='html')}".encode()


def reply_article(reply: Reply, picture_url: str = "", *, heading: str = "h2") -> ET.Element:
    """Return a reply; its picture is shown where it has an address."""
    article = ET.Element("article", {"class": reply.tone.value})
    ET.SubElement(article, heading).text = reply.headline
    lines(article, reply.text.splitlines())
    if reply.figures:
        figures = ET.SubElement(article, "dl")
        for figure in reply.figures:
            _figure(figures, figure)
    if reply.table is not None:
        _table(ET.SubElement(article, "div", {"class": "wide"}), reply.table)
    if reply.picture is not None and picture_url:
        link = ET.SubElement(article, "a", href=picture_url)
        ET.SubElement(link, "img", src=picture_url, alt=reply.picture.alt_text)
    lines(article, reply.notes, "note")
    lines(article, [reply.footer] if reply.footer else [], "note")
    return article


def lines(parent: ET.Element, texts: Sequence[str], kind: str = "") -> None:
    """Add a paragraph a line; what stands between backticks is to be copied as it is."""
    for line in texts:
        if line.strip():
            paragraph = ET.SubElement(parent, "p", {"class": kind} if kind else {})
            words, *pieces = _CODE.split(line)
            paragraph.text = words
            for code, rest in zip(pieces[::2], pieces[1::2], strict=True):
                shown = ET.SubElement(paragraph, "code")
                shown.text, shown.tail = code, rest


def _figure(parent: ET.Element, figure: Figure) -> None:
    ET.SubElement(parent, "dt").text = figure.name
    words = (figure.value, figure.change, figure.judgement, figure.target, figure.note)
    ET.SubElement(parent, "dd", {"class": figure.tone.value}).text = " · ".join(word for word in words if word)


def _table(parent: ET.Element, table: Table) -> None:
    drawn = ET.SubElement(parent, "table")
    if table.caption:
        ET.SubElement(drawn, "caption").text = table.caption
    head = ET.SubElement(ET.SubElement(drawn, "thead"), "tr")
    for column in table.columns:
        ET.SubElement(head, "th", scope="col").text = column
    body = ET.SubElement(drawn, "tbody")
    for row in table.rows:
        line = ET.SubElement(body, "tr")
        for cell in row:
            ET.SubElement(line, "td").text = cell
