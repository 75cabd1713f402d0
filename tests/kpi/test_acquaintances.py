"""What becomes of learnt user ids when an engagement file is applied: none is lost, and no contradiction is hidden."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from kpi.acquaintances import (
    LearntHandle,
    Outcome,
    learnt_handles,
    nameable,
    newcomer,
    with_handle,
    with_learnt,
    without_learnt,
)
from kpi.engagements import Engagement, Person, Platform, Role
from tests.handlers.world import north

SLACK, WECOM = Platform.SLACK, Platform.WECOM
FILE = north()
WEI = next(one for one in FILE.people if one.role is Role.SELLER)
ROOM = replace(FILE.rooms[1], platform=SLACK, address="C0SELLER")


def changed(engagement: Engagement, *people: Person) -> Engagement:
    """Return the engagement with these people in the place of those with their ids, or beside the others."""
    by_id = {one.id: one for one in (*engagement.people, *people)}
    return replace(engagement, people=tuple(by_id.values()))


LEARNT = changed(FILE, with_handle(WEI, SLACK, "U0WEI"))


def test_a_file_that_says_nothing_of_a_learnt_user_id_keeps_it() -> None:
    """However often it is applied."""
    after, reports = with_learnt(FILE, LEARNT)
    assert after == LEARNT
    assert reports == (LearntHandle(WEI.id, WEI.name, SLACK, "U0WEI"),) == learnt_handles(after)
    assert with_learnt(FILE, after)[0] == after
    assert with_learnt(FILE, None) == (FILE, ())


def test_a_file_that_says_the_same_makes_it_agreed() -> None:
    """Nothing is learnt any more, and nothing need be said."""
    agreed = changed(FILE, replace(WEI, handles=(*WEI.handles, (SLACK, "U0WEI"))))
    assert with_learnt(agreed, LEARNT) == (agreed, ())


def test_a_file_that_says_something_else_counts_and_that_is_said() -> None:
    """Another user id of the same person, the same one of another person, and a person who left."""
    other = changed(FILE, replace(WEI, handles=(*WEI.handles, (SLACK, "U0OTHER"))))
    assert with_learnt(other, LEARNT)[0] == other
    assert [(one.outcome, one.instead) for one in with_learnt(other, LEARNT)[1]] == [(Outcome.OVERRULED, "U0OTHER")]
    li = Person("li", "Li", Role.SELLER, WEI.language, WEI.zone, ((SLACK, "U0WEI"),))
    taken = changed(FILE, li)
    assert with_learnt(taken, LEARNT)[0] == taken
    assert [(one.outcome, one.instead) for one in with_learnt(taken, LEARNT)[1]] == [(Outcome.TAKEN, "li")]
    without = replace(FILE, people=tuple(one for one in FILE.people if one.id != WEI.id))
    assert with_learnt(without, LEARNT)[0] == without
    assert [one.outcome for one in with_learnt(without, LEARNT)[1]] == [Outcome.GONE]


def test_a_newcomer_stays_until_a_file_names_their_user_id() -> None:
    """Nobody has to write them into the file; who does may call them something else."""
    zhang = newcomer(FILE, ROOM, "U0ZHANG", "张三")
    assert (zhang.id, zhang.role, zhang.language) == ("slack-u0zhang", Role.SELLER, ROOM.language)
    before = changed(FILE, zhang)
    assert with_learnt(FILE, before)[0] == before
    assert newcomer(before, ROOM, "u0zhang", "x").id == "slack-u0zhang-2"
    named = changed(FILE, Person("zhang", "Zhang San", Role.SELLER, ROOM.language, ROOM.zone, ((SLACK, "U0ZHANG"),)))
    after, reports = with_learnt(named, before)
    assert after == named
    assert [(one.outcome, one.instead) for one in reports] == [(Outcome.TAKEN, "zhang")]


def test_a_learnt_user_id_can_be_forgotten() -> None:
    """What the file named of the same person stays; a newcomer is gone."""
    assert without_learnt(LEARNT, with_handle(WEI, SLACK, "U0WEI"), SLACK) == FILE
    zhang = newcomer(FILE, ROOM, "U0ZHANG", "张三")
    assert without_learnt(changed(FILE, zhang), zhang, SLACK) == FILE
    both = with_handle(zhang, WECOM, "zhang")
    assert without_learnt(changed(FILE, both), both, SLACK).person_by_handle(WECOM, "zhang") is not None


def test_a_stranger_may_be_one_of_the_sellers_people_whom_their_platform_does_not_know() -> None:
    """Nobody of the operator, and nobody who has a user id there."""
    assert nameable(FILE, SLACK) == (WEI,)
    assert nameable(LEARNT, SLACK) == ()


HANDLES = st.sampled_from(["U1", "U2", "U3"])


@given(st.dictionaries(st.sampled_from("abc"), HANDLES), st.dictionaries(st.sampled_from("abc"), HANDLES))
def test_no_user_id_ever_has_two_owners(agreed: dict[str, str], learnt: dict[str, str]) -> None:
    """Whatever the file says, and every learnt user id is kept, agreed, or said to be gone."""
    if len(set(agreed.values())) < len(agreed) or len(set(learnt.values())) < len(learnt):
        return
    people = tuple(Person(one, one, Role.SELLER, WEI.language, WEI.zone) for one in "abc")
    file = replace(
        FILE,
        people=tuple(replace(one, handles=((SLACK, agreed[one.id]),) if one.id in agreed else ()) for one in people),
    )
    before = replace(
        FILE, people=tuple(with_handle(one, SLACK, learnt[one.id]) if one.id in learnt else one for one in people)
    )
    after, reports = with_learnt(file, before)
    owners = [handle for one in after.people for _, handle in one.handles]
    assert len(owners) == len(set(owners))
    assert all((SLACK, handle) in dict.fromkeys(after.person(one).handles) for one, handle in agreed.items())  # type: ignore[union-attr]
    said = {one.handle for one in reports}
    for person, handle in product(learnt, [None]):
        del handle
        assert learnt[person] in said or agreed.get(person) == learnt[person]
