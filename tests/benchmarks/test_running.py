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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

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
MOST_START_SECONDS = 3.0
MOST_STOP_SECONDS = 10
MOST_P99_SECONDS = 0.150
DIGESTS = 200
EVERY_SECONDS = 0.02
LONGEST_WAVE_SECONDS = 120


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(folder: Path, **settings: str) -> tuple[subprocess.Popen[bytes], str, float]:
    """Start `vigia run`; return the process, its address and the seconds until it answered."""
    port = _free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("VIGIA_")}
    own = {"VIGIA_DATABASE_URL": f"sqlite:///{folder}/run.sqlite", "VIGIA_PORT": str(port), "PYTHONPATH": str(ROOT)}
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=inherited | own | settings, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    while not _answers(url):
        assert process.poll() is None, "vigia run ended at once"
        assert time.perf_counter() - started < 10 * MOST_START_SECONDS, "vigia run does not answer"
    return process, url, time.perf_counter() - started


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


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_bot_is_small_soon_there_and_soon_gone(tmp_path: Path, ending: signal.Signals) -> None:
    """It shares a small machine; and an open page of the console must not hold up its stop."""
    process, url, seconds = _start(tmp_path, VIGIA_CONSOLE="true")
    try:
        with httpx.stream("GET", f"{url}/console/events", params={"engagement": "none"}, timeout=5):
            resident = _resident(process)
            stopping = time.perf_counter()
            process.send_signal(ending)
            code = process.wait(MOST_STOP_SECONDS)
    finally:
        _end(process)
    print(  # noqa: T201
        f"\n{ending.name}: up after {seconds:.1f} s, {resident:.0f} MB, gone in"
        f" {time.perf_counter() - stopping:.1f} s with {code}"
    )
    assert seconds < MOST_START_SECONDS
    assert resident < MOST_RESIDENT_MB
    assert code in {0, -ending, 128 + ending}


ROOMS = tuple(f"C0BENCH{number:04d}" for number in range(DIGESTS))


def _fill(folder: Path) -> None:
    """Owe a digest with its picture to each of 200 Slack channels of one engagement."""
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
    engagement = replace(sample, rooms=rooms)
    with database.work() as work:
        work.engagements.save(engagement, now)
        digest = compose_digest(work, engagement, now.date() - timedelta(days=2), now)
        work.digests.freeze(digest)
        for room in rooms:
            work.deliveries.add(new_delivery(f"bench/{room.id}", CauseKind.DIGEST, digest.id, engagement, room, now))
    database.close()


@asynccontextmanager
async def _slack() -> AsyncIterator[SlackServer]:
    server = SlackServer()
    server.channels |= set(ROOMS)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def _acknowledged(url: str, server: SlackServer) -> list[float]:
    """Send a signed command every 20 ms until the wave is over; return how long each acknowledgement took."""
    times: list[float] = []
    ends = time.perf_counter() + LONGEST_WAVE_SECONDS
    async with httpx.AsyncClient(base_url=url, timeout=10) as client:

        async def one() -> None:
            body = form_of(command("help", channel_id=ROOMS[0], trigger_id=uuid4().hex))
            started = time.perf_counter()
            answer = await client.post("/slack/events", content=body, headers=signed(body, at=datetime.now(UTC)))
            times.append(time.perf_counter() - started)
            assert answer.status_code == httpx.codes.OK

        pending: set[asyncio.Task[None]] = set()
        while len(server.of("files.completeUploadExternal")) < DIGESTS and time.perf_counter() < ends:
            task = asyncio.create_task(one())
            pending.add(task)
            task.add_done_callback(pending.discard)
            await asyncio.sleep(EVERY_SECONDS)
        await asyncio.gather(*pending)
    return times


async def test_slack_is_acknowledged_in_time_while_two_hundred_digests_are_made(tmp_path: Path) -> None:
    """A seller's command must not wait for the morning's wave: 99 of 100 are acknowledged within 150 ms."""
    _fill(tmp_path)
    async with _slack() as server:
        settings = {
            "VIGIA_SLACK_BOT_TOKEN": "xoxb-" + "a1" * 10,
            "VIGIA_SLACK_SIGNING_SECRET": SECRET,
            "VIGIA_SLACK_API_URL": server.api_url,
        }
        process, url, _ = await asyncio.to_thread(_start, tmp_path, **settings)
        try:
            times = sorted(await _acknowledged(url, server))
        finally:
            _end(process)
        pictures = len(server.of("files.completeUploadExternal"))
    p99 = times[int(len(times) * 0.99)]
    print(  # noqa: T201
        f"\n{len(times)} acknowledgements during {pictures} digests: median"
        f" {statistics.median(times) * 1000:.1f} ms, p99 {p99 * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms"
    )
    assert pictures == DIGESTS
    assert p99 < MOST_P99_SECONDS
