"""Seals of links: nobody but Vigia makes one, changes one or reads what stands in one."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from pydantic import SecretStr

from bot.sealing import key_of, seals_of
from kpi.errors import NotFoundError
from kpi.phrases import phrase

MOST_LETTERS = 2000
"""Of a link: ours have some 300; nobody's longer one is worth opening."""


class Seal:
    """Seals for one `purpose`. The first of `secrets` seals what is new; the others still open what is older."""

    def __init__(self, purpose: bytes, secrets: Sequence[SecretStr]) -> None:
        """Raise ConfigurationError without a secret nobody guesses."""
        self._box = page_seals(purpose, secrets)
        self._keys = [key_of(purpose, one) for one in secrets]

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


def page_seals(purpose: bytes, secrets: Sequence[SecretStr]) -> MultiFernet:
    """Return what seals a kind of link; raises ConfigurationError without a secret nobody guesses."""
    return seals_of(purpose, secrets, "VIGIA_PAGE_SECRETS")


def _mark(key: bytes, text: str) -> str:
    return hmac.new(key, b"mark " + text.encode(), hashlib.sha256).hexdigest()
