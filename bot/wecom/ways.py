"""WeCom's ways out, of which an installation may have some: webhooks into groups, an app to people and forwarders."""

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
    forwarders: Messenger | None = None

    async def post(self, parcel: Parcel) -> Receipt:
        """Send a parcel its way; raises NotSentError or AnswerLostError."""
        way = self._way(parcel)
        if way is not None:
            return await way.post(parcel)
        is_alone = parcel.room.is_direct or parcel.reply.to_forward
        raise NotSentError(_NO_APP if is_alone else f"{parcel.room.address}: {_NO_GROUPS}")

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return None: WeCom cannot be asked."""
        del parcel, since
        return None

    def _way(self, parcel: Parcel) -> Messenger | None:
        if parcel.reply.to_forward:
            return self.forwarders
        return self.people if parcel.room.is_direct else self.groups
