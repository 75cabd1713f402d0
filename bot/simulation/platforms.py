"""Chat platforms made of memory: they keep what they are sent, can do what the real ones can, and have bad weather.

Slack and the console change and find their messages; a WeCom group only ever gets new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.messengers import AnswerLostError, NotAskedError, NotSentError, Parcel, Receipt, UnreachableError
from bot.simulation.journey import Journey, Says, Weather
from bot.slack.error_codes import sentence_for
from bot.slack.errors import RETRY_CONNECTION_AFTER, RETRY_LIMITED_AFTER
from bot.wecom import app_errors
from bot.wecom.errors import LIMITED, RefusedError
from handlers.messages import Reply
from handlers.ports import Clock
from kpi.deliveries import EDITABLE, Placing
from kpi.engagements import Person, Platform, Room

WEBHOOK_GONE = 93000
AWAY = frozenset({Weather.DOWN, Weather.LIMITED, Weather.ANSWERS_LOST})
"""Weather in which a platform answers no question."""


_UNREACHABLE = {
    Platform.SLACK: f"user_disabled: {sentence_for('user_disabled')}",
    Platform.WECOM: f"unlicenseduser: {app_errors.UNLICENSED}",
}


class Seen(StrEnum):
    """How a line of a room came to be there."""

    POSTED = "posted"
    CHANGED = "changed"
    ANSWERED = "answered"
    """In the thread of another message."""
    WRITTEN = "written"
    """By a person."""
    REPLIED = "replied"
    """To what a person wrote."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a room saw at an instant; `number` is its message's, `to` the one it answers, `before` what stood there."""

    at: datetime
    room: Room
    seen: Seen
    number: int
    reply: Reply | None = None
    author: Person | None = None
    text: str = ""
    to: int = 0
    before: Reply | None = None
    is_repeat: bool = False


@dataclass(slots=True)
class _Message:
    room: str
    delivery: str
    reply: Reply
    at: datetime


class Chats:
    """Every room of a journey, on all platforms; a Vigia that starts again finds them as they were."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self.at = journey.starts_at
        self.lines: list[Line] = []
        self._messages: dict[int, _Message] = {}
        self._last = 0

    def messengers(self, clock: Clock) -> Mapping[Platform, SimulatedMessenger]:
        """Return the ways out of a Vigia whose clock shows `clock`."""
        return {platform: SimulatedMessenger(self, self._journey, platform, clock) for platform in Platform}

    def write(self, says: Says) -> None:
        """Show what somebody wrote."""
        self.lines.append(
            Line(self.at, says.room, Seen.WRITTEN, self._next(), author=says.person, text=says.text),
        )

    def reply(self, says: Says, reply: Reply) -> None:
        """Show what they got for it."""
        self.lines.append(Line(self.at, says.room, Seen.REPLIED, self._next(), reply, author=says.person))

    def take(self, parcel: Parcel, at: datetime) -> str:
        """Take a message and return its id, or "" on a platform that gives none; `at` is on the sender's clock."""
        is_editable = parcel.room.platform in EDITABLE
        place = int(parcel.anchor) if is_editable and parcel.anchor else 0
        known = self._messages.get(place)
        if known is not None and parcel.placing is Placing.EDIT:
            before, known.reply, known.delivery = known.reply, parcel.reply, parcel.delivery
            self._show(parcel, Seen.CHANGED, place, before=before)
            return str(place)
        number = self._next()
        self._messages[number] = _Message(parcel.room.id, parcel.delivery, parcel.reply, at)
        is_answer = known is not None and parcel.placing is Placing.REPLY
        self._show(parcel, Seen.ANSWERED if is_answer else Seen.POSTED, number, to=place if is_answer else 0)
        return str(number) if is_editable else ""

    def find(self, room: Room, delivery: str, since: datetime) -> str | None:
        """Return the id of the message that shows a delivery, where the platform can be asked."""
        if room.platform not in EDITABLE:
            return None
        found = (
            str(number)
            for number, one in self._messages.items()
            if (one.room, one.delivery) == (room.id, delivery) and one.at >= since
        )
        return next(found, None)

    def _show(self, parcel: Parcel, seen: Seen, number: int, *, to: int = 0, before: Reply | None = None) -> None:
        line = Line(self.at, parcel.room, seen, number, parcel.reply, to=to, before=before, is_repeat=parcel.is_repeat)
        self.lines.append(line)

    def _next(self) -> int:
        self._last += 1
        return self._last


class SimulatedMessenger:
    """Fits `bot.messengers.Messenger` for one platform, and fails as the weather is."""

    def __init__(self, chats: Chats, journey: Journey, platform: Platform, clock: Clock) -> None:
        self._chats, self._journey, self._platform, self._clock = chats, journey, platform, clock

    async def post(self, parcel: Parcel) -> Receipt:
        """Take a parcel; raises NotSentError or AnswerLostError in bad weather."""
        weather = self._journey.weather_of(parcel.room, self._chats.at)
        if weather is not None and weather is not Weather.ANSWERS_LOST:
            raise refusal(parcel.room, weather)
        receipt = Receipt(self._chats.take(parcel, self._clock()))
        if weather is Weather.ANSWERS_LOST:
            raise AnswerLostError("the answer was lost")
        return receipt

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Return the id of a delivery's message; raises NotAskedError where a platform that can be asked is away."""
        weather = self._journey.weather_of(parcel.room, self._chats.at)
        if self._platform in EDITABLE and weather in AWAY:
            raise NotAskedError(weather)
        return self._chats.find(parcel.room, parcel.delivery, since)


def refusal(room: Room, weather: Weather) -> NotSentError:
    """Return how a room's platform says that it does not take a message."""
    if weather is Weather.DOWN:
        return NotSentError("connection failed: ConnectError", RETRY_CONNECTION_AFTER)
    if weather is Weather.UNREACHABLE:
        return UnreachableError(_UNREACHABLE.get(room.platform, str(weather)))
    if room.platform is Platform.WECOM and room.is_direct and weather is Weather.LIMITED:
        return app_errors.refusal(LIMITED)
    if room.platform is Platform.WECOM:
        return RefusedError(LIMITED if weather is Weather.LIMITED else WEBHOOK_GONE)
    if weather is Weather.LIMITED:
        return NotSentError("429: too many messages", RETRY_LIMITED_AFTER)
    return NotSentError(f"is_archived: {sentence_for('is_archived')}")
