"""Seals the tokens of workspaces: whoever has the database alone has no token."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from bot.sealing import seals_of

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
        self._box = seals_of(_PURPOSE, secrets, "VIGIA_SLACK_TOKEN_SECRETS")

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
