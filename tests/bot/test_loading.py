"""How a command is loaded: without looking for garbage, which comes back afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.loading import load


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    """Leave the collector of the tests as it was."""
    yield
    gc.unfreeze()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to load modules from."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_nothing_is_collected_while_a_module_loads_nor_looked_through_afterwards(folder: Path) -> None:
    """What is loaded stays; looking through it would cost the start and hold up the loop later."""
    (folder / "loaded_slowly.py").write_text(
        "import gc\nWAS_COLLECTING = gc.isenabled()\nMANY = [[] for _ in range(5000)]\n"
    )
    gc.unfreeze()
    module = load("loaded_slowly")
    assert not module.WAS_COLLECTING
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(module.MANY)


def test_a_module_that_is_there_already_freezes_nothing(folder: Path) -> None:
    """Objects of a process that works may be garbage one day."""
    (folder / "loaded_once.py").write_text("")
    module = load("loaded_once")
    gc.unfreeze()
    assert load("loaded_once") is module
    assert gc.get_freeze_count() == 0


def test_garbage_is_collected_again_after_a_module_that_cannot_be_loaded(folder: Path) -> None:
    """The command line tells what went wrong and may go on."""
    (folder / "loaded_badly.py").write_text("raise LookupError('torn')\n")
    with pytest.raises(LookupError, match="torn"):
        load("loaded_badly")
    assert gc.isenabled()
