"""The pages cannot lie: what they name is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from tests.habits.sources import ROOT

LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
IN_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PATH = re.compile(r"(?<![\w./-])(?:bot|handlers|kpi|storage|charts|tests|docs|\.ci)/[\w./-]*\w(?:/|\b)")
MAKE = re.compile(r"\bmake ([a-z]+)\b")
VIGIA = re.compile(r"\bvigia ([a-z]+(?:-[a-z]+)*)\b")
MAX_DECISION_LINES = 60


@lru_cache
def _pages() -> tuple[Path, ...]:
    return (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {_anchor(heading) for heading in re.findall(r"^#+ (.+)$", _text(page), re.MULTILINE)}


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    aim = (page.parent / path) if path else page
    return aim.exists() and (not anchor or aim.suffix != ".md" or anchor in _anchors(aim))


def test_every_link_leads_somewhere() -> None:
    """A dead link on the first page is the first thing a newcomer learns about us."""
    dead = [f"{_name(p)}: {aim}" for p in _pages() for aim in LINK.findall(_text(p)) if not _leads_somewhere(p, aim)]
    assert dead == []


def test_every_file_a_page_names_is_there() -> None:
    """A recipe that names a file which was renamed sends people astray."""
    missing = [
        f"{_name(page)}: {path}"
        for page in _pages()
        for code in IN_CODE.findall(_text(page))
        for path in PATH.findall(re.sub(r"\S*[<*…]\S*", "", code))
        if not (ROOT / path).exists()
    ]
    assert missing == []


def test_every_make_command_a_page_names_exists() -> None:
    """The two commands of the README have to work."""
    targets = set(re.findall(r"^([a-z]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    named = {(_name(p), word) for p in _pages() for code in IN_CODE.findall(_text(p)) for word in MAKE.findall(code)}
    assert named
    assert sorted((page, word) for page, word in named if word not in targets) == []


def test_every_command_a_page_names_exists() -> None:
    """A page that names a command which was renamed costs its reader the evening."""
    named = {(_name(p), word) for p in _pages() for code in IN_CODE.findall(_text(p)) for word in VIGIA.findall(code)}
    assert sorted((page, word) for page, word in named if word not in COMMANDS) == []


def test_every_command_is_on_some_page() -> None:
    """A command nobody wrote about is a command nobody finds."""
    pages = "\n".join(_text(page) for page in _pages())
    assert [name for name in COMMANDS if f"vigia {name}" not in pages] == []


def test_make_alone_prints_what_there_is() -> None:
    """Every target a page may name is explained by `make`."""
    text = _text(ROOT / "Makefile")
    explained = set(re.findall(r"^([a-z]+):.*## \w", text, re.MULTILINE))
    usual = {"setup", "demo", "test", "sure", "fix", "types", "imports", "docs", "wording", "pictures", "doctor"}
    assert usual | {"lock", "benchmarks"} <= explained


def test_the_tables_made_from_code_are_up_to_date() -> None:
    """A metric or an error code that is not in the tables was never announced."""
    command = [sys.executable, ".ci/tables_from_code.py", "--check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_is_short_and_says_why(page: Path) -> None:
    """Context, decision, consequences, on one screen."""
    text = _text(page)
    assert text.count("\n") <= MAX_DECISION_LINES
    assert [part for part in ("**Status:**", "## Context", "## Decision", "## Consequences") if part not in text] == []


def test_readme_and_its_chinese_twin_say_the_same_commands() -> None:
    """A reader of Chinese gets the same way in."""
    english, chinese = (_text(ROOT / name) for name in ("README.md", "README.zh-CN.md"))
    assert set(MAKE.findall(english)) == set(MAKE.findall(chinese))


def test_no_page_knows_the_machine_it_was_written_on() -> None:
    """Paths of a home or a work folder help nobody else."""
    own = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp)/\w")
    assert [f"{_name(page)}: {hit}" for page in _pages() for hit in own.findall(_text(page))] == []
