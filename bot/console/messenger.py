"""The way out to the console's rooms, for the outbox."""

from __future__ import annotations

from datetime import datetime

from bot.console.board import Board, new_picture_id
from bot.console.messages import Entry, Kind
from bot.messengers import Parcel, Receipt
from handlers.ports import Clock
from kpi.deliveries import Placing


class ConsoleMessenger:
    """Posts parcels to the board. It cannot fail: the room is memory of this process."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock

    async def post(self, parcel: Parcel) -> Receipt:
        """Hang a parcel into its room, or change the message it belongs to where that still hangs there.

        The same delivery again (not a repeat) shows nothing twice.
        """
        shown = self._board.posted(parcel.room.address, parcel.delivery)
        if shown is not None and not parcel.is_repeat:
            return Receipt(shown.id)
        has_picture = parcel.picture is not None or parcel.reply.picture is not None
        picture_id = new_picture_id() if has_picture else ""
        if parcel.picture is not None:
            self._board.pictures.keep(picture_id, parcel.picture)
        document_id = new_picture_id() if parcel.reply.document is not None else ""
        if parcel.document is not None and document_id:
            self._board.pictures.keep(document_id, parcel.document)
        entry = Entry(
            kind=Kind.POST,
            at=self._clock(),
            reply=parcel.reply,
            picture=picture_id,
            delivery=parcel.delivery,
            is_repeat=parcel.is_repeat,
            document=document_id,
        )
        is_edit = parcel.placing is Placing.EDIT
        changed = self._board.change(parcel.room, parcel.anchor, entry) if is_edit else None
        return Receipt((changed or self._board.add(parcel.room, entry)).id)

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return the id of the message that shows a delivery; None after a restart, when its page is empty too."""
        shown = self._board.posted(parcel.room.address, parcel.delivery, since)
        return shown.id if shown else None
