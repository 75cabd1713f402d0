"""`.env.example` lists every setting, and nothing else."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.settings import Settings
from tests.habits.sources import ROOT

SETTING = re.compile(r"^#?\s?(VIGIA_[A-Z0-9_]+)=(.*)$")


def _lines() -> list[str]:
    return (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()


def _listed() -> list[str]:
    return [match[1] for line in _lines() if (match := SETTING.match(line))]


def test_the_example_lists_exactly_the_settings_there_are() -> None:
    """A setting that nobody can find does not exist; a line without a setting lies."""
    prefix = Settings.model_config["env_prefix"]
    assert prefix == "VIGIA_"
    assert sorted(_listed()) == sorted(f"{prefix}{name}".upper() for name in Settings.model_fields)


def test_every_setting_is_explained_where_it_stands() -> None:
    """One line each: a comment above the setting or behind it."""
    bare = [
        match[1]
        for above, line in pairwise(["", *_lines()])
        if (match := SETTING.match(line)) and "# " not in match[2]
        if not above.startswith("#") or SETTING.match(above)
    ]
    assert bare == []
