"""Every sentence a person can read is there in every language, with nothing lost on the way."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from kpi.languages import Language
from tests.habits.sources import ROOT, rooms

TRANSLATED = tuple(language for language in Language if language is not Language.EN)
KEYWORDS = {"phrase": None, "say": None, "say_n": (1, 2)}
"""`make phrases` collects by the same three words."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
LONGER_THAN_A_NAME = 4


@lru_cache
def _catalogue(language: Language) -> Catalog:
    path = ROOT / "kpi/wording/locales" / language.value / "LC_MESSAGES/vigia.po"
    return read_po(BytesIO(path.read_bytes()), locale=language.value, domain="vigia")


@lru_cache
def _sentences() -> dict[str, str]:
    """Return every msgid of the code with the place it was found first; plurals by their singular."""
    found: dict[str, str] = {}
    for source in rooms():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).rpartition(".")[2] in KEYWORDS:
                first = node.args[0]
                if isinstance(first, ast.Constant) and first.value:
                    found.setdefault(str(first.value), f"{source.path}:{node.lineno}")
    return found


def _messages(language: Language) -> list[Message]:
    return [message for message in _catalogue(language) if message.id]


def _texts(message: Message) -> tuple[list[str], list[str]]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    said = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return ids, said


def test_sentences_are_found_in_the_code() -> None:
    """The tests below would all pass on an empty list."""
    assert "no data" in _sentences()


def test_the_collecting_tool_sees_every_sentence() -> None:
    """Babel does not look inside f-strings before Python 3.12: a sentence there is taken out of the f-string."""
    collected = {
        msgid
        for source in rooms()
        for _, ids, _, _ in extract("python", BytesIO(source.text.encode()), KEYWORDS)
        for msgid in ([ids] if isinstance(ids, str) else ids)
    }
    assert [f"{place}: {msgid}" for msgid, place in _sentences().items() if msgid not in collected] == []


def test_only_a_written_sentence_is_marked() -> None:
    """A msgid put together while running is in no catalogue."""
    built = [
        f"{source.path}:{node.lineno}"
        for source in rooms()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "phrase"
        if not isinstance(node.args[0], ast.Constant)
    ]
    assert built == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: Language) -> None:
    """Gettext answers an unknown sentence with English and no warning."""
    catalogue = _catalogue(language)
    silent = [
        f"{place}: {msgid}"
        for msgid, place in _sentences().items()
        if (message := catalogue.get(msgid)) is None or not all(_texts(message)[1])
    ]
    assert silent == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: Language) -> None:
    """A fuzzy entry is the tool's guess, and gettext does not speak it."""
    assert [message.id for message in _messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_the_same_placeholders(language: Language) -> None:
    """A dropped placeholder loses a number, an invented one breaks the message."""
    wrong = []
    for message in _messages(language):
        ids, said = _texts(message)
        allowed = set(PLACEHOLDER.findall(" ".join(ids)))
        needed = set(PLACEHOLDER.findall(ids[0])) - ({"%(n)s"} if len(ids) > 1 else set())
        wrong += [text for text in said if text and not needed <= set(PLACEHOLDER.findall(text)) <= allowed]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_keeps_no_sentence_that_nobody_says(language: Language) -> None:
    """A dead sentence costs every translator an hour."""
    assert (
        sorted(_texts(message)[0][0] for message in _messages(language) if _texts(message)[0][0] not in _sentences())
        == []
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_form_of_the_language_is_written(language: Language) -> None:
    """Chinese has one form, Portuguese and Spanish have two."""
    forms = _catalogue(language).num_plurals
    assert [m.id for m in _messages(language) if not isinstance(m.id, str) and len(_texts(m)[1]) != forms] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_long_sentence_is_not_left_in_english(language: Language) -> None:
    """A copied msgid looks translated to every other check."""
    same = [
        message.id
        for message in _messages(language)
        if isinstance(message.id, str) and message.id == message.string and not message.id.startswith("/")
        if len(re.findall(r"(?<![%\w(])[A-Za-z]{3,}", message.id)) >= LONGER_THAN_A_NAME
    ]
    assert same == []


def test_errors_say_marked_sentences() -> None:
    """A sentence that is not marked never reaches a translator."""
    kinds = _vigia_errors()
    bare = [
        f"{source.path}:{node.lineno}"
        for source in rooms()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args
        if ast.unparse(node.exc.func).rpartition(".")[2] in kinds
        if isinstance(node.exc.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    ]
    assert bare == []


def _vigia_errors() -> set[str]:
    """Return the names of VigiaError and all classes below it, by reading the class lines."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for source in rooms()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    tree = {"VigiaError"}
    while more := {name for name, above in bases.items() if above & tree} - tree:
        tree |= more
    return tree
