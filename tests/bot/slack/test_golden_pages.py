"""Every kind of message in four languages is as it was last read in review; `make goldens` writes the pages anew."""

from __future__ import annotations

import pytest

from tests.bot.slack.golden_pages import DATA, PAGES, page


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_kind_of_message_reads_as_it_was_reviewed(kind: str) -> None:
    """A page that differs is a change people will see: read it, then `make goldens`."""
    assert page(kind) == (DATA / f"{kind}.txt").read_text(encoding="utf-8")


def test_there_is_no_page_of_a_kind_that_is_gone() -> None:
    """A file a kind."""
    assert {file.stem for file in DATA.glob("*.txt")} == set(PAGES)
