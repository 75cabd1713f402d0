"""The page of a form: one column, no scripts, every text escaped; faults stand beside their fields."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from bot.pages.form_desk import Sheet
from bot.pages.html import as_bytes, document, lines, reply_article
from handlers.form_replies import AUDIENCES
from handlers.messages import Field, FieldKind, Form, Request
from kpi.phrases import phrase
from kpi.wording.wording import Wording

MARK = "_mark"
"""The field that says which link a form was sent from; no field of a form begins with “_”."""
ACCEPTED = "image/png,image/jpeg,image/webp,application/pdf,.pdf,.csv,.xlsx"
"""What a phone offers to choose; named so that it makes JPEG of its own kinds. What is taken is decided by content."""
_STYLE = "../style.css"


def sheet_html(sheet: Sheet, mark: str, until: str) -> bytes:
    """Return a page; a form on it carries `mark`, and is good `until`."""
    page, main = document(sheet.title, sheet.language, _STYLE)
    wording = Wording(sheet.language)
    head = ET.SubElement(main, "article", {"class": f"head {sheet.tone.value}"})
    ET.SubElement(head, "h1").text = sheet.title
    if sheet.request is not None:
        lines(head, _whose(sheet.request, wording, is_written=sheet.form is not None), "note")
    if sheet.form is not None:
        _form(main, sheet.form, wording, mark)
    for reply in sheet.replies:
        main.append(reply_article(reply))
    if sheet.page:
        ET.SubElement(main, "a", {"class": "button", "href": sheet.page}).text = wording.say(phrase("Details"))
    if sheet.typed:
        _typed(main, sheet.typed, wording)
    lines(ET.SubElement(main, "footer"), [*sheet.notes, *_closing(sheet, wording, until)])
    return as_bytes(page)


def _whose(request: Request, wording: Wording, *, is_written: bool) -> list[str]:
    """Return in whose name and where something is written."""
    name = request.person.name
    room = "" if request.room.is_direct else wording.say(AUDIENCES[request.room.audience])
    place = " · ".join(word for word in (request.engagement.name, room) if word)
    return [wording.say(phrase("You write as %(name)s."), name=name) if is_written else name, place]


def _closing(sheet: Sheet, wording: Wording, until: str) -> list[str]:
    if sheet.form is None:
        return [wording.say(phrase("You can close this page."))]
    name = sheet.request.person.name if sheet.request else ""
    return [
        wording.say(phrase("This link works once, until %(time)s."), time=until),
        wording.say(phrase("If you are not %(name)s, please close this page."), name=name),
    ]


def _form(main: ET.Element, form: Form, wording: Wording, mark: str) -> None:
    drawn = ET.SubElement(main, "form", {"method": "post", "enctype": "multipart/form-data", "accept-charset": "utf-8"})
    faults = [form.fault] if form.fault else []
    if any(one.fault for one in form.fields):
        faults.append(wording.say(phrase("Please look at the marked fields.")))
    if faults:
        lines(ET.SubElement(drawn, "div", {"class": "faults", "role": "alert"}), faults)
    ET.SubElement(drawn, "input", {"type": "hidden", "name": MARK, "value": mark})
    for one in sorted(form.fields, key=lambda field: field.kind is FieldKind.FILES):  # the words come before the files
        _field(drawn, one, wording)
    ET.SubElement(drawn, "button", {"type": "submit"}).text = form.submit_label


def _field(parent: ET.Element, one: Field, wording: Wording) -> None:
    box = ET.SubElement(parent, "div", {"class": "field faulty" if one.fault else "field"})
    label = ET.SubElement(box, "label", {"for": one.name})
    label.text = one.label
    if not one.is_required and one.kind is not FieldKind.CHOICE:
        ET.SubElement(label, "span", {"class": "note"}).text = wording.say(phrase("optional"))
    said = [(f"{one.name}-fault", "fault", one.fault), (f"{one.name}-hint", "note", one.hint)]
    said = [(name, kind, text) for name, kind, text in said if text]
    common = {"id": one.name, "name": one.name}
    if said:
        common["aria-describedby"] = " ".join(name for name, _, _ in said)
    if one.fault:
        common["aria-invalid"] = "true"
    _input(box, one, common)
    for name, kind, text in said:
        ET.SubElement(box, "p", {"id": name, "class": kind}).text = text


def _input(box: ET.Element, one: Field, common: dict[str, str]) -> None:
    match one.kind:
        case FieldKind.TEXT:
            # A browser drops the first line break of a text area: one of ours stands before what was typed.
            ET.SubElement(box, "textarea", {**common, "rows": "4"}).text = f"\n{one.value}"
        case FieldKind.CHOICE:
            _choice(ET.SubElement(box, "select", common), one)
        case FieldKind.FILES:
            ET.SubElement(box, "input", {**common, "type": "file", "multiple": "multiple", "accept": ACCEPTED})
        case FieldKind.DAY:
            ET.SubElement(box, "input", {**common, "type": "date", "value": one.value})
        case FieldKind.LINE:
            ET.SubElement(box, "input", {**common, "type": "text", "value": one.value, "autocomplete": "off"})


def _choice(select: ET.Element, one: Field) -> None:
    for value, label in one.options:
        chosen = {"selected": "selected"} if value == one.value else {}
        ET.SubElement(select, "option", {"value": value, **chosen}).text = label


def _typed(main: ET.Element, typed: Sequence[tuple[str, str]], wording: Wording) -> None:
    """Show what was written, to be copied."""
    box = ET.SubElement(main, "article")
    ET.SubElement(box, "h2").text = wording.say(phrase("What you wrote, to be copied"))
    for label, value in typed:
        if label:
            ET.SubElement(box, "h3").text = label
        ET.SubElement(box, "pre").text = value
