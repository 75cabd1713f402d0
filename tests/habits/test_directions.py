"""Who may use what: beside import-linter, the rules it cannot say."""

from __future__ import annotations

import ast
import sys
import tomllib

from tests.habits.sources import ROOMS, ROOT, rooms, sources_in

HOMES: dict[str, tuple[str, ...]] = {
    # package: the modules (and what lies below them) that may import it
    "aiohttp": ("bot.slack",),
    "alembic": ("storage",),
    "apscheduler": ("bot.schedule",),
    "babel": ("kpi.wording",),
    "cryptography": ("bot",),
    "fastapi": ("bot",),
    "fastexcel": ("kpi.sources",),
    "fpdf": ("charts",),
    "holidays": ("kpi.calendars", "kpi.calendars_official", "kpi.holidays"),
    "httpx": ("bot", "kpi.sources"),
    "matplotlib": ("charts",),
    "numpy": ("kpi", "charts", "bot.samples"),
    "PIL": ("bot.evidence_files", "charts.shrinking"),
    "polars": ("kpi.sources",),
    "prometheus_client": ("bot",),
    "psycopg": ("storage",),
    "pydantic": ("bot", "storage"),
    "pydantic_core": ("bot",),
    "pydantic_settings": ("bot.settings",),
    "python_multipart": ("bot.pages",),
    "rapidfuzz": ("handlers",),
    "rich": ("bot",),
    "scipy": ("kpi",),
    "slack_bolt": ("bot.slack",),
    "slack_sdk": ("bot.slack",),
    "slackblocks": ("bot.slack",),
    "sqlalchemy": ("storage",),
    "sqlmodel": ("storage",),
    "starlette": ("bot",),
    "structlog": ("bot",),
    "tenacity": ("bot",),
    "typer": ("bot",),
    "uvicorn": ("bot",),
    "wechatpy": ("bot.wecom",),
    "xlsxwriter": ("bot",),
}
NAMES_IN_CODE = {"pillow": "PIL"}
"""Distributions that are imported by another name."""
IMPORTED_BY_OTHERS = {"aiohttp", "tzdata", "psycopg"}
"""Declared because Bolt, zoneinfo and SQLAlchemy need them; no file of ours need import them."""

IMPORTED_AS = {"fpdf2": "fpdf"}
"""Packages whose name is not the one they are imported by."""


def _lives_in(module: str, homes: tuple[str, ...]) -> bool:
    return any(module == home or module.startswith(f"{home}.") for home in homes)


def test_every_third_party_package_has_one_home() -> None:
    """A package can be replaced by touching one room; a new one is added to the table on purpose."""
    ours = {*ROOMS, *sys.stdlib_module_names}
    astray = [
        f"{source.path}:{line} imports {name}"
        for source in rooms()
        for name, line in source.imports()
        if (package := name.partition(".")[0]) not in ours and not _lives_in(source.module, HOMES.get(package, ()))
    ]
    assert astray == []


def test_wecoms_and_the_schedulers_packages_are_behind_one_file() -> None:
    """Untyped packages stand behind one wall each."""
    for package in ("wechatpy", "apscheduler"):
        users = {s.path for s in rooms() for name, _ in s.imports() if name.partition(".")[0] == package}
        assert len(users) <= 1, f"{package} is imported by {sorted(users)}"


def test_every_declared_dependency_is_used() -> None:
    """What nobody imports is weight and risk for nothing."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    distributions = (_distribution(line) for line in declared)
    names = {IMPORTED_AS.get(name, name) for name in distributions}
    used = {name.partition(".")[0] for source in rooms() for name, _ in source.imports()}
    used |= {name for name, imported in NAMES_IN_CODE.items() if imported in used}
    assert sorted(names - {package.replace("_", "-") for package in used} - IMPORTED_BY_OTHERS) == []


def _distribution(requirement: str) -> str:
    end = next((i for i, sign in enumerate(requirement) if sign in "[<>=!~; "), len(requirement))
    return requirement[:end].lower()


def test_async_stays_in_bot() -> None:
    """The rooms below are plain functions, so that they can be tested and threaded simply."""
    found = [
        f"{source.path}:{node.lineno}"
        for source in sources_in("handlers", "kpi", "storage", "charts")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]
    assert found == []


def test_nothing_draws_through_pyplot() -> None:
    """Pyplot keeps every figure it made: a server would grow without end."""
    found = [f"{s.path}:{line}" for s in rooms() for name, line in s.imports() if name.startswith("matplotlib.pyplot")]
    assert found == []


def test_no_file_imports_a_front_door() -> None:
    """`from kpi import x` is allowed for modules only: doors are empty."""
    modules = {source.module for source in rooms()}
    found = [
        f"{source.path}:{line} {name}"
        for source in rooms()
        for name, line in source.imports()
        if name.partition(".")[0] in ROOMS and name not in modules and name.rpartition(".")[0] in _packages()
    ]
    assert found == []


def _packages() -> set[str]:
    return {source.module for source in rooms() if source.path.endswith("__init__.py")}
