"""Puts stored tokens under the newest secret, so that older ones may be dropped."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.shelves import OpenShelves, WorkspaceShelf
from bot.slack.token_seal import TokenSeal
from kpi.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many tokens are under the newest secret now, and the workspaces whose tokens no secret opens."""

    count: int
    unopened: tuple[Workspace, ...]


def reseal_all(shelves: OpenShelves, seal: TokenSeal) -> Resealed:
    """Put the tokens of every workspace under the newest secret, in one transaction."""
    with shelves() as opened:
        known = opened.workspaces.all()
        unopened = tuple(one for one in known if not _is_resealed(opened.workspaces, one, seal))
    return Resealed(len(known) - len(unopened), unopened)


def _is_resealed(shelf: WorkspaceShelf, workspace: Workspace, seal: TokenSeal) -> bool:
    found: Workspace | None = workspace
    while found is not None:
        sealed = seal.renewed(found.tokens)
        if sealed is None or shelf.reseal(found, sealed):
            return sealed is not None
        found = shelf.get(workspace.id)  # renewed meanwhile
    return True
