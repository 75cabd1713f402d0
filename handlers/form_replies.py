"""What stands around forms: in which room one is filled in, and what is said where one cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.grammar.incident_words import REPORT_A_PROBLEM
from handlers.messages import Button, Field, FieldKind, Form, Reply
from kpi.engagements import Audience, Engagement, Person, Room
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

AUDIENCES: dict[Audience, str] = {
    Audience.SELLER: phrase("Seller room"),
    Audience.OPERATIONS: phrase("Operations room"),
}


def room_choice(rooms: Sequence[tuple[Engagement, Room, Person]]) -> Form:
    """Return the question in which room something is to be said, the first one chosen."""
    wording = Wording(rooms[0][2].language)
    options = tuple((room.address, f"{one.name} · {wording.say(AUDIENCES[room.audience])}") for one, room, _ in rooms)
    label = wording.say(phrase("Which room is it about?"))
    return Form(
        title=wording.say(REPORT_A_PROBLEM),
        command="/incident new",
        submit_label=wording.say(phrase("Next")),
        fields=(Field("room", label, FieldKind.CHOICE, rooms[0][1].address, is_required=True, options=options),),
        language=wording.language,
        twin="/incident new …",
    )


def unopened_form(form: Form) -> Reply:
    """Return what is said when a platform did not open a form in time."""
    wording = Wording(form.language)
    return Reply(
        headline=wording.say(
            phrase("The form could not be opened in time. Press again, or write `%(command)s`."), command=form.twin
        ),
        language=form.language,
        buttons=(_again(form, wording),),
        is_private=True,
    )


def unknown_anywhere() -> Reply:
    """Return what is said to somebody outside of any room whom nobody has added to one.

    Whose language this is was not found out: English.
    """
    language = Language.EN
    sentence = phrase("I do not know you in any room yet. Ask your account manager to add you to the engagement.")
    return Reply(headline=Wording(language).say(sentence), language=language, is_private=True)


def unread_form(form: Form) -> Reply:
    """Return what is said of a faulty form that is closed already: what is wrong, and what was typed."""
    wording = Wording(form.language)
    typed = (wording.labelled(one.label, one.value) for one in form.fields if one.value and not one.options)
    return Reply(
        headline=" ".join(form.faults.values()),
        language=form.language,
        text="\n".join(typed),
        tone=Tone.NEUTRAL,
        buttons=(_again(form, wording),),
        is_private=True,
    )


def _again(form: Form, wording: Wording) -> Button:
    return Button(wording.say(phrase("Open the form")), form.command)
