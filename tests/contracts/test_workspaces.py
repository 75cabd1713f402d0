"""What replicas share of Slack workspaces: their tokens, who renews them, and installations that were begun."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

from kpi.engagements import Platform
from kpi.workspaces import Workspace
from tests.contracts.test_room_changes import in_slack
from tests.twins.book_samples import HOUR, NOON
from tests.twins.books import Books

MINUTE = timedelta(minutes=1)
AURORA = Workspace("T0AURORA01", "Aurora", ("chat:write", "commands"), "sealed 1", NOON, NOON, NOON + HOUR)


def workspaces(work: Any) -> Any:
    """Return the workspaces of a unit of work; no use case needs them, so `Work` does not name them."""
    return work.workspaces


def states(work: Any) -> Any:
    """Return the installations that were begun, of a unit of work."""
    return work.install_states


def installed(database: Books, workspace: Workspace = AURORA) -> Workspace:
    """Store a workspace."""
    with database.work() as work:
        workspaces(work).install(workspace)
    return workspace


def test_a_workspace_is_kept_replaced_and_erased(database: Books) -> None:
    """Installing it again replaces what was known."""
    boreal = replace(AURORA, id="T0BOREAL01", scopes=(), expires_at=None)
    installed(database, boreal)
    installed(database)
    again = installed(database, replace(AURORA, name="Aurora 2", tokens="sealed 2", trouble=""))
    with database.view() as work:
        assert workspaces(work).all() == (again, boreal)
        assert workspaces(work).get("T0AURORA01") == again
        assert workspaces(work).get("T0NOBODY01") is None
    with database.work() as work:
        assert workspaces(work).erase("T0AURORA01")
        assert not workspaces(work).erase("T0AURORA01")
        assert workspaces(work).all() == (boreal,)


def test_of_all_who_want_to_renew_a_token_at_once_one_may(database: Books) -> None:
    """Threads with transactions of their own; a refresh token is good for one renewal."""
    workspace, together = installed(database), Barrier(4)

    def claims(_number: int) -> bool:
        together.wait()
        with database.work() as work:
            return bool(workspaces(work).claim(workspace, NOON, NOON + MINUTE))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(claims, range(4))) == [False, False, False, True]
    with database.work() as work:
        assert workspaces(work).claim(workspace, NOON + MINUTE, NOON + HOUR), "who claimed it first is dead"


def test_renewed_tokens_take_the_place_of_the_ones_they_were_made_from(database: Books) -> None:
    """Who looked before they were renewed cannot claim them any more, and nothing overwrites another installation's."""
    before = installed(database, replace(AURORA, trouble="lost"))
    with database.work() as work:
        assert workspaces(work).claim(before, NOON, NOON + MINUTE)
        assert workspaces(work).keep(before, "sealed 2", NOON + MINUTE, NOON + 2 * HOUR)
        after = replace(before, tokens="sealed 2", renewed_at=NOON + MINUTE, expires_at=NOON + 2 * HOUR, trouble="")
        assert workspaces(work).get(before.id) == after
    with database.work() as work:
        assert not workspaces(work).claim(before, NOON, NOON + MINUTE)
        assert not workspaces(work).keep(before, "sealed 3", NOON, None)
        assert not workspaces(work).fail(before, "lost", NOON + HOUR)
        assert not workspaces(work).reseal(before, "sealed 4")
        assert workspaces(work).claim(after, NOON, NOON + MINUTE)
        assert workspaces(work).get(before.id) == after


def test_a_renewal_that_failed_is_noted_and_not_tried_for_a_while(database: Books) -> None:
    """A new installation ends that."""
    workspace = installed(database)
    with database.work() as work:
        assert workspaces(work).claim(workspace, NOON, NOON + MINUTE)
        assert workspaces(work).fail(workspace, "invalid_refresh_token", NOON + HOUR)
        assert workspaces(work).get(workspace.id) == replace(workspace, trouble="invalid_refresh_token")
        assert not workspaces(work).claim(workspace, NOON + MINUTE, NOON + HOUR)
    again = installed(database, replace(workspace, tokens="sealed 2", installed_at=NOON + MINUTE))
    with database.work() as work:
        assert not workspaces(work).claim(workspace, NOON + HOUR, NOON + 2 * HOUR)
        assert workspaces(work).claim(again, NOON, NOON + MINUTE)


def test_another_seal_changes_nothing_but_the_seal(database: Books) -> None:
    """A renewal that goes on meanwhile does not begin a second time, and its tokens are kept."""
    workspace = installed(database)
    with database.work() as work:
        assert workspaces(work).claim(workspace, NOON, NOON + MINUTE)
        assert workspaces(work).reseal(workspace, "sealed anew")
    with database.work() as work:
        anew = workspaces(work).get(workspace.id)
        assert anew == replace(workspace, tokens="sealed anew")
        assert not workspaces(work).claim(anew, NOON, NOON + MINUTE)
        assert workspaces(work).keep(workspace, "sealed 2", NOON + MINUTE, None)
        assert not workspaces(work).reseal(anew, "sealed 1, a third time")
        assert workspaces(work).get(workspace.id).tokens == "sealed 2"


def test_an_installation_that_was_begun_ends_once_and_in_time(database: Books) -> None:
    """The browser may come back a second time, or an hour later."""
    with database.work() as work:
        for name in ("a", "b", "old"):
            states(work).keep(name, NOON, NOON + (MINUTE if name == "old" else HOUR))
    with database.work() as work:
        assert states(work).take("a", NOON + MINUTE)
    with database.work() as work:
        assert not states(work).take("a", NOON + MINUTE)
        assert not states(work).take("nobody's", NOON)
        assert not states(work).take("b", NOON + HOUR)
    with database.work() as work:
        states(work).keep("c", NOON + HOUR, NOON + 2 * HOUR)
    with database.work() as work:
        assert not states(work).take("old", NOON), "what is over is dropped when another one begins"


def test_a_room_keeps_which_workspace_writes_to_it(database: Books) -> None:
    """And its people are written to from there."""
    rooms = tuple(replace(room, workspace="T0AURORA01") for room in in_slack().rooms)
    engagement = replace(in_slack(), rooms=rooms)
    with database.work() as work:
        work.engagements.save(engagement, NOON)
    with database.view() as work:
        assert work.engagements.get(engagement.id) == engagement
        found = work.engagements.at_address(Platform.SLACK, rooms[0].address)
    assert found is not None
    assert found[1].workspace == "T0AURORA01"
