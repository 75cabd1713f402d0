"""Forms by a link, for people whose chat has none: what they are told with the link, and what a group is told."""

from __future__ import annotations

from datetime import datetime

from handlers.messages import Button, Form, Reply, Request
from kpi.phrases import phrase
from kpi.wording.wording import Wording

OPEN_THE_FORM = phrase("Open the form")


def linked_form(form: Form, request: Request, url: str, until: datetime) -> Reply:
    """Return the message that brings a form's link to the one person who may use it."""
    wording = Wording(form.language)
    return Reply(
        headline=form.title,
        language=form.language,
        text=wording.say(
            phrase("This link is yours alone: it writes in your name. It works once, until %(time)s."),
            time=wording.clock(until, request.room.zone),
        ),
        notes=(_in_one_line(form, wording),),
        buttons=(Button(wording.say(OPEN_THE_FORM), url=url, is_primary=True),),
        is_private=True,
    )


def sent_alone(form: Form, request: Request) -> Reply:
    """Return what a group reads once the link went to who asked for it: whoever has a link writes in that name."""
    wording = Wording(form.language)
    said = phrase("%(name)s, I have sent you the form: you alone get it, from the Vigia app.")
    return Reply(wording.say(said, name=request.person.name), form.language, is_private=True)


def not_sent_alone(form: Form) -> Reply:
    """Return what a group reads where its asker cannot be written to alone."""
    wording = Wording(form.language)
    said = phrase("A form goes to one person alone, and WeCom does not let me write to you there.")
    return Reply(wording.say(said), form.language, text=_in_one_line(form, wording), is_private=True)


def way_to_form(form: Form, request: Request) -> Reply:
    """Return how to come to a form from a page whose reader is not known."""
    wording = Wording(form.language)
    manager = request.engagement.account_manager()
    ways = [
        wording.say(phrase("This page does not know who you are, so nothing can be written on it.")),
        wording.say(
            phrase("Send this to the Vigia app in WeCom, or to @Vigia in your group, and you get a form of your own:")
        ),
        f"`{form.command}`",
    ]
    if manager is not None:
        ways.append(wording.say(phrase("If you have neither, tell %(manager)s."), manager=manager.name))
    return Reply(form.title, form.language, text="\n".join(ways))


def _in_one_line(form: Form, wording: Wording) -> str:
    return wording.say(phrase("Or write it in one line: `%(command)s`"), command=form.twin)
