"""What is installed is exactly what was chosen, and from nowhere in particular."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.habits.sources import ROOT

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
ADDRESS = re.compile(
    r"^\s*(--?(?:extra-)?index" + r"-url|-i\b|-f\b|--find" + r"-links|--trusted-host)|\w+://", re.MULTILINE
)
PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(\[[^]]+\])?==[^\s;]+", re.MULTILINE)


def _pins(text: str) -> dict[str, str]:
    return {match["name"].lower(): match[0] for match in PIN.finditer(text)}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirement_files_name_no_address(name: str) -> None:
    """Where packages come from is each machine's own setting."""
    assert ADDRESS.search((ROOT / name).read_text(encoding="utf-8")) is None


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_and_has_a_hash(name: str) -> None:
    """A changed file under a known version is refused."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert entries
    assert [e.split("\n")[0] for e in entries if not PIN.match(e) or "--hash=sha256:" not in e] == []


def test_both_requirement_files_choose_the_same_versions() -> None:
    """What is tested is what is installed."""
    run, develop = (_pins((ROOT / name).read_text(encoding="utf-8")) for name in REQUIREMENTS)
    assert {name: pin for name, pin in run.items() if develop.get(name) != pin} == {}


def test_every_dependency_is_locked() -> None:
    """A dependency added to pyproject.toml and not to the lock would be missing on the next machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = _pins((ROOT / "requirements-dev.txt").read_text(encoding="utf-8"))
    names = [re.split(r"[\[<>=!~; ]", line)[0].lower() for line in wanted]
    assert [name for name in names if name not in locked] == []


def test_the_changelog_knows_the_version() -> None:
    """The newest version of CHANGELOG.md is the one of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == project["version"]


def test_every_ignored_rule_has_its_reason() -> None:
    """An exception without a reason can never be taken back."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.flake8-tidy-imports")]
    bare = [line for line in lint.splitlines() if re.match(r'^\s+"[A-Z]+\d*",', line) and "#" not in line]
    assert bare == []
