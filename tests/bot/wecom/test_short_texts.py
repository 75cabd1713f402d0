"""Every label Vigia can put on a WeCom card stands there whole, in four languages; only people's words are cut."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.wecom.limits import BUTTON_TEXT, NOTICE_TITLE
from bot.wecom.markdown import ELLIPSIS
from bot.wecom.short_texts import SHORT_LABELS, button_text, shortened
from kpi.languages import Language
from kpi.wording.wording import Wording

ROOMS = Path(__file__).parents[3] / "handlers"
OF_PEOPLE = {"Confirm as %(name)s"}
"""Labels that hold a name."""
NOT_SENTENCES = {"name", "label"}
"""Names that stand for a label: a row of incidents to choose from, and labels that are read where they are said."""


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(ROOMS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Button", "button"}:
                yield path, node


def _opens_a_page(call: ast.Call) -> bool:
    """Tell whether a button has an address for a command: no card holds it."""
    return any(one.arg == "url" for one in call.keywords)


def _label(path: Path, said: ast.expr) -> str:
    """Return the sentence a label says, or "" for one that is passed on."""
    if isinstance(said, ast.Call) and getattr(said.func, "attr", "") == "say":
        said = said.args[0]
    if isinstance(said, ast.Call) and getattr(said.func, "id", "") == "phrase":
        return str(ast.literal_eval(said.args[0]))
    if isinstance(said, ast.Name) and said.id.isupper():
        module = importlib.import_module(".".join(path.relative_to(ROOMS.parent).with_suffix("").parts))
        return str(getattr(module, said.id))
    assert isinstance(said, ast.Name), f"{path}:{said.lineno}: a label this test cannot read"
    assert said.id in NOT_SENTENCES, f"{path}:{said.lineno}: a label this test cannot read"
    return ""


def _labels() -> set[str]:
    found = {_label(path, call.args[0]) for path, call in _calls() if not _opens_a_page(call)}
    return (found | OF_PEOPLE) - {""}


LABELS = sorted(_labels())


def test_all_labels_were_found() -> None:
    """Those of calls and alerts, of forms and of the first message of a room."""
    assert {"I take it", "Call the next level", "Wrong alert", "Open the form", "Ask for numbers"} <= set(LABELS)
    assert len(LABELS) > 30


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("label", sorted(set(LABELS) - OF_PEOPLE))
def test_every_label_stands_on_a_card_whole(label: str, language: Language) -> None:
    """Within ten characters, in fewer words where it has to be, and never less than a word."""
    said = Wording(language).say(label, note=10) if "%(" in label else Wording(language).say(label)
    text = button_text(said, language)
    assert 1 < len(text) <= BUTTON_TEXT == 10
    assert text.endswith(ELLIPSIS) is said.endswith(ELLIPSIS)
    assert not re.search(r"[%<>]", text)
    assert (text == said) is (len(said) <= BUTTON_TEXT)


@pytest.mark.parametrize("language", Language)
def test_buttons_for_several_notes_and_people_can_be_told_apart(language: Language) -> None:
    """The number and the name are what counts."""
    words = Wording(language)
    notes = [button_text(words.say("Publish note %(note)s", note=note), language) for note in (7, 8, 42)]
    assert [note[-2:].strip() for note in notes] == ["7", "8", "42"]
    confirm = [button_text(words.say("Confirm as %(name)s", name=name), language) for name in ("Ana", "Maria Fernanda")]
    assert "Ana" in confirm[0]
    assert "Maria" in confirm[1]
    assert confirm[1].endswith("Maria…") or language is Language.ZH


def test_no_short_label_is_left_over() -> None:
    """Each stands for a label there is."""
    assert set(SHORT_LABELS) <= set(LABELS)


@pytest.mark.parametrize("language", Language)
def test_what_a_card_says_of_itself_fits(language: Language) -> None:
    """The title of one that opens a page, and the button of one that is settled."""
    assert len(Wording(language).say("Details")) <= NOTICE_TITLE
    assert len(Wording(language).say("Answered")) <= BUTTON_TEXT


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Lumina Brasil", "Lumina…"),
        ("#1001 Conversão · Lumina", "#1001…"),
        ("Extraordinariamente", "Extraordi…"),
        ("ten signs!", "ten signs!"),
        ("  two   words", "two words"),
        ("我来处理这个问题并通知所有人", "我来处理这个问题并…"),
        ("转化率 Lumina Brasil", "转化率…"),
    ],
)
def test_what_people_wrote_is_cut_at_the_end_of_a_word(text: str, short: str) -> None:
    """Where it has several; Chinese is parted anywhere."""
    assert shortened(text, 10) == short


@given(st.text(min_size=1, max_size=60), st.integers(2, 40))
def test_whatever_people_write_fits(text: str, limit: int) -> None:
    """Whole where it can be; else its beginning, with a sign that there is more."""
    plain = " ".join(text.split())
    short = shortened(text, limit)
    assert len(short) <= limit
    if len(plain) <= limit:
        assert short == plain
    else:
        assert short.endswith(ELLIPSIS)
        assert plain.startswith(short[:-1])
        assert len(short) > 1


@given(st.text(max_size=60), st.sampled_from(Language))
def test_a_label_nobody_has_foreseen_fits_too(label: str, language: Language) -> None:
    """A name, a row of a list."""
    assert len(button_text(label, language)) <= BUTTON_TEXT
