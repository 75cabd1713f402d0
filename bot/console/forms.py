"""Forms on the page: what the page gets to show one, and what comes back from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from bot.console.errors import UnreadableError
from bot.form_limits import MOST_VALUES
from handlers.messages import Arrival, Field, Form, Reply
from kpi.incidents.evidence_files import EvidenceFile
from kpi.phrases import phrase

FormOf = Callable[[Arrival], Awaitable[Form | Reply | None]]
FileOf = Callable[[str, str], Awaitable[tuple[EvidenceFile, bytes] | None]]


async def no_form(_arrival: Arrival) -> Form | Reply | None:
    """Open no form."""
    return None


async def no_file(_address: str, _file: str) -> tuple[EvidenceFile, bytes] | None:
    """Know no file."""
    return None


@dataclass(frozen=True, slots=True)
class FormDoors:
    """The way to forms: the one a command opens, what is wrong with a filled-in one, and a file a room may see."""

    opened: FormOf = no_form
    checked: FormOf = no_form
    file: FileOf = no_file


NO_FORMS = FormDoors()


class FieldJson(TypedDict):
    """One input; `kind` is line, text, choice, day or files, `fault` one sentence or ""."""

    name: str
    label: str
    kind: str
    value: str
    is_required: bool
    options: list[dict[str, str]]
    hint: str
    fault: str


class FormJson(TypedDict):
    """A form for the page; submitting it sends `command` with the values back."""

    title: str
    command: str
    submit: str
    language: str
    fault: str
    fields: list[FieldJson]


def form_as_json(form: Form) -> FormJson:
    """Return `form` as the page reads it."""
    return FormJson(
        title=form.title,
        command=form.command,
        submit=form.submit_label,
        language=form.language.value.replace("_", "-"),
        fault=form.fault,
        fields=[_field_as_json(one) for one in form.fields],
    )


def _field_as_json(one: Field) -> FieldJson:
    return FieldJson(
        name=one.name,
        label=one.label,
        kind=one.kind.value,
        value=one.value,
        is_required=one.is_required,
        options=[{"value": value, "label": label} for value, label in one.options],
        hint=one.hint,
        fault=one.fault,
    )


def values_of(body: dict[str, Any]) -> dict[str, str]:
    """Return the values of a posted form; raises UnreadableError for anything but a few texts by name."""
    values = body.get("values")
    is_plain = isinstance(values, dict) and all(isinstance(value, str) for value in values.values())
    if not isinstance(values, dict) or not is_plain or not 0 < len(values) <= MOST_VALUES:
        raise UnreadableError(phrase("This request could not be read. Reload the page and try again."))
    return values
