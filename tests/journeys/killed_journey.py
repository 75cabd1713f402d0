"""The main journey in a process that is killed at random moments, between a Slack and a WeCom on loopback that stay.

`tests/benchmarks/kills.py` kills it 200 times and prints what came of it; `make benchmarks` does a few. The process
writes where it is into a log that survives it; a new one starts from there, as after a crash.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import random
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Self

from aiohttp import web

from bot.logs import configure_logs
from bot.messengers import Messenger
from bot.opening import open_database
from bot.scratch import scratch_settings
from bot.simulation.figures import CALLS
from bot.simulation.journey import Journey, Says
from bot.simulation.journey_file import read_journey
from bot.simulation.living import Life, Onlooker
from bot.simulation.platforms import Chats
from bot.simulation.sales import learnt_in
from bot.slack import pace
from bot.slack.access import SlackAccess
from bot.slack.gateway import create_gateway
from bot.slack.messenger import SlackMessenger
from bot.wecom.messenger import WeComMessenger
from bot.wecom.webhook import GroupWebhooks
from handlers.messages import Reply
from handlers.ports import Clock
from handlers.watch.past_mornings import Learnt
from kpi.deliveries import Delivery, DeliveryState, Placing
from kpi.engagements import Platform
from storage.database import Database
from tests.habits.sources import ROOT
from tests.twins.slack_server import SlackServer
from tests.twins.wecom_server import KEY, WeComServer

SEED = 4
KILLS_A_JOURNEY = 10
ANSWERS_AFTER_SECONDS = 0.15
"""How long the platforms have a message before they say so: what is killed meanwhile never hears it."""
ENDS_WITHIN_SECONDS = 240.0
BEFORE_THE_INCIDENT = datetime(2026, 9, 16, 8, 50, tzinfo=UTC)
AFTER_THE_END = datetime(2026, 9, 20, 15, 30, tzinfo=UTC)
SENT_AGAIN = "重发"
"""How WeCom's messages are marked that may have been there before."""


def the_journey() -> Journey:
    """Return the journey of the documentation, up to the incident's verified end."""
    return replace(read_journey(ROOT / "docs/journeys/nobody-answers.toml"), until=AFTER_THE_END)


@dataclass(frozen=True)
class Place:
    """Where one journey happens; everything in it outlives the process."""

    database: str
    learnt: str
    log: str
    slack: str
    wecom: str


class Diary(Onlooker):
    """Writes what happens into a file at once: each line is one write, which a kill cannot take back."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def _write(self, **line: object) -> None:
        os.write(self._file, (json.dumps({**line, "wall": time.time()}) + "\n").encode())

    def moves_on(self, at: datetime) -> None:
        """Write down the moment."""
        self._write(at=at.isoformat())

    def answers(self, says: Says, reply: Reply | None) -> None:
        """Write down that somebody got an answer, or that their words had been heard before the kill."""
        self._write(said=says.at.isoformat())

    def owes_call(self, incident: str, number: int, due_at: datetime) -> None:
        """Write down when a call was due."""
        self._write(call=f"{incident}/{number}", due=due_at.isoformat())


def run(place: Place) -> None:
    """Live through the journey from where the log ends: what the child process does."""
    vars(pace)["SECONDS_BETWEEN_MESSAGES"] = 0.0  # Slack's pace is real time, which a journey has none of
    settings = scratch_settings(Path(place.database), 8321).model_copy(update={"log_level": "error"})
    configure_logs(settings)
    journey, database = the_journey(), Database(settings.database_url)
    learnt: tuple[Learnt, ...] = pickle.loads(Path(place.learnt).read_bytes())  # noqa: S301 - our own, of a minute ago
    lines = list(diary_of(place.log))
    moments = [datetime.fromisoformat(line["at"]) for line in lines if "at" in line]
    heard = {line["said"] for line in lines if "said" in line}
    said = sum(one.at.isoformat() in heard for one in journey.said)
    life = Life(journey, database, lambda clock: _messengers(place, clock), Diary(place.log), learnt)
    asyncio.run(life.live(moments[-1] if moments else BEFORE_THE_INCIDENT, said))
    database.close()


def _messengers(place: Place, clock: Clock) -> Mapping[Platform, Messenger]:
    async def turn_over(_seconds: float) -> None:
        """Wait for nothing: the time of a journey passes by itself."""

    slack = create_gateway(SlackAccess("not-a-secret", "tok-not-a-token", None, place.slack))
    wecom = WeComMessenger(GroupWebhooks(place.wecom), {"lumina-group": KEY}, lambda: clock().timestamp(), turn_over)
    return {Platform.SLACK: SlackMessenger(slack), Platform.WECOM: wecom}


def diary_of(path: str) -> Iterator[Mapping[str, str]]:
    """Yield the lines of a log."""
    if Path(path).exists():
        yield from map(json.loads, Path(path).read_text(encoding="utf-8").splitlines())


def prepare(folder: Path) -> Path:
    """Live up to the morning of the incident; return the database every killed journey starts from."""
    path = folder / "before.sqlite"
    settings = scratch_settings(path, 8321).model_copy(update={"log_level": "error"})
    configure_logs(settings)
    journey, database = replace(the_journey(), until=BEFORE_THE_INCIDENT, said=()), open_database(settings)
    learnt = learnt_in(the_journey())
    _learnt_of(path).write_bytes(pickle.dumps(tuple(one for one in learnt if one.at >= BEFORE_THE_INCIDENT)))
    life = Life(journey, database, Chats(journey).messengers, Onlooker(), learnt)
    life.settle_in()
    asyncio.run(life.live())
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


class Witness(SlackServer):
    """A Slack that takes its time to answer and remembers when each message came, by the id of its delivery."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, list[float]] = defaultdict(list)
        self.channels = {"C0OPS00001"}

    async def _on_method(self, request: web.Request) -> web.StreamResponse:
        answer = await super()._on_method(request)
        await asyncio.sleep(ANSWERS_AFTER_SECONDS)
        return answer

    def _post(self, params: dict[str, Any]) -> dict[str, Any]:
        metadata = params["metadata"]
        delivery = json.loads(metadata) if isinstance(metadata, str) else metadata
        self.came[delivery["event_payload"]["delivery"]].append(time.time())
        return super()._post(params)


class SlowWeCom(WeComServer):
    """A WeCom that has taken a message for a while when it says so."""

    async def _answer(self, method: str, target: str, body: bytes) -> bytes | None:
        answer = await super()._answer(method, target, body)
        await asyncio.sleep(ANSWERS_AFTER_SECONDS)
        return answer


@dataclass
class Result:
    """What came of some journeys; times are in seconds."""

    kills: int = 0
    journeys: int = 0
    pages: int = 0
    messages: int = 0
    repeated: int = 0
    left_unknown: list[str] = field(default_factory=list)
    """Killed again while it was sent once more: a person is asked, and the next message says how all stands."""
    faults: list[str] = field(default_factory=list)
    simulated: list[float] = field(default_factory=list)
    real: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the figures for a page."""
        return "\n".join(
            (
                f"{self.kills} kills in {self.journeys} journeys; {self.pages} pages, {self.messages} messages",
                f"repeated in WeCom and marked: {self.repeated}; faults: {len(self.faults)}",
                f"killed twice and left to a person: {len(self.left_unknown)}",
                f"due to page, simulated: median {median(self.simulated):.0f} s, worst {max(self.simulated):.0f} s",
                f"due to page, real: median {median(self.real) * 1e3:.0f} ms, worst {max(self.real) * 1e3:.0f} ms",
                *self.left_unknown,
                *self.faults,
            )
        )


async def killed(kills: int, seed: int, folder: Path) -> Result:
    """Kill so many times at moments spread evenly over the journey, and judge each journey at its end."""
    context = get_context("forkserver")
    context.set_forkserver_preload([run.__module__])
    chance, result = random.Random(seed), Result()
    before = await asyncio.to_thread(prepare, folder)
    seconds, reference = await _whole_journey(context.Process, before, folder)
    while result.kills < kills:
        result.journeys += 1
        async with _Stage(before, folder) as stage:
            for _ in range(min(KILLS_A_JOURNEY, kills - result.kills)):
                process = context.Process(target=run, args=(stage.place,))
                process.start()
                await stage.goes_on(process)
                await asyncio.to_thread(process.join, chance.uniform(0.0, 1.6 * seconds / KILLS_A_JOURNEY))
                result.kills += process.exitcode is None
                process.kill()
                await asyncio.to_thread(process.join)
            await _to_the_end(context.Process(target=run, args=(stage.place,)))
            stage.judge(result, reference)
    return result


async def _whole_journey(process: type[ForkServerProcess], before: Path, folder: Path) -> tuple[float, Reference]:
    """Return how long the journey takes when nobody kills it, and what comes of it."""
    async with _Stage(before, folder) as stage:
        await _to_the_end(process(target=run, args=(stage.place,)))
        lines = list(diary_of(stage.place.log))
        return float(lines[-1]["wall"]) - float(lines[0]["wall"]), stage.reference()


async def _to_the_end(process: ForkServerProcess) -> None:
    process.start()
    await asyncio.to_thread(process.join, ENDS_WITHIN_SECONDS)
    assert process.exitcode == 0, f"the journey did not end well: {process.exitcode}"


@dataclass(frozen=True)
class Reference:
    """What an undisturbed journey does: the once-only keys of its pages, the seller's headlines, and people's acts."""

    pages: frozenset[str]
    headlines: frozenset[str]
    acts: tuple[str, ...]


class _Stage:
    """One journey's database, log, Slack and WeCom."""

    def __init__(self, before: Path, folder: Path) -> None:
        self._before = before
        self._folder = TemporaryDirectory(dir=folder)
        self.slack, self.wecom = Witness(), SlowWeCom(_fast_seconds)

    async def __aenter__(self) -> Self:
        await self.slack.start()
        await self.wecom.start()
        folder = Path(self._folder.name)
        shutil.copy(self._before, folder / "vigia.sqlite")
        database, learnt, log = str(folder / "vigia.sqlite"), str(_learnt_of(self._before)), str(folder / "log.jsonl")
        self.place = Place(database, learnt, log, self.slack.api_url, self.wecom.url)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.slack.stop()
        await self.wecom.stop()
        self._folder.cleanup()

    async def goes_on(self, process: ForkServerProcess) -> None:
        """Return when a new process has written its first line, so that kills hit the journey and not the start."""
        size = _size_of(self.place.log)
        while process.is_alive() and _size_of(self.place.log) == size:
            await asyncio.to_thread(process.join, 0.005)

    def reference(self) -> Reference:
        """Return what this journey sent."""
        pages = frozenset(one.key for one in self._deliveries() if CALLS in one.key)
        return Reference(pages, frozenset(map(_headline, self.wecom.texts())), self._acts())

    def judge(self, result: Result, reference: Reference) -> None:
        """Add up what came of this journey and what is wrong with it."""
        deliveries = self._deliveries()
        pages = {one.key: one for one in deliveries if CALLS in one.key}
        on_slack = [one for one in deliveries if one.platform is Platform.SLACK and one.id in self.slack.came]
        result.pages += len(pages)
        result.messages += len(on_slack) + len(self.wecom.texts())
        result.repeated += sum(SENT_AGAIN in text for text in self.wecom.texts())
        result.faults.extend(self._faults(deliveries, pages, reference, f"journey {result.journeys}"))
        is_left = [one for one in deliveries if one.state is DeliveryState.UNKNOWN and one.is_repeat]
        result.left_unknown.extend(f"journey {result.journeys}: {one.key}: {one.reason}" for one in is_left)
        self._time(pages, result)

    def _faults(
        self, deliveries: tuple[Delivery, ...], pages: Mapping[str, Delivery], reference: Reference, name: str
    ) -> Iterator[str]:
        yield from (f"{name}: lost page {key}" for key in sorted(reference.pages - pages.keys()))
        yield from (f"{name}: page nobody was owed {key}" for key in sorted(pages.keys() - reference.pages))
        for key, page in pages.items():
            if page.state is not DeliveryState.SENT or len(self.slack.came[page.id]) != 1:
                yield f"{name}: {key} is {page.state} and came {len(self.slack.came[page.id])} times"
        # A change is posted anew where its message is not in this Slack: those of before it began are not.
        for one in (one for one in deliveries if one.placing is not Placing.EDIT):
            if len(self.slack.came[one.id]) > 1:  # a repeat too: Slack was asked, and had not taken the first
                yield f"{name}: {one.key} came {len(self.slack.came[one.id])} times"
        if self._acts() != reference.acts:
            yield f"{name}: people did {self._acts()}"
        texts = Counter(self.wecom.texts())
        yield from (f"{name}: twice and unmarked in WeCom: {text[:60]!r}" for text, times in texts.items() if times > 1)
        lost = reference.headlines - set(map(_headline, texts))
        due = [one for one in deliveries if one.due_at <= AFTER_THE_END]
        unsure = [one for one in due if one.platform is Platform.WECOM and one.state is not DeliveryState.SENT]
        if len(lost) > 2 * len(unsure):  # what is unsure, and the line after it: the whole card says both
            yield f"{name}: the seller's group never read {sorted(lost)}"
        yield from (f"{name}: {one.key} is {one.state}: {one.reason}" for one in unsure if not one.is_repeat)
        yield from (f"{name}: Slack would refuse it: {problem}" for problem in self.slack.problems)

    def _time(self, pages: Mapping[str, Delivery], result: Result) -> None:
        """Measure from due to sent on the journey's clock, and from being found due to Slack's door on the real one."""
        found: dict[str, float] = {}
        due: dict[str, datetime] = {}
        for line in diary_of(self.place.log):
            if "call" in line:
                found.setdefault(line["call"], float(line["wall"]))
                due.setdefault(line["call"], datetime.fromisoformat(line["due"]))
        for key, page in pages.items():
            incident, _, rest = key.removeprefix("incident/").partition(CALLS)
            call = f"{incident}/{rest.split('/', 1)[0]}"
            if page.settled_at is not None and self.slack.came[page.id]:
                result.simulated.append((page.settled_at - due[call]).total_seconds())
                result.real.append(self.slack.came[page.id][0] - found[call])

    def _acts(self) -> tuple[str, ...]:
        database = Database(f"sqlite:///{self.place.database}")
        with database.view() as work:
            lines = work.incidents.timeline("lumina-1001")
        database.close()
        return tuple(line.kind.value for line in lines if line.actor.person)

    def _deliveries(self) -> tuple[Delivery, ...]:
        database = Database(f"sqlite:///{self.place.database}")
        with database.view() as work:
            found = work.deliveries.of_engagement("lumina", 9_999)
        database.close()
        return tuple(one for one in found if one.created_at >= BEFORE_THE_INCIDENT)


def _learnt_of(database: Path) -> Path:
    return database.with_suffix(".learnt")


def _size_of(path: str) -> int:
    return Path(path).stat().st_size if Path(path).exists() else 0


def _headline(text: str) -> str:
    """Return the first line without the mark of a repeat."""
    first = text.splitlines()[0]
    return first.replace(f"（{SENT_AGAIN}）", "").replace(" ", "")


def _fast_seconds() -> float:
    """Return seconds that pass a million times as fast: the group's limit of a minute is tried elsewhere."""
    return time.monotonic() * 1e6
