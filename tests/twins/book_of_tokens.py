"""Shared tokens in memory."""

from __future__ import annotations

from datetime import datetime

from tests.twins.book_state import BookState


class MemoryTokens:
    """Fits `bot.wecom.tokens.TokenShelf`."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def read(self, name: str) -> tuple[str, datetime] | None:
        """Return a token as it was kept and when it expires, or None."""
        return self._state.tokens.get(name)

    def claim(self, name: str, now: datetime, until: datetime) -> bool:
        """Take the right to fetch a new token; False while somebody else has it."""
        if name in self._state.token_claims and self._state.token_claims[name] > now:
            return False
        self._state.token_claims[name] = until
        return True

    def keep(self, name: str, token: str, expires_at: datetime) -> None:
        """Store what whoever has claimed it fetched, and end the claim."""
        self._state.tokens[name] = (token, expires_at)
        self.release(name)

    def release(self, name: str) -> None:
        """End a claim that brought nothing."""
        self._state.token_claims.pop(name, None)
