"""One webhook, several replicas: WeCom counts them together, and so do they."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.messengers import NotSentError
from bot.wecom.limits import (
    MESSAGES_TO_A_PERSON_PER_HOUR,
    MESSAGES_TO_A_PERSON_PER_MINUTE,
    OUR_MESSAGES_PER_MINUTE,
    OUR_MESSAGES_TO_A_PERSON_PER_HOUR,
    OUR_MESSAGES_TO_A_PERSON_PER_MINUTE,
)
from bot.wecom.messenger import Aids, WeComMessenger
from bot.wecom.pace import HOUR, MINUTE, TO_A_PERSON
from bot.wecom.shared_pace import SharedPace
from bot.wecom.webhook import GroupWebhooks
from storage.database import Database
from tests.bot.wecom.samples import a_parcel
from tests.twins.clock import FakeClock
from tests.twins.naps import Naps
from tests.twins.wecom_server import KEY, PER_MINUTE, WeComServer

SECRET, OTHER = SecretStr(KEY), SecretStr("another-made-up-key")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return the database replicas share."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def replicas(database: Database, clock: FakeClock, naps: Naps) -> tuple[SharedPace, SharedPace]:
    """Return turns of two copies of Vigia."""
    return SharedPace(database.work, clock, naps.sleep), SharedPace(database.work, clock, naps.sleep)


async def test_two_replicas_share_the_turns_of_a_minute(replicas: tuple[SharedPace, SharedPace], naps: Naps) -> None:
    """The limit passes between them, one past it waits; another group's webhook does not."""
    for number in range(OUR_MESSAGES_PER_MINUTE):
        assert await replicas[number % 2].turn(SECRET, 0) is None
    assert await replicas[0].turn(SECRET, 10) == 60
    assert await replicas[1].turn(SECRET, 10) == 60
    assert await replicas[1].turn(OTHER, 0) is None
    assert naps.taken == []


async def test_all_at_once_nobody_takes_a_turn_twice(replicas: tuple[SharedPace, SharedPace], naps: Naps) -> None:
    """Forty ask in the same moment: fifteen now, fifteen a minute later, ten in two."""
    await asyncio.gather(*(replicas[number % 2].turn(SECRET, 300) for number in range(40)))
    assert sorted(naps.taken) == [60.0] * 15 + [120.0] * 10


async def test_what_one_replica_is_told_to_wait_the_other_waits_too(
    replicas: tuple[SharedPace, SharedPace], clock: FakeClock
) -> None:
    """After 45009 every further message would only make it longer."""
    await replicas[0].block(SECRET)
    assert await replicas[1].turn(SECRET, 10) == 60
    clock.advance(timedelta(seconds=60))
    assert await replicas[1].turn(SECRET, 0) is None


async def test_two_replicas_share_what_one_person_may_be_sent(database: Database, clock: FakeClock, naps: Naps) -> None:
    """What goes past a person's limits WeCom drops without a word; another person is not kept waiting."""
    first, second = (SharedPace(database.work, clock, naps.sleep, TO_A_PERSON, "people") for _ in range(2))
    for number in range(OUR_MESSAGES_TO_A_PERSON_PER_MINUTE):
        assert await (first, second)[number % 2].turn("ana", 0) is None
    assert await first.turn("ana", 10) == await second.turn("ana", 10) == MINUTE
    assert await second.turn("bruno", 0) is None
    assert OUR_MESSAGES_TO_A_PERSON_PER_MINUTE < MESSAGES_TO_A_PERSON_PER_MINUTE == 30
    assert OUR_MESSAGES_TO_A_PERSON_PER_HOUR < MESSAGES_TO_A_PERSON_PER_HOUR == 1000


async def test_one_past_a_persons_hour_waits_for_the_hour(database: Database, clock: FakeClock, naps: Naps) -> None:
    """Ever as many as a minute allows: the hour's limit counts those of all its minutes."""
    pace = SharedPace(database.work, clock, naps.sleep, TO_A_PERSON, "people")
    began_at = clock()
    for number in range(OUR_MESSAGES_TO_A_PERSON_PER_HOUR):
        if number and number % OUR_MESSAGES_TO_A_PERSON_PER_MINUTE == 0:
            clock.advance(timedelta(seconds=MINUTE))
        assert await pace.turn("ana", 0) is None
    passed = (clock() - began_at).total_seconds()
    assert await pace.turn("ana", 0) == HOUR - passed
    clock.advance(timedelta(seconds=HOUR - passed))
    assert await pace.turn("ana", 0) is None


async def test_a_webhook_and_a_person_of_one_name_are_kept_apart(
    database: Database, clock: FakeClock, naps: Naps
) -> None:
    """And of neither the name is in the database."""
    people = SharedPace(database.work, clock, naps.sleep, TO_A_PERSON, "people")
    webhooks = SharedPace(database.work, clock, naps.sleep)
    await people.block("ana.souza")
    assert await webhooks.turn("ana.souza", 0) is None
    files = Path(str(database.engine.url.database)).parent
    assert not any(b"ana.souza" in path.read_bytes() for path in files.iterdir())


async def test_two_messengers_never_meet_wecoms_limit(
    database: Database, clock: FakeClock, naps: Naps, wecom: WeComServer, webhooks: GroupWebhooks
) -> None:
    """Thirty messages through one webhook: all arrive, none is refused, and no key is in the database."""

    async def nap(seconds: float) -> None:
        await naps.sleep(seconds)
        clock.advance(timedelta(seconds=seconds))

    def messenger() -> WeComMessenger:
        turns = SharedPace(database.work, clock, nap)
        return WeComMessenger(webhooks, {"lumina-group": KEY}, naps.seconds, nap, Aids(turns=turns))

    both = messenger(), messenger()
    sent = 0
    while sent < PER_MINUTE + 10:
        try:
            await both[sent % 2].post(a_parcel())
        except NotSentError as error:
            await nap((error.retry_after or timedelta(0)).total_seconds())
        else:
            sent += 1
    assert len(wecom.posted) == PER_MINUTE + 10
    assert wecom.calls == PER_MINUTE + 10
    files = Path(str(database.engine.url.database)).parent
    assert not any(KEY.encode() in path.read_bytes() for path in files.iterdir())
