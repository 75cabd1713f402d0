"""Slack workspaces that installed Vigia, and installations that were begun; replicas renew tokens one at a time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from kpi.workspaces import Workspace
from storage.once import insert_once, insert_or_replace
from storage.slack_tables import SlackStateRow, SlackWorkspaceRow

_TABLE = SlackWorkspaceRow.__table__  # type: ignore[attr-defined]
_STATES = SlackStateRow.__table__  # type: ignore[attr-defined]


class StoredWorkspaces:
    """Fits `bot.slack.shelves.WorkspaceShelf`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Workspace, ...]:
        """Return every workspace, ordered by id."""
        return tuple(_workspace(row) for row in self._connection.execute(select(_TABLE).order_by(_TABLE.c.id)))

    def get(self, workspace_id: str) -> Workspace | None:
        """Return one workspace, or None."""
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == workspace_id)).first()
        return _workspace(row) if row else None

    def install(self, workspace: Workspace) -> None:
        """Create or replace a workspace; a claim on its earlier tokens ends."""
        values = {**asdict(workspace), "scopes": " ".join(workspace.scopes), "claimed_until": None}
        insert_or_replace(self._connection, SlackWorkspaceRow, [values])

    def erase(self, workspace_id: str) -> bool:
        """Forget a workspace with its tokens; False when nothing is known of it."""
        return bool(self._connection.execute(delete(_TABLE).where(_TABLE.c.id == workspace_id)).rowcount)

    def claim(self, workspace: Workspace, now: datetime, until: datetime) -> bool:
        """Take the right to renew these tokens; False while somebody else has it, or when they are others by now."""
        is_free = or_(_TABLE.c.claimed_until.is_(None), _TABLE.c.claimed_until <= now)
        return self._change(workspace, is_free, claimed_until=until)

    def keep(self, workspace: Workspace, tokens: str, renewed_at: datetime, expires_at: datetime | None) -> bool:
        """Put renewed tokens in the place of those of `workspace` and end the claim; False: they are others by now."""
        return self._change(
            workspace, tokens=tokens, renewed_at=renewed_at, expires_at=expires_at, trouble="", claimed_until=None
        )

    def fail(self, workspace: Workspace, trouble: str, until: datetime) -> bool:
        """Note why these tokens were not renewed; nobody tries it again before `until`."""
        return self._change(workspace, trouble=trouble, claimed_until=until)

    def reseal(self, workspace: Workspace, tokens: str) -> bool:
        """Put the same tokens under another seal; False: they are others by now."""
        return self._change(workspace, _TABLE.c.tokens == workspace.tokens, tokens=tokens)

    def _change(self, workspace: Workspace, *conditions: Any, **values: Any) -> bool:
        """Change a workspace as long as its tokens are those it was read with, under whichever seal."""
        is_same = (
            _TABLE.c.id == workspace.id,
            _TABLE.c.installed_at == workspace.installed_at,
            _TABLE.c.renewed_at == workspace.renewed_at,
        )
        changed = self._connection.execute(update(_TABLE).where(*is_same, *conditions).values(**values))
        return bool(changed.rowcount)


class StoredStates:
    """Fits `bot.slack.shelves.StateShelf`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, digest: str, now: datetime, expires_at: datetime) -> None:
        """Remember an installation that was begun, and drop those that are over."""
        self._connection.execute(delete(_STATES).where(_STATES.c.expires_at <= now))
        insert_once(self._connection, SlackStateRow, {"digest": digest, "expires_at": expires_at})

    def take(self, digest: str, now: datetime) -> bool:
        """End an installation that was begun; False for an unknown one, a second time, and when it is over."""
        taken = self._connection.execute(delete(_STATES).where(_STATES.c.digest == digest, _STATES.c.expires_at > now))
        return bool(taken.rowcount)


def _workspace(row: Row[Any]) -> Workspace:
    return Workspace(
        row.id,
        row.name,
        tuple(row.scopes.split()),
        row.tokens,
        row.installed_at,
        row.renewed_at,
        row.expires_at,
        row.trouble,
    )
