"""What each of WeCom's codes makes Vigia do: wait, put the form right, close the webhook, or call a person."""

from __future__ import annotations

import re

import pytest

from bot.messengers import NotSentError, UnreachableError
from bot.wecom import app_errors
from bot.wecom.errors import CLOSED_CODES, FORM_CODES, OTHERWISE, SENTENCES, ClosedError, refusal
from tests.habits.sources import ROOT

WAIT, FIX, CLOSE, PERSON = "wait", "fix", "close", "person"


def done(errcode: int) -> str:
    """Return what is done about a code of a group's webhook."""
    error = refusal(errcode)
    if error.retry_after is not None:
        return WAIT
    if isinstance(error, UnreachableError):
        return CLOSE
    return FIX if errcode in FORM_CODES else PERSON


@pytest.mark.parametrize(
    ("errcode", "then"),
    [
        (-1, WAIT),
        (45009, WAIT),
        (45033, WAIT),
        (93000, CLOSE),
        (93004, CLOSE),
        (93008, CLOSE),
        (40058, FIX),
        (45002, FIX),
        (44004, PERSON),
        (40008, PERSON),
        (40009, PERSON),
        (40033, PERSON),
        (93006, PERSON),
        (846605, PERSON),
        (846608, PERSON),
    ],
)
def test_each_code_of_a_webhook_or_robot_has_its_way(errcode: int, then: str) -> None:
    """And a sentence of its own that says what to do."""
    assert done(errcode) == then
    assert SENTENCES[errcode] != OTHERWISE
    assert refusal(errcode).reason == f"{errcode}: {SENTENCES[errcode]}"


@pytest.mark.parametrize(
    ("errcode", "then"),
    [
        (-1, WAIT),
        (45009, WAIT),
        (45033, WAIT),
        (40001, FIX),
        (40014, FIX),
        (42001, FIX),
        (81013, CLOSE),
        (40003, CLOSE),
        (46004, CLOSE),
        (60111, CLOSE),
        (82001, CLOSE),
        (40008, PERSON),
        (40009, PERSON),
        (40013, PERSON),
        (40033, PERSON),
        (40056, PERSON),
        (40058, PERSON),
        (44004, PERSON),
        (45001, PERSON),
        (45002, PERSON),
        (48002, PERSON),
        (60011, PERSON),
        (60020, PERSON),
        (301002, PERSON),
    ],
)
def test_each_code_of_the_app_has_its_way(errcode: int, then: str) -> None:
    """A stale token is fetched anew, once; of whom nobody knows, nobody is written to."""
    error: NotSentError = app_errors.refusal(errcode)
    if errcode in app_errors.STALE_TOKEN_CODES:
        assert then == FIX
        return
    found = WAIT if error.retry_after else CLOSE if isinstance(error, UnreachableError) else PERSON
    assert found == then
    assert app_errors.SENTENCES[errcode] != app_errors.OTHERWISE


def test_a_code_nobody_knows_is_for_a_person() -> None:
    """With its number, which says more than any sentence of ours."""
    assert done(123456) == PERSON
    assert refusal(123456).reason == f"123456: {OTHERWISE}"


def test_a_closed_webhook_is_told_apart_from_a_refused_message() -> None:
    """Every other message would fail too, so that the operations room hears of it."""
    assert {code for code in SENTENCES if isinstance(refusal(code), ClosedError)} == CLOSED_CODES


@pytest.mark.parametrize("page", ["wecom.md", "wecom.zh-CN.md"])
def test_each_code_is_explained_in_both_languages(page: str) -> None:
    """Whoever reads a number in the ledger finds what Vigia did and what they can do."""
    rows = [line for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    codes = {*SENTENCES, *app_errors.SENTENCES, *app_errors.STALE_TOKEN_CODES}
    missing = [code for code in sorted(codes) if not any(re.search(rf"(?<!\d){code}(?!\d)", row) for row in rows)]
    assert missing == []
