"""A whole running bot: how soon it is up, how much memory it keeps, and how fast it acknowledges under load."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest
from aiohttp import web

from bot.samples.engagements import sample_engagements
from bot.samples.filling import fill_with_samples
from handlers.digests.composition import compose_digest
from handlers.new_deliveries import new_delivery
from kpi.deliveries import CauseKind
from kpi.engagements import Platform
from storage.database import Database
from tests.bot.slack.payloads import SECRET, command, form_of, signed
from tests.habits.sources import ROOT
from tests.twins.slack_server import SlackServer

pytestmark = pytest.mark.benchmark

MOST_RESIDENT_MB = 200
MOST_START = 2.2
"""Times the processor seconds of a program that only loads the same libraries."""
ROUNDS = 4
"""How often both are started; the best counts, and the first may have to compile what it loads."""
NOWHERE = "http://127.0.0.1:9/"
CONSOLE = {"VIGIA_CONSOLE": "true"}
BOTH_PLATFORMS = {
    "VIGIA_SLACK_BOT_TOKEN": "xoxb-" + "a1" * 10,
    "VIGIA_SLACK_SIGNING_SECRET": SECRET,
    "VIGIA_SLACK_API_URL": NOWHERE,
    "VIGIA_WECOM_WEBHOOK_KEYS": '{"lumina": "693a91f6-7a00-4b9c-97a4-05d5ba1e2f90"}',
    "VIGIA_WECOM_CORP_ID": "ww0madeup0corp",
    "VIGIA_WECOM_AGENT_ID": "1000002",
    "VIGIA_WECOM_APP_SECRET": "s3cr3t-of-the-app",
    "VIGIA_WECOM_CALLBACK_TOKEN": "QDG6eK",
    "VIGIA_WECOM_CALLBACK_KEY": "jWmYm7qr5nMoAUwZRjGtBx" + "m" * 21,
    "VIGIA_WECOM_ROBOT_TOKEN": "QDG6eK",
    "VIGIA_WECOM_ROBOT_KEY": "jWmYm7qr5nMoAUwZRjGtBx" + "m" * 21,
    "VIGIA_WECOM_API_URL": NOWHERE,
}
PLATFORM_LIBRARIES = ("slack_bolt.async_app", "slackblocks", "wechatpy.work")
LONGEST_START_SECONDS = 30
MOST_STOP_SECONDS = 10
MOST_P99_SECONDS = 0.100
MOST_ANSWER_P95_SECONDS = 1.0
DIGESTS = 200
EVERY_SECONDS = 0.02
SETTLED_AFTER = timedelta(seconds=20)
"""A bot that starts looks at everything first; the wave comes to one that runs."""
COMMANDS = 3_000
KEPT = httpx.Limits(keepalive_expiry=2)
"""A connection is let go before the server ends it, at five seconds."""
LONGEST_ANSWER_SECONDS = 30


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Started:
    """A process that answers: its address, and what passed until it did, in seconds of the wall and of processors."""

    process: subprocess.Popen[bytes]
    url: str
    seconds: float
    processor_seconds: float


def _start(folder: Path, **settings: str) -> Started:
    """Start `vigia run` and wait until it answers."""
    port = _free_port()
    own = {"VIGIA_DATABASE_URL": f"sqlite:///{folder}/run.sqlite", "VIGIA_PORT": str(port)}
    return _started(folder, port, ["-m", "bot", "run"], own | settings)


def _start_bare(folder: Path, *libraries: str) -> Started:
    """Start a program that only loads the same libraries and wait until it answers."""
    port = _free_port()
    return _started(folder, port, [str(ROOT / "tests/benchmarks/bare_server.py"), str(port), *libraries], {})


def _started(folder: Path, port: int, program: Sequence[str], settings: dict[str, str]) -> Started:
    # An installation compiles its files once; a program that must not write that down compiles them at every start.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    inherited = {name: value for name, value in kept.items() if not name.startswith("VIGIA_")}
    environment = inherited | {"PYTHONPATH": str(ROOT)} | settings
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *program], env=environment, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    while not _answers(url):
        assert process.poll() is None, "it ended at once"
        assert time.perf_counter() - started < LONGEST_START_SECONDS, "it does not answer"
    return Started(process, url, time.perf_counter() - started, _processor_seconds(process))


def _processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return what a process and those it started have used of processors."""
    whole = psutil.Process(process.pid)
    times = [one.cpu_times() for one in (whole, *whole.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez", timeout=0.2).is_success
    except httpx.HTTPError:
        return False


def _resident(process: subprocess.Popen[bytes]) -> float:
    return float(psutil.Process(process.pid).memory_info().rss) / 1_000_000


@pytest.mark.parametrize(
    ("settings", "libraries"),
    [(CONSOLE, ()), (CONSOLE | BOTH_PLATFORMS, PLATFORM_LIBRARIES)],
    ids=["console", "console, Slack and WeCom"],
)
def test_an_idle_bot_is_up_little_later_than_its_libraries(
    tmp_path: Path, settings: dict[str, str], libraries: tuple[str, ...]
) -> None:
    """Whoever starts it anew waits for it; and it pays for no platform it does not serve."""
    Database(f"sqlite:///{tmp_path}/run.sqlite").migrate()
    bare, bots, resident = [], [], 0.0
    for _ in range(ROUNDS):
        bare.append(_start_bare(tmp_path, *libraries))
        _end(bare[-1].process)
        bots.append(_start(tmp_path, **settings))
        resident = max(resident, _resident(bots[-1].process))
        _end(bots[-1].process)
    least, least_bare = (min(one.processor_seconds for one in all_of) for all_of in (bots, bare))
    print(  # noqa: T201
        f"\nup after {least:.2f} s of processor (libraries alone {least_bare:.2f} s: {least / least_bare:.2f} times),"
        f" {min(one.seconds for one in bots):.1f} s of the wall ({min(one.seconds for one in bare):.1f} s),"
        f" {resident:.0f} MB"
    )
    assert least < MOST_START * least_bare
    assert resident < MOST_RESIDENT_MB


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_bot_is_small_and_soon_gone(tmp_path: Path, ending: signal.Signals) -> None:
    """It shares a small machine; and an open page of the console must not hold up its stop."""
    Database(f"sqlite:///{tmp_path}/run.sqlite").migrate()
    started = _start(tmp_path, **CONSOLE)
    process = started.process
    try:
        with httpx.stream("GET", f"{started.url}/console/events", params={"engagement": "none"}, timeout=5):
            resident = _resident(process)
            stopping = time.perf_counter()
            process.send_signal(ending)
            code = process.wait(MOST_STOP_SECONDS)
    finally:
        _end(process)
    print(  # noqa: T201
        f"\n{ending.name}: {resident:.0f} MB, gone in {time.perf_counter() - stopping:.1f} s with {code}"
    )
    assert resident < MOST_RESIDENT_MB
    assert code in {0, -ending, 128 + ending}


ROOMS = tuple(f"C0BENCH{number:04d}" for number in range(DIGESTS))


def _fill(folder: Path, due_after: timedelta) -> datetime:
    """Owe a digest with its picture to each of 200 Slack channels of one engagement; return from when on."""
    now = datetime.now(UTC)
    database = Database(f"sqlite:///{folder}/run.sqlite")
    database.migrate()
    fill_with_samples(database.work, now)
    sample = sample_engagements()[0]
    first = sample.rooms[0]
    rooms = tuple(
        replace(first, id=f"room-{number}", platform=Platform.SLACK, address=address, digest_at=None)
        for number, address in enumerate(ROOMS)
    )
    people = tuple(replace(one, handles=((Platform.SLACK, f"U0{one.id.upper()}"),)) for one in sample.people)
    engagement = replace(sample, rooms=rooms, people=people)
    due_at = now + due_after
    with database.work() as work:
        work.engagements.save(engagement, now)
        digest = compose_digest(work, engagement, now.date() - timedelta(days=2), now)
        work.digests.freeze(digest)
        for room in rooms:
            work.deliveries.add(new_delivery(f"bench/{room.id}", CauseKind.DIGEST, digest.id, engagement, room, due_at))
    database.close()
    return due_at


class TimedSlack(SlackServer):
    """A Slack that notes when each answer came in at its response URL."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[str, float] = {}
        self.all_answered = asyncio.Event()

    def _check(self, params: dict[str, Any]) -> str:
        """Leave out the look at blocks: it takes the processor from what is measured."""
        return ""

    async def _on_response(self, request: web.Request) -> web.StreamResponse:
        self.answered.setdefault(request.match_info["name"], time.perf_counter())
        if len(self.answered) == COMMANDS:
            self.all_answered.set()
        return await super()._on_response(request)


@dataclass
class Load:
    """Commands sent: when, how they were acknowledged, and when they were answered (seconds of one clock)."""

    sent: dict[str, float] = field(default_factory=dict)
    acknowledged: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    async def send(self, client: httpx.AsyncClient, server: TimedSlack, text: str) -> None:
        """Send one signed command and note how long its acknowledgement took."""
        name = uuid4().hex
        body = form_of(
            command(
                text, channel_id=ROOMS[0], user_id="U0ANA", trigger_id=name, response_url=server.response_url(name)
            ),
        )
        headers = signed(body, at=datetime.now(UTC))
        self.sent[name] = started = time.perf_counter()
        answer = await client.post("/slack/events", content=body, headers=headers)
        self.acknowledged.append(time.perf_counter() - started)
        self.statuses[answer.status_code] += 1

    def waits(self, server: TimedSlack) -> list[float]:
        """Return how long each answered command waited for its answer, sorted."""
        return sorted(server.answered[name] - at for name, at in self.sent.items() if name in server.answered)


@asynccontextmanager
async def _slack() -> AsyncIterator[TimedSlack]:
    server = TimedSlack()
    server.channels |= set(ROOMS)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def _loaded(url: str, server: TimedSlack) -> Load:
    """Send a signed command every 20 ms for a minute, every tenth a question of figures; wait for the answers."""
    load, begun = Load(), time.perf_counter()
    async with httpx.AsyncClient(base_url=url, timeout=10, limits=KEPT) as client, asyncio.TaskGroup() as sending:
        for number in range(COMMANDS):
            await asyncio.sleep(max(0.0, begun + number * EVERY_SECONDS - time.perf_counter()))
            text = "conversion 7d" if number % 10 == 0 else "help"
            sending.create_task(load.send(client, server, text))
    with suppress(TimeoutError):
        await asyncio.wait_for(server.all_answered.wait(), LONGEST_ANSWER_SECONDS)
    return load


def _of(sorted_times: list[float], share: float) -> float:
    return sorted_times[int(len(sorted_times) * share)]


async def test_fifty_commands_a_second_are_acknowledged_and_answered_while_two_hundred_digests_are_made(
    tmp_path: Path,
) -> None:
    """A seller's command must not wait for the morning's wave, and none may be lost."""
    begins_at = _fill(tmp_path, SETTLED_AFTER)
    async with _slack() as server:
        settings = {
            "VIGIA_SLACK_BOT_TOKEN": "xoxb-" + "a1" * 10,
            "VIGIA_SLACK_SIGNING_SECRET": SECRET,
            "VIGIA_SLACK_API_URL": server.api_url,
        }
        started = await asyncio.to_thread(_start, tmp_path, **settings)
        try:
            await asyncio.sleep((begins_at - datetime.now(UTC)).total_seconds())
            load = await _loaded(started.url, server)
            spent = psutil.Process(started.process.pid).cpu_times()
        finally:
            _end(started.process)
        digests = sum(channel in ROOMS for channel, messages in server.messages.items() if messages)
    times, waits = sorted(load.acknowledged), load.waits(server)
    print(  # noqa: T201
        f"\n{len(times)} acknowledgements during {digests} digests: median"
        f" {statistics.median(times) * 1000:.1f} ms, p99 {_of(times, 0.99) * 1000:.0f} ms, longest"
        f" {times[-1] * 1000:.0f} ms; {len(waits)} answers: median {statistics.median(waits) * 1000:.0f} ms, p95"
        f" {_of(waits, 0.95) * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms; {dict(load.statuses)};"
        f" {spent.user + spent.system:.1f} s of processor, start included"
    )
    assert load.statuses == {200: COMMANDS}
    assert len(waits) == COMMANDS
    assert 0 < digests < DIGESTS, "the wave has to last as long as the questions"
    p99, p95 = _of(times, 0.99), _of(waits, 0.95)
    assert p99 < MOST_P99_SECONDS
    assert p95 < MOST_ANSWER_P95_SECONDS
