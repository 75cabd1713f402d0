"""Seals the tokens of workspaces: whoever has the database alone has no token."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from kpi.errors import ConfigurationError
from kpi.phrases import phrase

LEAST_SECRET = 32
"""Characters of a secret nobody guesses (`openssl rand -hex 32` makes 64)."""
_PURPOSE = b"vigia slack tokens 1\0"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What Slack gives a workspace's app; `refresh` is "" where tokens never end."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)


class TokenSeal:
    """Seals and opens. The first of `secrets` seals; the others still open what was sealed before."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        """Raise ConfigurationError without a secret nobody guesses."""
        if not secrets or any(len(one.get_secret_value()) < LEAST_SECRET for one in secrets):
            raise ConfigurationError(
                phrase("VIGIA_SLACK_TOKEN_SECRETS needs %(least)s characters each: openssl rand -hex 32 makes one."),
                least=LEAST_SECRET,
            )
        self._box = MultiFernet([Fernet(_key(one)) for one in secrets])

    def seal(self, workspace: str, pair: TokenPair) -> str:
        """Return the tokens of a workspace as they may be stored."""
        return self._box.encrypt(json.dumps([workspace, pair.access, pair.refresh]).encode()).decode()

    def open(self, workspace: str, sealed: str) -> TokenPair | None:
        """Return the tokens of a workspace; None when no secret opens them, or when they are another workspace's."""
        try:
            owner, access, refresh = json.loads(self._box.decrypt(sealed.encode()))
        except InvalidToken:
            return None
        return TokenPair(access, refresh) if owner == workspace else None

    def renewed(self, sealed: str) -> str | None:
        """Return the same tokens sealed with the newest secret, or None when no secret opens them."""
        try:
            return self._box.rotate(sealed.encode()).decode()
        except InvalidToken:
            return None


def _key(secret: SecretStr) -> bytes:
    """Return the sealing key of a secret; the purpose keeps it apart from any other use of the same secret."""
    return base64.urlsafe_b64encode(hashlib.sha256(_PURPOSE + secret.get_secret_value().encode()).digest())
