"""Only what changes something has a form: a question, which most of what is typed is, is never looked up for one."""

from __future__ import annotations

import pytest

from bot.opening import COMMAND_TABLE
from handlers.commands import find_command
from handlers.incidents.forms import FORMS
from handlers.incidents.prefills import PREFILLS
from handlers.watch.alert_silences import SILENCES

WITH_FORMS = (
    "/incident new",
    *(f"/incident {verb} 1001" for verb in FORMS),
    *(f"/incident {verb} a1b2c3" for verb in PREFILLS),
    *(f"/alert {verb} a1b2c3" for verb in SILENCES),
    "/kpi target set conversion",
)


@pytest.mark.parametrize("text", WITH_FORMS)
def test_a_text_with_a_form_is_an_act(text: str) -> None:
    """Otherwise its form would never open."""
    command = find_command(text, COMMAND_TABLE)
    assert command is not None
    assert command.opened is not None
    assert command.writes(text)
