"""What Slack counts: messages of a channel, calls of a method, posts to a response URL, seconds of a trigger.

Sources: https://docs.slack.dev/apis/web-api/rate-limits and
https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60
TRIGGER_SECONDS = 3
SECONDS_BETWEEN_MESSAGES = 1.0
WINDOW_SECONDS = 60.0
CALLS_PER_MINUTE = {
    "chat.update": 50,
    "chat.postEphemeral": 100,
    "conversations.history": 50,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "files.info": 100,
    "pins.add": 20,
    "users.info": 100,
    "views.open": 100,
    "views.publish": 100,
}
"""What each method's tier promises."""


def _standing() -> float:
    return 0.0


@dataclass
class Rules:
    """Counts by the monotonic clock `seconds`; with a clock that stands, as by default, nothing is too fast or late."""

    seconds: Callable[[], float] = _standing
    _said_at: dict[str, float] = field(default_factory=dict)
    _called_at: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _uses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _issued_at: dict[str, float] = field(default_factory=dict)

    def retry_after(self, method: str, channel: str = "") -> int:
        """Return for how many seconds a call is refused; 0: it is taken, and counts."""
        if self.seconds is _standing:
            return 0
        if method == "chat.postMessage":
            return self._wait_for_channel(channel)
        return self._wait_for_tier(method)

    def issue(self, name: str) -> str:
        """Begin the life of a trigger or a response URL."""
        self._issued_at.setdefault(name, self.seconds())
        return name

    def has_expired(self, name: str, after: float) -> bool:
        """Tell whether a trigger or response URL is too old; one that was never issued here is not."""
        return self.seconds() - self._issued_at.get(name, self.seconds()) > after

    def takes_response(self, name: str) -> bool:
        """Tell whether a response URL takes one more post."""
        self._uses[name] += 1
        return self._uses[name] <= RESPONSE_URL_USES and not self.has_expired(name, RESPONSE_URL_SECONDS)

    def _wait_for_channel(self, channel: str) -> int:
        since = self.seconds() - self._said_at.get(channel, -math.inf)
        if since < SECONDS_BETWEEN_MESSAGES:
            return 1
        self._said_at[channel] = self.seconds()
        return 0

    def _wait_for_tier(self, method: str) -> int:
        called, now = self._called_at[method], self.seconds()
        while called and now - called[0] >= WINDOW_SECONDS:
            called.popleft()
        if len(called) >= CALLS_PER_MINUTE.get(method, math.inf):
            return math.ceil(WINDOW_SECONDS - (now - called[0]))
        called.append(now)
        return 0
