"""Forms by links, put together: who makes links, who offers them in a chat, and who takes what comes back."""

from __future__ import annotations

from bot.errands import Errands
from bot.form_offers import FormOffers
from bot.pages.form_desk import FormDesk, FormDoors
from bot.pages.form_links import FormLinks
from bot.pages.links import PageLinks
from bot.pages.router import READERS
from bot.settings import Settings
from bot.wecom.app_messenger import AppMessenger
from handlers.ports import Clock


def form_links(settings: Settings, clock: Clock) -> FormLinks | None:
    """Return how to link to forms, or None without an address; raises ConfigurationError for half a set."""
    return FormLinks(settings.public_url, settings.page_secrets, clock) if settings.public_url else None


def form_offers(links: FormLinks | None, errands: Errands, people: AppMessenger | None) -> FormOffers | None:
    """Return who offers links in WeCom, or None where there are none."""
    if links is None:
        return None
    return FormOffers(errands.opened, errands.request_of, errands.is_first, links.url, people.say if people else None)


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
