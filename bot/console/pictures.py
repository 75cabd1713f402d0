"""The pictures and documents of the console: what each one shows, and the bytes of those made lately."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from kpi.documents import Drawing


class PictureShelf:
    """Bytes of at most `size` pictures, the longest unseen leaving first.

    One is made when a page first asks for it, once for everybody who asks meanwhile, and again when its bytes have left
    the shelf: text never waits for it.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._bytes: OrderedDict[str, bytes] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def keep(self, picture_id: str, content: bytes) -> None:
        """Keep the bytes of a picture; the longest unseen one leaves when the shelf is full."""
        self._bytes[picture_id] = content
        self._bytes.move_to_end(picture_id)
        while len(self._bytes) > self._size:
            self._bytes.popitem(last=False)

    async def fetch(
        self, picture_id: str, picture: Drawing | None, draw: Callable[[Drawing], Awaitable[bytes]]
    ) -> bytes | None:
        """Return the bytes, drawing `picture` if they are not here; None when there is nothing to draw from."""
        lock = self._locks.setdefault(picture_id, asyncio.Lock())
        async with lock:
            if picture_id not in self._bytes:
                if picture is None:
                    return None
                self.keep(picture_id, await draw(picture))
            self._bytes.move_to_end(picture_id)
            return self._bytes[picture_id]
