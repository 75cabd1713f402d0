"""Everything has its room, and the rooms stay few."""

from __future__ import annotations

import ast
from fnmatch import fnmatch

from tests.habits.sources import ROOMS, ROOT, all_tests, rooms

FOLDERS = {*ROOMS, "tests", "docs", ".ci", ".git"}
FILES = {
    ".editorconfig",
    ".env.example",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "README.zh-CN.md",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements.txt",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers", "core", "lib"}


def _ignored(name: str) -> bool:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return any(fnmatch(name, line.strip("/")) for line in lines if not line.startswith("#"))


def test_the_top_level_holds_only_what_it_is_known_to_hold() -> None:
    """A new folder at the top is a decision, made in docs/architecture.md and here."""
    found = {path.name for path in ROOT.iterdir() if not _ignored(path.name)}
    assert found - FOLDERS - FILES == set()


def test_every_promised_file_of_the_top_level_is_there() -> None:
    """A newcomer finds the usual pages in the usual places."""
    promised = FILES - {".gitattributes"}
    assert {name for name in promised if not (ROOT / name).is_file()} == set()


def test_no_file_has_a_vague_name() -> None:
    """A file is named after its subject: "utils" has none."""
    assert [source.path for source in (*rooms(), *all_tests()) if set(source.module.split(".")) & VAGUE] == []


def test_every_room_says_that_it_is_typed() -> None:
    """Without py.typed, a type checker outside would not believe our annotations."""
    assert [room for room in ROOMS if not (ROOT / room / "py.typed").is_file()] == []


def test_a_front_door_is_a_docstring_and_nothing_else() -> None:
    """Importing a room must not import everything in it, and no ring can go through its door."""
    doors = [source for source in rooms() if source.path.endswith("__init__.py")]
    assert doors
    full = [door.path for door in doors if len(door.tree.body) != 1 or not ast.get_docstring(door.tree)]
    assert full == []


def test_every_folder_of_code_has_a_front_door() -> None:
    """A folder without `__init__.py` is left out of import checks without a word."""
    folders = {(ROOT / source.path).parent for source in rooms()}
    by_path = {ROOT / "storage/migrations", ROOT / "storage/migrations/versions"}  # Alembic finds these by path
    assert sorted(str(folder) for folder in folders - by_path if not (folder / "__init__.py").is_file()) == []
