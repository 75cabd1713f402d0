"""One word per thing: the field's words, in the names of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.habits.sources import Source, rooms

SYNONYMS = {
    # the word that is not used: the field's word for it
    "shop": "store",
    "shops": "stores",
    "client": "seller",
    "clients": "sellers",
    "tenant": "engagement",
    "customer": "seller",
    "customers": "sellers",
    "channel": "room",
    "channels": "rooms",
    "goal": "target",
    "goals": "targets",
    "threshold": "target or limit",
    "dashboard": "board",
    "alarm": "alert",
    "datapoint": "reading",
}
PLATFORMS = ("bot.slack", "bot.wecom")
"""Slack and WeCom have words of their own (Slack's API says channel); they stay inside these folders."""


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def _names(source: Source) -> Iterator[str]:
    yield source.module
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_names_use_the_fields_words() -> None:
    """An account manager who reads a name should know the thing."""
    wrong = [
        f"{source.path}: {name} says “{word}”, the field says “{SYNONYMS[word]}”"
        for source in rooms()
        if not source.module.startswith(PLATFORMS)
        for name in _names(source)
        for word in _words(name)
        if word in SYNONYMS
    ]
    assert wrong == []


def test_a_name_that_ends_in_at_is_an_instant() -> None:
    """`sent_at` is an aware instant, `day` a date in the store's zone: the name says which one it is."""
    wrong = [
        f"{source.path}:{node.lineno} {node.target.id}"
        for source in rooms()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.endswith("_at")
        if re.fullmatch(r"(datetime\.)?date( \| None)?", ast.unparse(node.annotation))
    ]
    assert wrong == []
