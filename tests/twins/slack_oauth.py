"""The part of our own Slack that gives out tokens: codes, tokens that end, refresh tokens that are good once.

Sources: https://docs.slack.dev/reference/methods/oauth.v2.access, https://docs.slack.dev/reference/methods/auth.revoke,
https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

CLIENT_ID, CLIENT_SECRET = "111.222", "the-apps-own-secret"
LASTS = timedelta(hours=12)
BOT_USER = "U0VIGIA001"


@dataclass
class Team:
    """A workspace: the channels its bot is in, and the permissions people allow."""

    id: str
    name: str
    channels: set[str] = field(default_factory=set)
    scopes: str = ""
    is_organisation: bool = False


@dataclass
class Given:
    """A token that was given out."""

    team: Team
    ends_at: datetime | None = None
    is_revoked: bool = False


class TokenDesk:
    """Gives out and takes back tokens; without teams every token is as good as any other."""

    def __init__(self, now: Callable[[], datetime], *, rotates: bool = True) -> None:
        self.rotates = rotates
        self.teams: dict[str, Team] = {}
        self.given: dict[str, Given] = {}
        self.refreshes: dict[str, str] = {}
        """Refresh tokens that are still good, with the access token each came with."""
        self._codes: dict[str, Team] = {}
        self._now = now

    def team(self, team_id: str, name: str, *channels: str, **more: Any) -> Team:
        """Add a workspace."""
        self.teams[team_id] = Team(team_id, name, set(channels), **more)
        return self.teams[team_id]

    def allow(self, team: Team, scopes: str) -> str:
        """Let somebody allow Vigia in a workspace; return the code the browser brings back."""
        team.scopes = scopes
        code = f"code-{len(self._codes)}-{team.id}"
        self._codes[code] = team
        return code

    def uninstall(self, team: Team) -> None:
        """Revoke every token of a workspace."""
        for given in self.given.values():
            given.is_revoked = given.is_revoked or given.team is team
        self.refreshes = {one: access for one, access in self.refreshes.items() if self.given[access].team is not team}

    def refused(self, token: str) -> str:
        """Return why Slack does not take a token, or ""."""
        given = self.given.get(token)
        if given is None:
            return "invalid_auth"
        if given.is_revoked:
            return "token_revoked"
        return "token_expired" if given.ends_at is not None and given.ends_at <= self._now() else ""

    def carry_out(
        self,
        method: str,
        params: dict[str, Any],
        token: str,
        otherwise: Callable[[str, dict[str, Any]], dict[str, Any]],
    ) -> dict[str, Any]:
        """Carry out what the token may do; `otherwise` does what has nothing to do with tokens."""
        if method == "oauth.v2.access":
            return self.access(params)
        refused = self.refused(token)
        if refused:
            return {"ok": False, "error": refused}
        team = self.given[token].team
        if method == "auth.revoke":
            return self.revoke(token)
        if method == "auth.test":
            return {"ok": True, "user": "vigia", "team": team.name, "team_id": team.id}
        channel = str(params.get("channel") or "")
        if channel.startswith("C") and channel not in team.channels:
            return {"ok": False, "error": "channel_not_found"}
        return otherwise(method, params)

    def access(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer oauth.v2.access."""
        if params.get("client_id") != CLIENT_ID:
            return {"ok": False, "error": "invalid_client_id"}
        if params.get("client_secret") != CLIENT_SECRET:
            return {"ok": False, "error": "bad_client_secret"}
        if params.get("grant_type") == "refresh_token":
            access = self.refreshes.pop(str(params.get("refresh_token")), None)
            return self._give(self.given[access].team) if access else {"ok": False, "error": "invalid_refresh_token"}
        team = self._codes.pop(str(params.get("code")), None)
        return self._give(team) if team else {"ok": False, "error": "invalid_code"}

    def revoke(self, token: str) -> dict[str, Any]:
        """Answer auth.revoke."""
        self.given[token].is_revoked = True
        return {"ok": True, "revoked": True}

    def _give(self, team: Team) -> dict[str, Any]:
        number = len(self.given) + 1
        access = f"{'xoxe.' if self.rotates else ''}xoxb-made-up-{number}-{team.id}"
        self.given[access] = Given(team, self._now() + LASTS if self.rotates else None)
        rotating: dict[str, Any] = {}
        if self.rotates:
            refresh = f"xoxe-1-made-up-{number}"
            rotating = {"refresh_token": refresh, "expires_in": int(LASTS.total_seconds())}
            self.refreshes[refresh] = access
        return {
            "ok": True,
            "access_token": access,
            "token_type": "bot",
            "scope": team.scopes,
            "bot_user_id": BOT_USER,
            "app_id": "A0VIGIA001",
            "team": None if team.is_organisation else {"id": team.id, "name": team.name},
            "enterprise": {"id": "E0ORG00001", "name": team.name} if team.is_organisation else None,
            "is_enterprise_install": team.is_organisation,
            "authed_user": {"id": "U024ANA"},
            **rotating,
        }
