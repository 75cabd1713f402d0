"""What Slack sends is acknowledged, also when Bolt cannot make sense of it: else Slack sends it three times more.

Bolt answers 404 to what no listener takes, and raises for payloads that are JSON but of another shape. Over Socket Mode
both would be silence.
"""

from __future__ import annotations

from collections.abc import Awaitable

import structlog
from slack_bolt.response import BoltResponse

OK = 200
NOT_FOUND = 404

_LOG = structlog.get_logger(__name__)


async def acknowledged(dispatched: Awaitable[BoltResponse]) -> BoltResponse:
    """Return Bolt's answer, or an empty acknowledgement where it has none; what was wrong is one log line."""
    try:
        response = await dispatched
    except Exception:  # noqa: BLE001 - the edge: what Slack sent once in a strange shape, it would send again
        _LOG.exception("slack_payload_not_understood")
        return BoltResponse(status=OK)
    if response.status == OK:
        return response
    if response.status == NOT_FOUND:
        _LOG.warning("slack_payload_not_expected")
    else:
        _LOG.error("slack_payload_not_answered", status=response.status)
    return BoltResponse(status=OK)


def log_retry(number: str, reason: str) -> None:
    """Leave a line of an event that Slack delivers again, with Slack's own reason."""
    if number:
        _LOG.info("slack_event_retried", number=number, reason=reason)
