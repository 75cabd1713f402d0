"""Slack workspaces that installed Vigia by its link."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Workspace:
    """What is known of one; `tokens` are sealed by whom they belong to.

    `renewed_at` is when Slack gave out the tokens, `expires_at` when the access token ends (None: never). `trouble` is
    Slack's code of why the newest renewal failed, or "".
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    tokens: str = field(repr=False)
    installed_at: datetime
    renewed_at: datetime
    expires_at: datetime | None = None
    trouble: str = ""
