"""An invitation comes to one end, whatever happens to it in whatever order, and keeps no wish that came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.engagements import Platform
from kpi.invitations import (
    MOST_NAME,
    OPEN_FOR,
    REFUSED_FOR,
    Invitation,
    InvitationState,
    Wish,
    claimed,
    confirmed,
    done,
    expired,
    refused,
    tidy_name,
    wished_again,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WISH = Wish("/incident new", "C0SELLER01", NOW, "slack/1", values=(("text", "no sales"),))
STRANGER = Invitation("a1", "lumina", "seller", Platform.SLACK, "U0STRANGER", WISH, NOW, NOW + OPEN_FOR)

Step = Callable[[Invitation, datetime], Invitation | None]
STEPS: dict[str, Step] = {
    "wish": lambda one, at: wished_again(one, replace(WISH, at=at), at),
    "claim": lambda one, at: claimed(one, at, name="Zhang"),
    "confirm": lambda one, at: confirmed(one, "zhang", "ana", at),
    "refuse": lambda one, at: refused(one, "ana", at),
    "expire": expired,
    "do": lambda one, at: done(one, "done", at),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 60))))
def test_whatever_happens_it_ends_once_and_only_a_confirmed_wish_is_done(steps: list[tuple[str, int]]) -> None:
    """Nothing moves what is over; what was not confirmed is never done, and what came to nothing is not kept."""
    one, at, path = STRANGER, NOW, []
    for name, hours in steps:
        at += timedelta(hours=hours)
        after = STEPS[name](one, at)
        if after is None:
            continue
        assert not one.is_over
        path.append(name)
        one = after
    assert path.count("claim") <= 1
    assert path.count("do") <= 1
    if one.state is InvitationState.DONE:
        assert path[-3:] == ["claim", "confirm", "do"]
        assert one.person == "zhang"
    if one.state in {InvitationState.REFUSED, InvitationState.EXPIRED}:
        assert (one.wish.text, one.wish.values) == ("", ())
    if one.state in {InvitationState.OPEN, InvitationState.CLAIMED, InvitationState.CONFIRMED}:
        assert one.wish.text == WISH.text


@pytest.mark.parametrize("late", [False, True])
def test_who_they_are_can_be_said_until_its_time_is_over(late: bool) -> None:
    """At the very end it is over, for a wish as well."""
    at = STRANGER.until - timedelta(seconds=0 if late else 1)
    said = claimed(STRANGER, at, person="wei", name="somebody else")
    assert (said is None) == late == (wished_again(STRANGER, WISH, at) is None) == (expired(STRANGER, at) is not None)
    if said is not None:
        assert (said.person, said.name, said.until) == ("wei", "", at + OPEN_FOR)
        assert claimed(said, at, name="Zhang") is None


def test_a_refusal_is_remembered_for_a_month() -> None:
    """So long nobody is asked about them in the same room."""
    said = claimed(STRANGER, NOW, name="Zhang")
    assert said is not None
    gone = refused(said, "ana", NOW)
    assert gone is not None
    assert gone.until == NOW + REFUSED_FOR
    assert gone.decided_by == "ana"
    assert done(gone, "", NOW) is None


@given(st.text())
def test_any_name_fits_on_one_line(name: str) -> None:
    """Whatever is typed or pasted."""
    tidy = tidy_name(name)
    assert len(tidy) <= MOST_NAME
    assert tidy == tidy.strip()
    assert tidy == tidy_name(tidy)
    assert all(letter.isprintable() for letter in tidy)


def test_a_name_is_cut_at_its_limit() -> None:
    """One past it is not."""
    assert tidy_name("张" * MOST_NAME) == "张" * MOST_NAME
    assert tidy_name("张" * (MOST_NAME + 1)) == "张" * MOST_NAME
