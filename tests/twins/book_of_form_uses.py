"""Which links to forms were used, in memory."""

from __future__ import annotations

from datetime import datetime

from tests.twins.book_state import BookState


class MemoryFormUses:
    """Fits `handlers.ports.FormUseBook`."""

    def __init__(self, state: BookState) -> None:
        self._uses = state.form_uses

    def keep(self, link: str, at: datetime, page: tuple[str, ...]) -> None:
        """Note that a link was used; `page` are the questions whose answers show what came of it (empty: nothing)."""
        self._uses.setdefault(link, (at, page))

    def read(self, link: str) -> tuple[datetime, tuple[str, ...]] | None:
        """Return when a link was used and the questions that show what came of it, or None for one nobody used."""
        return self._uses.get(link)

    def forget(self, before: datetime) -> int:
        """Drop the links used before an instant; return how many."""
        old = [link for link, (at, _) in self._uses.items() if at < before]
        for link in old:
            del self._uses[link]
        return len(old)
