"""At most fifteen messages a minute through one webhook."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.wecom.limits import MESSAGES_PER_MINUTE, OUR_MESSAGES_PER_MINUTE
from bot.wecom.pace import Pace
from tests.twins.naps import Naps

KEY, OTHER = SecretStr("made-up-a"), SecretStr("made-up-b")


@pytest.fixture
def pace(naps: Naps) -> Pace:
    """Return turns on a clock that moves only when it is slept on."""
    return Pace(naps.seconds, naps.sleep)


async def test_fifteen_go_at_once_and_the_sixteenth_waits_a_minute(pace: Pace, naps: Naps) -> None:
    """The limit itself passes, one past it waits; another group's webhook does not."""
    for _ in range(OUR_MESSAGES_PER_MINUTE):
        assert await pace.turn(KEY, 100) is None
    assert naps.taken == []
    await pace.turn(OTHER, 100)
    assert naps.taken == []
    await pace.turn(KEY, 100)
    assert naps.taken == [60]


async def test_nobody_waits_longer_than_needed(pace: Pace, naps: Naps) -> None:
    """Fifteen turns, two seconds apart: the next one is free a minute after the first of them, not after the last."""
    for _ in range(OUR_MESSAGES_PER_MINUTE):
        await pace.turn(KEY, 100)
        naps.now += 2
    await pace.turn(KEY, 100)
    assert naps.taken == [30]


async def test_a_turn_too_far_away_is_not_taken(pace: Pace, naps: Naps) -> None:
    """The delivery goes back instead of waiting; the turn stays free for the next one."""
    for _ in range(OUR_MESSAGES_PER_MINUTE):
        await pace.turn(KEY, 0)
    assert await pace.turn(KEY, 59) == 60
    assert await pace.turn(KEY, 59) == 60
    assert naps.taken == []


async def test_a_blocked_key_rests_for_a_minute(pace: Pace, naps: Naps) -> None:
    """After 45009 every further message would only make it longer."""
    await pace.block(KEY)
    assert await pace.turn(KEY, 10) == 60
    naps.now += 60
    assert await pace.turn(KEY, 10) is None


@given(st.lists(st.floats(0, 30), min_size=1, max_size=80))
async def test_no_minute_ever_holds_more_than_fifteen(pauses: list[float]) -> None:
    """However the messages come: in any 60 seconds at most fifteen, in the order they were asked for."""
    naps, sent = Naps(), []
    pace = Pace(naps.seconds, naps.sleep)
    for pause in pauses:
        naps.now += pause
        await pace.turn(KEY, 1000)
        sent.append(naps.now)
    assert sent == sorted(sent)
    assert all(sum(at - 60 < other <= at for other in sent) <= OUR_MESSAGES_PER_MINUTE for at in sent)
    assert OUR_MESSAGES_PER_MINUTE < MESSAGES_PER_MINUTE
