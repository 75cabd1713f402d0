"""Forms by links, put together: who makes links, and who takes what comes back."""

from __future__ import annotations

from bot.errands import Errands
from bot.pages.form_desk import FormDesk, FormDoors
from bot.pages.form_links import FormLinks
from bot.pages.links import PageLinks
from bot.pages.router import READERS
from bot.settings import Settings
from handlers.ports import Clock


def form_links(settings: Settings, clock: Clock) -> FormLinks | None:
    """Return how to link to forms, or None without an address; raises ConfigurationError for half a set."""
    return FormLinks(settings.public_url, settings.page_secrets, clock) if settings.public_url else None


def form_desk(errands: Errands, pages: PageLinks, clock: Clock) -> FormDesk:
    """Return what stands behind the pages of forms."""
    doors = FormDoors(
        errands.opened,
        errands.checked,
        errands.request_of,
        errands.submit,
        errands.answer,
        errands.form_use,
        errands.answer_to_room,
        pages.url,
    )
    return FormDesk(doors, READERS, clock)
