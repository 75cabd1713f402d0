"""Seals of links: nobody but Vigia makes one, changes one or reads what stands in one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from kpi.errors import ConfigurationError, NotFoundError
from kpi.phrases import phrase

LEAST_SECRET = 32
"""Characters of a secret nobody guesses (`openssl rand -hex 32` makes 64)."""
MOST_LETTERS = 2000
"""Of a link: ours have some 300; nobody's longer one is worth opening."""


class Seal:
    """Seals for one `purpose`. The first of `secrets` seals what is new; the others still open what is older."""

    def __init__(self, purpose: bytes, secrets: Sequence[SecretStr]) -> None:
        """Raise ConfigurationError without a secret nobody guesses."""
        self._keys = _keys(secrets, purpose)
        self._box = _box(self._keys)

    def close(self, content: Sequence[Any]) -> str:
        """Return a content sealed, in the letters of an address."""
        return self._box.encrypt(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).decode()

    def open(self, sealed: str) -> list[Any]:
        """Return what was sealed, whenever that was; raises NotFoundError for what Vigia did not seal."""
        try:
            content: list[Any] = json.loads(self._box.decrypt(sealed[: MOST_LETTERS + 1].encode()))
        except (InvalidToken, UnicodeEncodeError) as error:
            raise NotFoundError(phrase("This link is not complete. Open it from the message again.")) from error
        return content

    def mark(self, text: str) -> str:
        """Return a mark of a text that nobody else can make."""
        return _mark(self._keys[0], text)

    def is_mark(self, mark: str, text: str) -> bool:
        """Tell whether a mark is one of this text."""
        return any(hmac.compare_digest(mark.encode(), _mark(key, text).encode()) for key in self._keys)


def sealing_box(secrets: Sequence[SecretStr], purpose: bytes) -> MultiFernet:
    """Return what seals for one purpose; raises ConfigurationError without a secret nobody guesses."""
    return _box(_keys(secrets, purpose))


def _keys(secrets: Sequence[SecretStr], purpose: bytes) -> list[bytes]:
    """Return the sealing keys of secrets; the purpose keeps them apart from any other use of the same secret."""
    if not secrets or any(len(one.get_secret_value()) < LEAST_SECRET for one in secrets):
        raise ConfigurationError(
            phrase("VIGIA_PAGE_SECRETS needs at least %(least)s characters each: openssl rand -hex 32 makes one."),
            least=LEAST_SECRET,
        )
    return [hashlib.sha256(purpose + one.get_secret_value().encode()).digest() for one in secrets]


def _box(keys: Sequence[bytes]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _mark(key: bytes, text: str) -> str:
    return hmac.new(key, b"mark " + text.encode(), hashlib.sha256).hexdigest()
