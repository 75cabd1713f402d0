"""Slack workspaces that installed Vigia, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kpi.workspaces import Workspace
from tests.twins.book_state import BookState


class MemoryWorkspaces:
    """Fits `bot.slack.shelves.WorkspaceShelf`."""

    def __init__(self, state: BookState) -> None:
        self._known = state.workspaces
        self._claims = state.workspace_claims

    def all(self) -> tuple[Workspace, ...]:
        """Return every workspace, ordered by id."""
        return tuple(self._known[key] for key in sorted(self._known))

    def get(self, workspace_id: str) -> Workspace | None:
        """Return one workspace, or None."""
        return self._known.get(workspace_id)

    def install(self, workspace: Workspace) -> None:
        """Create or replace a workspace; a claim on its earlier tokens ends."""
        self._known[workspace.id] = workspace
        self._claims.pop(workspace.id, None)

    def erase(self, workspace_id: str) -> bool:
        """Forget a workspace with its tokens; False when nothing is known of it."""
        self._claims.pop(workspace_id, None)
        return self._known.pop(workspace_id, None) is not None

    def claim(self, workspace: Workspace, now: datetime, until: datetime) -> bool:
        """Take the right to renew these tokens."""
        if workspace.id in self._claims and self._claims[workspace.id] > now:
            return False
        return self._change(workspace, until)

    def keep(self, workspace: Workspace, tokens: str, renewed_at: datetime, expires_at: datetime | None) -> bool:
        """Put renewed tokens in the place of those of `workspace`."""
        changed = {"tokens": tokens, "renewed_at": renewed_at, "expires_at": expires_at, "trouble": ""}
        return self._change(workspace, None, **changed)

    def fail(self, workspace: Workspace, trouble: str, until: datetime) -> bool:
        """Note why these tokens were not renewed."""
        return self._change(workspace, until, trouble=trouble)

    def reseal(self, workspace: Workspace, tokens: str) -> bool:
        """Put the same tokens under another seal."""
        known = self._known.get(workspace.id)
        if known is None or known.tokens != workspace.tokens:
            return False
        return self._change(workspace, self._claims.get(workspace.id), tokens=tokens)

    def _change(self, workspace: Workspace, claimed_until: datetime | None, **changed: Any) -> bool:
        known = self._known.get(workspace.id)
        if known is None or _age(known) != _age(workspace):
            return False
        self._known[workspace.id] = replace(known, **changed)
        self._claims.pop(workspace.id, None)
        if claimed_until is not None:
            self._claims[workspace.id] = claimed_until
        return True


def _age(workspace: Workspace) -> tuple[datetime, datetime]:
    return workspace.installed_at, workspace.renewed_at


class MemoryStates:
    """Fits `bot.slack.shelves.StateShelf`."""

    def __init__(self, state: BookState) -> None:
        self._states = state.install_states

    def keep(self, digest: str, now: datetime, expires_at: datetime) -> None:
        """Remember an installation that was begun, and drop those that are over."""
        for one in [one for one, until in self._states.items() if until <= now]:
            del self._states[one]
        self._states[digest] = expires_at

    def take(self, digest: str, now: datetime) -> bool:
        """End an installation that was begun."""
        until = self._states.pop(digest, None)
        return until is not None and until > now
