"""WeCom's two ways out, of which an installation may have one: webhooks into groups, an app to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.messengers import Messenger, NotSentError, Parcel, Receipt
from kpi.phrases import phrase

_NO_APP = phrase("WeCom's app is not set up, so nobody can be written to alone there.")
_NO_GROUPS = phrase("The settings hold no WeCom webhook of this name.")


@dataclass(frozen=True, slots=True)
class WeComWays:
    """Fits `bot.messengers.Messenger`."""

    groups: Messenger | None
    people: Messenger | None

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel its way; raises NotSentError or AnswerLostError."""
        way = self.people if parcel.room.is_direct else self.groups
        if way is None:
            raise NotSentError(_NO_APP if parcel.room.is_direct else f"{parcel.room.address}: {_NO_GROUPS}")
        return await way.post(parcel)

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return None: WeCom cannot be asked."""
        del parcel, since
        return None
