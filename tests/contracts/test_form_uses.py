"""Which links to forms were used: the first use counts, and old ones are forgotten."""

from __future__ import annotations

from datetime import timedelta

from tests.contracts.test_books import NOW
from tests.twins.books import Books

PAGE = ("/incident show 1001", "/incident timeline 1001")
HOUR = timedelta(hours=1)


def test_a_use_says_when_and_what_came_of_it(database: Books) -> None:
    """Nothing is known of a link nobody used."""
    with database.work() as work:
        assert work.form_uses.read("link") is None
        work.form_uses.keep("link", NOW, PAGE)
        work.form_uses.keep("other", NOW, ())
    with database.view() as work:
        assert work.form_uses.read("link") == (NOW, PAGE)
        assert work.form_uses.read("other") == (NOW, ())


def test_the_first_use_counts(database: Books) -> None:
    """A link is good once."""
    with database.work() as work:
        work.form_uses.keep("link", NOW, PAGE)
        work.form_uses.keep("link", NOW + HOUR, ())
    with database.view() as work:
        assert work.form_uses.read("link") == (NOW, PAGE)


def test_old_uses_are_forgotten(database: Books) -> None:
    """Their links are long over."""
    with database.work() as work:
        work.form_uses.keep("old", NOW, PAGE)
        work.form_uses.keep("new", NOW + HOUR, PAGE)
        assert work.form_uses.forget(NOW + HOUR) == 1
    with database.view() as work:
        assert work.form_uses.read("old") is None
        assert work.form_uses.read("new") is not None
