"""Pictures drawn in another process, which may die."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import pytest

from bot import drawing
from bot.drawing import NotDrawnError, Painter, PictureStudio
from tests.habits.sources import ROOT
from tests.twins.console_world import a_picture

TWIN = Painter(module="tests.twins.painters", fonts="tests.twins.painters", font_files=(Path("a.ttf"),))
KILLED_BOT = """
import asyncio, os, signal
from bot.drawing import Painter, PictureStudio

async def main():
    await PictureStudio(Painter(module="tests.twins.painters")).warm_up()
    print("drawing", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.fixture
async def studio() -> AsyncIterator[PictureStudio]:
    """Return a studio whose painter does what a picture's title says; a picture may take five seconds."""
    others = {*multiprocessing.active_children()}
    made = PictureStudio(TWIN, draw_seconds=5)
    yield made
    await made.close()
    assert {*multiprocessing.active_children()} <= others


async def test_a_picture_is_drawn_in_another_process(studio: PictureStudio) -> None:
    """And in the same one again: starting it is the slow part."""
    first, second = (await studio.draw(a_picture("panel"))).split(), (await studio.draw(a_picture("panel"))).split()
    assert first == second
    assert int(first[1]) != os.getpid()


async def test_a_picture_that_fails_says_why_and_harms_no_other(studio: PictureStudio) -> None:
    """The message goes out without it; the process lives on."""
    before = await studio.draw(a_picture("panel"))
    with pytest.raises(NotDrawnError, match="ValueError: no such panel"):
        await studio.draw(a_picture("fail"))
    assert await studio.draw(a_picture("panel")) == before


async def test_a_dead_process_is_replaced_and_the_picture_tried_again(studio: PictureStudio, tmp_path: Path) -> None:
    """The system may end a process for its memory: that is not the picture's fault."""
    before = await studio.draw(a_picture("panel"))
    marker = tmp_path / "died"
    drawn = await studio.draw(a_picture(f"die once {marker}"))
    assert drawn.startswith(b"die once")
    assert drawn.split()[-1] != before.split()[-1]


async def test_a_deadly_picture_takes_no_other_along(studio: PictureStudio) -> None:
    """Two pictures wait behind it; both are drawn."""
    results = await asyncio.gather(
        *(studio.draw(a_picture(title)) for title in ("die", "one", "two")), return_exceptions=True
    )
    assert isinstance(results[0], NotDrawnError)
    assert [result.split()[0] for result in results[1:] if isinstance(result, bytes)] == [b"one", b"two"]


async def test_a_picture_that_hangs_ends_its_process() -> None:
    """It is not tried again, and the next picture gets a new process."""
    others, studio = {*multiprocessing.active_children()}, PictureStudio(TWIN, draw_seconds=0.2)
    with pytest.raises(NotDrawnError, match="ended before"):
        await studio.draw(a_picture("hang"))
    assert (await studio.draw(a_picture("panel"))).startswith(b"panel")
    await studio.close()
    assert {*multiprocessing.active_children()} <= others


def test_the_process_of_a_killed_bot_ends_too() -> None:
    """Nobody can tell it to end; it would stay with its 100 MB, and one more after each such end."""
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BOT], cwd=ROOT, stdout=subprocess.PIPE, timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert killed.stdout == b"drawing\n", "the pipe is read to its end, so that no process holds it any more"


async def test_more_fonts_are_known_before_the_first_picture(studio: PictureStudio) -> None:
    """Font files of the settings reach the drawing process."""
    assert await studio.draw(a_picture("fonts")) == b"a.ttf"


async def test_a_closed_studio_draws_nothing_more(studio: PictureStudio) -> None:
    """A picture asked for while the bot stops must not start a new process."""
    await studio.warm_up()
    await studio.close()
    with pytest.raises(NotDrawnError, match="stopping"):
        await studio.draw(a_picture("panel"))


async def test_without_room_for_a_process_only_the_picture_is_missing(
    studio: PictureStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine is out of memory: the text still goes out, and the next picture is tried anew."""

    def refuse(*_: object) -> None:
        raise OSError("Cannot allocate memory")

    with monkeypatch.context() as poor:
        poor.setattr(ProcessPoolExecutor, "submit", refuse)
        with pytest.raises(NotDrawnError, match="no drawing process: Cannot allocate memory"):
            await studio.draw(a_picture("panel"))
    assert (await studio.draw(a_picture("panel"))).startswith(b"panel")


async def test_a_process_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last resort: the caller goes on although even the watch inside the process failed."""
    monkeypatch.setattr(drawing, "START_SECONDS", 0.0)
    mute: Future[bytes] = Future()
    monkeypatch.setattr(ProcessPoolExecutor, "submit", lambda *_: mute)
    impatient = PictureStudio(TWIN, draw_seconds=0.0)
    with pytest.raises(NotDrawnError, match="ended before"):
        await impatient.draw(a_picture("panel"))
    await impatient.close()


async def test_the_real_painter_draws_a_png() -> None:
    """The default names find the real drawing; the bytes are a picture."""
    studio = PictureStudio()
    await studio.warm_up()
    png = await studio.draw(a_picture("Conversion 1.81%"))
    await studio.close()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")


def test_the_drawing_library_is_never_loaded_here() -> None:
    """It would cost the main process some 50 MB and a second at every start."""
    code = "import sys, bot.drawing; print([name for name in sys.modules if name.startswith(('matplotlib', 'charts'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
