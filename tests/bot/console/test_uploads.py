"""Files on the page: taken within the limit, judged by their content, and served to the rooms that may see them."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from bot.console.uploads import MEDIA_TYPES, read_upload
from kpi.errors import QuestionError
from kpi.incidents.evidence_files import LARGEST_FILE, EvidenceFile, FileKind
from kpi.incidents.incident import Visibility
from tests.twins.console_world import World, tiny_png

FILES = "/console/rooms/lumina-ops/files"
BY_ANA = {"person": "ana", "command": "/form", "name": "shot.png"}
MEGABYTE = b"x" * 2**20


async def upload(page: httpx.AsyncClient, content: bytes, **said: str) -> httpx.Response:
    """Send a file as Ana."""
    return await page.post(FILES, params=BY_ANA | said, content=content)


async def test_a_file_reaches_the_intake_with_the_command_it_belongs_to(page: httpx.AsyncClient, world: World) -> None:
    """And its sender sees that it is kept."""
    answer = await upload(page, tiny_png())
    reply = answer.json()["answer"]["reply"]
    assert (reply["headline"], reply["files"]) == ("Kept.", [{"id": "id-of-shot.png", "name": "shot.png"}])
    (arrival,) = world.arrivals
    assert (arrival.text, arrival.files[0].content) == ("/form", tiny_png())


async def test_each_upload_is_an_event_of_its_own(page: httpx.AsyncClient, world: World) -> None:
    """Two files of one form are two."""
    await upload(page, tiny_png())
    await upload(page, tiny_png(9))
    assert len({arrival.event_id for arrival in world.arrivals}) == 2


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"", b"MZ\x90\x00"])
async def test_what_is_no_evidence_is_refused_in_a_sentence(
    page: httpx.AsyncClient, world: World, content: bytes
) -> None:
    """Whatever its name says."""
    answer = await upload(page, content)
    assert answer.status_code == 422
    assert "shot.png" in answer.json()["sentence"]
    assert world.arrivals == []


async def megabytes(count: int) -> AsyncIterator[bytes]:
    """Yield so many megabytes, one at a time."""
    for _ in range(count):
        yield MEGABYTE


async def test_a_screenshot_of_60_mb_is_refused_without_being_held_in_memory() -> None:
    """One clear sentence; what was read is thrown away on the way."""
    tracemalloc.start()
    with pytest.raises(QuestionError, match="larger than 10 MB"):
        await read_upload("shot.png", megabytes(60))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * LARGEST_FILE + 2**20


async def test_the_limit_is_the_last_size_that_is_read() -> None:
    """Ten megabytes pass, one byte more does not."""
    assert len(await read_upload("x", megabytes(10))) == LARGEST_FILE

    async def one_more() -> AsyncIterator[bytes]:
        async for chunk in megabytes(10):
            yield chunk
        yield b"x"

    with pytest.raises(QuestionError):
        await read_upload("x", one_more())


async def test_an_upload_from_another_site_is_refused(page: httpx.AsyncClient, world: World) -> None:
    """Nobody else's page adds evidence."""
    answer = await page.post(FILES, params=BY_ANA, content=tiny_png(), headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert world.arrivals == []


def a_file(kind: FileKind, name: str) -> EvidenceFile:
    """Return a stored file."""
    return EvidenceFile(
        "f1", "lumina-1001", name, kind, 3, "0" * 64, Visibility.SELLER, "chen", datetime(2026, 1, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize("kind", FileKind)
async def test_a_file_is_served_as_what_it_is_and_never_run(
    page: httpx.AsyncClient, world: World, kind: FileKind
) -> None:
    """Pictures are shown, anything else is saved; no browser guesses."""
    world.files["lumina-ops", "f1"] = (a_file(kind, f'截图 "1".{kind}'), b"abc")
    answer = await page.get(f"{FILES}/f1")
    assert (answer.status_code, answer.content) == (200, b"abc")
    assert answer.headers["content-type"].partition(";")[0] == MEDIA_TYPES[kind]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    way = answer.headers["content-disposition"]
    assert way.startswith("inline" if MEDIA_TYPES[kind].startswith("image/") else "attachment")
    assert way.isascii()


async def test_a_file_of_another_room_is_not_there(page: httpx.AsyncClient, world: World) -> None:
    """The room's own book decides."""
    world.files["lumina-ops", "f1"] = (a_file(FileKind.PNG, "a.png"), b"abc")
    assert (await page.get("/console/rooms/lumina-seller/files/f1")).status_code == 404
    assert (await page.get("/console/rooms/gone/files/f1")).status_code == 404
