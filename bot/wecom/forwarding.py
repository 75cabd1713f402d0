"""What a person forwards into a group no bot may enter: a note to them, then the message as the group shall read it.

Whoever reads it there may sit in WeChat, which shows neither markdown nor cards of WeCom: so it is plain text.
"""

from __future__ import annotations

from datetime import datetime

from bot.messengers import AnswerLostError, NotSentError, Parcel, Receipt
from bot.wecom.app_messenger import AppMessenger, markdown, remarked
from bot.wecom.markdown import shown
from bot.wecom.messenger import PageUrl
from bot.wecom.plain_renderer import plain_parts
from handlers.messages import Reply
from kpi.deliveries import HANDED_OVER

_LINE = 900
"""Bytes of a line of the note."""


class Forwarders:
    """Fits `bot.messengers.Messenger` for rooms somebody forwards to: their address is that person's user id."""

    def __init__(self, people: AppMessenger, page_url: PageUrl | None = None) -> None:
        self._people = people
        self._page_url = page_url

    async def post(self, parcel: Parcel) -> Receipt:
        """Hand a parcel over; the receipt says that it still has to be forwarded.

        Raises NotSentError while nothing but the note arrived: WeCom drops the same note when it comes again.
        """
        person = parcel.room.address
        await self._people.send(person, markdown(_note(parcel.reply)))
        message, parts = "", plain_parts(parcel.reply, self._page(parcel))
        for number, part in enumerate(parts, 1):
            try:
                message = await self._people.send(person, {"msgtype": "text", "text": {"content": part}})
            except (NotSentError, AnswerLostError) as error:
                if number == 1:
                    raise
                reason = f"only part {number - 1} of {len(parts)} surely arrived; then {error.reason}"
                raise AnswerLostError(reason) from error
        receipt = Receipt(message, f"{HANDED_OVER} {parcel.room.forward_by}")
        return remarked(receipt, *await self._people.beside(parcel))

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return None: WeCom cannot be asked what an app sent."""
        del parcel, since
        return None

    def _page(self, parcel: Parcel) -> str:
        if self._page_url is None or not parcel.reply.page:
            return ""
        return self._page_url(parcel.room, parcel.reply.page)


def _note(reply: Reply) -> str:
    """Return what tells the forwarder what to do; the verdict tells two notes apart, for WeCom drops the same one."""
    return f"📨 **{shown(reply.to_forward, _LINE)}**\n> {shown(reply.headline, _LINE)}"
