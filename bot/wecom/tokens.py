"""One access token of the app for all threads and replicas: fetched by one of them, kept sealed for the others.

WeCom bans an address that asks too often, so nobody asks while somebody else does, and a refused secret is not tried
again for an hour. In the database the token is encrypted with a key made from the app's secret.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from bot.messengers import NotSentError
from bot.sealing import seal_of
from bot.wecom.app_access import AppAccess
from bot.wecom.app_errors import RefusedSecretError
from handlers.ports import Clock
from kpi.phrases import phrase

FETCH_TAKES = timedelta(seconds=30)
"""Longer than a fetch can take: whoever claimed it then is dead."""
LOOK_AGAIN_AFTER = timedelta(seconds=3)
"""Another replica is fetching; its answer is here by then."""
EARLY = timedelta(minutes=2)
"""A token is not used in its last minutes: WeCom's clock is not ours."""
REFUSED_FOR = timedelta(hours=1)
"""Repeating a wrong secret gets our address banned: https://developer.work.weixin.qq.com/document/path/91039"""

_BEING_FETCHED = phrase("Another copy of Vigia is fetching WeCom's token.")


class TokenShelf(Protocol):
    """Where replicas find the token; names and texts only, it knows nothing of what they are."""

    def read(self, name: str) -> tuple[str, datetime] | None:
        """Return a token as it was kept and when it expires, or None."""

    def claim(self, name: str, now: datetime, until: datetime) -> bool:
        """Take the right to fetch a new token; False while somebody else has it."""

    def keep(self, name: str, token: str, expires_at: datetime) -> None:
        """Store what whoever has claimed it fetched, and end the claim."""

    def release(self, name: str) -> None:
        """End a claim that brought nothing."""


class HasTokens(Protocol):
    """A unit of work over the shelf."""

    @property
    def tokens(self) -> TokenShelf:
        """The shelf."""


OpenShelf = Callable[[], AbstractContextManager[HasTokens]]
Fetch = Callable[[], tuple[SecretStr, timedelta]]
"""Asks WeCom for a token and how long it is good; raises RefusedSecretError, NotSentError."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: SecretStr
    good_until: datetime


class Tokens:
    """The app's token; may be asked from any thread."""

    def __init__(self, access: AppAccess, shelf: OpenShelf, clock: Clock) -> None:
        self._name = access.name
        self._seal = seal_of(f"{access.name}:".encode(), access.secret)
        self._shelf = shelf
        self._clock = clock
        self._lock = Lock()
        self._own: _Token | None = None
        self._refused: tuple[datetime, RefusedSecretError] | None = None

    def current(self, fetch: Fetch, stale: SecretStr | None = None) -> SecretStr:
        """Return a token other than `stale`, fetching one only when nobody else has or does.

        Raises NotSentError while another replica fetches it, and for an hour after WeCom refused the secret.
        """
        with self._lock:
            now = self._clock()
            if self._refused is not None and now < self._refused[0]:
                raise NotSentError(self._refused[1].reason)
            if not _is_good(self._own, stale, now):
                self._own = self._kept(now)
            if self._own is None or not _is_good(self._own, stale, now):
                self._own = self._fetched(fetch, now)
            return self._own.value

    def _kept(self, now: datetime) -> _Token | None:
        with self._shelf() as work:
            kept = work.tokens.read(self._name)
        if kept is None or kept[1] <= now:
            return None
        try:
            return _Token(SecretStr(self._seal.decrypt(kept[0].encode()).decode()), kept[1])
        except InvalidToken:  # the secret was changed: its token is another one
            return None

    def _fetched(self, fetch: Fetch, now: datetime) -> _Token:
        with self._shelf() as work:
            is_ours = work.tokens.claim(self._name, now, now + FETCH_TAKES)
        if not is_ours:
            raise NotSentError(_BEING_FETCHED, LOOK_AGAIN_AFTER)
        try:
            value, lasts = fetch()
        except NotSentError as error:
            if isinstance(error, RefusedSecretError):
                self._refused = (now + REFUSED_FOR, error)
            with self._shelf() as work:
                work.tokens.release(self._name)
            raise
        good_until = now + max(lasts - EARLY, EARLY)
        with self._shelf() as work:
            work.tokens.keep(self._name, self._seal.encrypt(value.get_secret_value().encode()).decode(), good_until)
        return _Token(value, good_until)


def _is_good(token: _Token | None, stale: SecretStr | None, now: datetime) -> bool:
    return token is not None and token.value != stale and now < token.good_until
