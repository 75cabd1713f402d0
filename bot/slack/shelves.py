"""Where replicas find the workspaces that installed Vigia, and the installations that were begun."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from kpi.workspaces import Workspace

_Made = TypeVar("_Made")


class WorkspaceShelf(Protocol):
    """Workspaces; their tokens are texts it cannot read."""

    def all(self) -> tuple[Workspace, ...]:
        """Return every workspace, ordered by id."""

    def get(self, workspace_id: str) -> Workspace | None:
        """Return one workspace, or None."""

    def install(self, workspace: Workspace) -> None:
        """Create or replace a workspace; a claim on its earlier tokens ends."""

    def erase(self, workspace_id: str) -> bool:
        """Forget a workspace with its tokens; False when nothing is known of it."""

    def claim(self, workspace: Workspace, now: datetime, until: datetime) -> bool:
        """Take the right to renew these tokens; False while somebody else has it, or when they are others by now."""

    def keep(self, workspace: Workspace, tokens: str, renewed_at: datetime, expires_at: datetime | None) -> bool:
        """Put renewed tokens in the place of those of `workspace` and end the claim; False: they are others by now."""

    def fail(self, workspace: Workspace, trouble: str, until: datetime) -> bool:
        """Note why these tokens were not renewed; nobody tries it again before `until`."""

    def reseal(self, workspace: Workspace, tokens: str) -> bool:
        """Put the same tokens under another seal; False: they are others by now."""


class StateShelf(Protocol):
    """Installations that somebody began in their browser, as digests."""

    def keep(self, digest: str, now: datetime, expires_at: datetime) -> None:
        """Remember an installation that was begun, and drop those that are over."""

    def take(self, digest: str, now: datetime) -> bool:
        """End an installation that was begun; False for an unknown one, a second time, and when it is over."""


class Shelves(Protocol):
    """A unit of work over both."""

    @property
    def workspaces(self) -> WorkspaceShelf:
        """Workspaces."""

    @property
    def install_states(self) -> StateShelf:
        """Installations that were begun."""


OpenShelves = Callable[[], AbstractContextManager[Shelves]]


async def on_shelves(shelves: OpenShelves, do: Callable[[Shelves], _Made]) -> _Made:
    """Do something in a unit of work of its own, in a worker thread."""

    def work() -> _Made:
        with shelves() as opened:
            return do(opened)

    return await asyncio.to_thread(work)
