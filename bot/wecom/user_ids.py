"""Who wrote to the robot: WeCom may hide user ids from it, and only the company's app can tell whose they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog

from bot.messengers import AnswerLostError, NotSentError

MOST_REMEMBERED = 5_000
"""People whose ids are remembered: more than write to one robot."""

_LOG = structlog.get_logger(__name__)


class UserIds:
    """Plain user ids, lower-cased; without an app, ids are taken as they come."""

    def __init__(self, ask: Callable[[str], Awaitable[str]] | None) -> None:
        """Take what asks WeCom whose an id is; it raises NotSentError or AnswerLostError."""
        self._ask = ask
        self._known: OrderedDict[str, str] = OrderedDict()

    async def of(self, given: str) -> str:
        """Return whose an id is. While WeCom cannot be asked it stays as it is: nobody is known by a hidden one."""
        if self._ask is None:
            return given.lower()
        if given not in self._known:
            try:
                self._known[given] = (await self._ask(given)).lower()
            except (NotSentError, AnswerLostError) as error:
                _LOG.warning("wecom_user_id_unresolved", reason=error.reason)
                return given.lower()
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return self._known[given]
