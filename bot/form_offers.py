"""A link to a form, for doors whose platform has no forms: given to one person alone, never to a group.

Whoever has a link writes in the name of the person it was made for. So a group only reads that the link went to its
asker, who gets it in a conversation of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.messengers import AnswerLostError, NotSentError
from handlers.form_links import linked_form, not_sent_alone, sent_alone
from handlers.messages import Arrival, Form, Reply, Request

FormOf = Callable[[Arrival], Awaitable[Form | Reply | None]]
LinkTo = Callable[[Arrival, str], tuple[str, datetime]]
"""Returns the address of a command's form for who wrote an arrival, and until when it is good."""
Tell = Callable[[str, Reply, str], Awaitable[object]]
"""Says something to a user id alone, under a unique name; raises NotSentError or AnswerLostError."""

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FormOffers:
    """Offers links; `tell` reaches people alone (None: nobody can be reached)."""

    opened: FormOf
    request_of: Callable[[Arrival], Awaitable[Request | None]]
    is_first: Callable[[Arrival], Awaitable[bool]]
    link_to: LinkTo
    tell: Tell | None = None

    async def offer(self, arrival: Arrival) -> Reply | None:
        """Return what is said of the form a command opens; None: it opens none, or this event was answered before.

        An event the inbox keeps comes once, and stays there until its link has arrived.
        """
        form = await self.opened(arrival)
        if form is None or not (arrival.is_kept or await self.is_first(arrival)):
            return None
        request = await self.request_of(arrival) if isinstance(form, Form) else None
        if not isinstance(form, Form) or request is None:
            return form if isinstance(form, Reply) else None
        url, until = self.link_to(arrival, form.command)
        linked = linked_form(form, request, url, until)
        return linked if arrival.is_direct else await self._alone(arrival, form, request, linked)

    async def _alone(self, arrival: Arrival, form: Form, request: Request, linked: Reply) -> Reply:
        """Bring a link to its person, and return what the group reads."""
        if self.tell is None:
            return not_sent_alone(form)
        try:
            await self.tell(arrival.handle, linked, f"form-{secrets.token_hex(8)}")
        except (NotSentError, AnswerLostError) as error:
            _LOG.warning("form_link_not_delivered", reason=error.reason)
            return not_sent_alone(form)
        return sent_alone(form, request)
