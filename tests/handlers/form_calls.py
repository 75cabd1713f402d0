"""Forms as a platform asks for them, checks them and hands them in."""

from __future__ import annotations

from dataclasses import replace

from handlers.messages import Form, Reply
from tests.handlers.world import World

OPS = ("north-ops", "ana")
SELLER = ("north-seller", "wei")


def opened(world: World, text: str, place: tuple[str, str] = OPS) -> Form:
    """Return the form a command opens."""
    form = world.intake.opened(world.arrival(text, *place))
    assert isinstance(form, Form)
    return form


def refused(world: World, text: str, place: tuple[str, str] = OPS) -> str:
    """Return the sentence why a form is not opened."""
    reply = world.intake.opened(world.arrival(text, *place))
    assert isinstance(reply, Reply)
    return reply.headline


def faults(world: World, form: Form, place: tuple[str, str] = OPS, /, **values: str) -> dict[str, str]:
    """Return what is wrong with a form that is filled in, by field; nothing where it can be taken."""
    found = world.intake.checked(replace(world.arrival(form.command, *place), values=written(form, **values)))
    assert not isinstance(found, Reply)
    return dict(found.faults) if found else {}


def submitted(world: World, form: Form, place: tuple[str, str] = OPS, /, **values: str) -> Reply:
    """Return what is answered to a form that is handed in."""
    reply = world.intake.answer(replace(world.arrival(form.command, *place), values=written(form, **values)))
    assert reply is not None
    return reply


def written(form: Form, **values: str) -> dict[str, str]:
    """Return what stands in a form whose other fields were left as they were."""
    return {one.name: one.value for one in form.fields} | values
