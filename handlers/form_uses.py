"""What came of a form behind a link, written down with it: the link is good once, and says afterwards what it did."""

from __future__ import annotations

from datetime import datetime

from handlers.intake import Keep
from handlers.messages import Reply
from handlers.ports import Work


def use_of(link: str, at: datetime) -> Keep:
    """Return what writes down that a link was used and what shows what came of it."""

    def keep(work: Work, reply: Reply) -> None:
        work.form_uses.keep(link, at, reply.page)

    return keep
