"""Keys made of secrets, each for one purpose: what is sealed for one cannot be opened as another."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from pydantic import SecretStr

from kpi.errors import ConfigurationError
from kpi.phrases import phrase

LEAST_SECRET = 32
"""Characters of a secret nobody guesses (`openssl rand -hex 32` makes 64)."""


def key_of(purpose: bytes, secret: SecretStr) -> bytes:
    """Return the key of a secret for one purpose."""
    return hashlib.sha256(purpose + secret.get_secret_value().encode()).digest()


def seal_of(purpose: bytes, secret: SecretStr) -> Fernet:
    """Return what seals with one secret."""
    return Fernet(base64.urlsafe_b64encode(key_of(purpose, secret)))


def seals_of(purpose: bytes, secrets: Sequence[SecretStr], setting: str) -> MultiFernet:
    """Return what seals with the first of the secrets a setting holds; the others still open what is older.

    Raises ConfigurationError without a secret nobody guesses.
    """
    if not secrets or any(len(one.get_secret_value()) < LEAST_SECRET for one in secrets):
        raise ConfigurationError(
            phrase("%(setting)s needs at least %(least)s characters each: openssl rand -hex 32 makes one."),
            setting=setting,
            least=LEAST_SECRET,
        )
    return MultiFernet([seal_of(purpose, one) for one in secrets])
