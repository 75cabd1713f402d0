"""A room nothing can be sent to: what it may read is handed to whoever forwards it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.deliveries import Composed, compose_delivery
from handlers.digests.daily_digest import send_digest_now
from kpi.absences import Absence
from kpi.engagements import Audience, Engagement, Platform, Role
from kpi.errors import NotFoundError
from kpi.languages import Language
from tests.handlers.world import DAY, NOW, World, north, south

TODAY = Absence(NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=1), "bo")


def outside(*, is_away: bool = False, handles: dict[str, str] | None = None) -> Engagement:
    """Return an engagement whose seller sits in an external group, and who of its people is where in WeCom."""
    ids = {"ana": "ana.souza"} if handles is None else handles
    engagement = north()
    ana = replace(
        next(one for one in engagement.people if one.role is Role.ACCOUNT_MANAGER), id="ana", language=Language.PT
    )
    bo = replace(ana, id="bo", name="Bo", language=Language.ES)
    people = tuple(
        replace(one, handles=((Platform.WECOM, ids[one.id]),) if one.id in ids else (), away=away)
        for one, away in ((ana, (TODAY,) if is_away else ()), (bo, ()))
    )
    room = replace(
        engagement.rooms[0],
        id="north-external",
        platform=Platform.WECOM,
        address="forwarded:north/north-external",
        audience=Audience.SELLER,
        language=Language.ZH,
        forward_by="ana",
    )
    return replace(engagement, people=people, rooms=(room,))


def handed(engagement: Engagement, **changed: object) -> Composed:
    """Return what becomes of a digest for the external group."""
    world = World(engagement, south()).fill()
    with world.books.work() as work:
        send_digest_now(work, "north", DAY, NOW)
    delivery = next(one for one in world.deliveries() if one.engagement == "north")
    with world.books.view() as work:
        composed = compose_delivery(work, replace(delivery, **changed))  # type: ignore[arg-type]
    assert composed is not None
    return composed


def test_the_forwarder_is_told_in_their_language_and_the_group_reads_in_its_own() -> None:
    """In the eyes of the seller's room, with nothing to press and nobody called."""
    composed = handed(outside())
    assert (composed.room.address, composed.room.forward_by) == ("ana.souza", "ana")
    assert composed.reply.to_forward.startswith("Para encaminhar a “north-external”")
    assert composed.reply.language is Language.ZH
    assert composed.reply.table is None
    assert (composed.reply.buttons, composed.reply.mention) == ((), None)
    assert composed.reply.picture is not None


def test_a_repeated_one_is_marked_where_the_forwarder_reads_it() -> None:
    """And nowhere in what the seller will read."""
    composed = handed(outside(), is_repeat=True)
    assert composed.reply.to_forward.startswith("(reenviado)")
    assert "重发" not in composed.reply.headline


@pytest.mark.parametrize(
    ("handles", "person"),
    [({"ana": "ana.souza", "bo": "bo.li"}, "bo"), ({"ana": "ana.souza"}, "ana")],
)
def test_who_stands_in_forwards_too(handles: dict[str, str], person: str) -> None:
    """Unless WeCom does not know them: then whoever is away is the only way left."""
    composed = handed(outside(is_away=True, handles=handles))
    assert (composed.room.forward_by, composed.room.address) == (person, handles[person])


def test_somebody_who_is_away_with_their_stand_in_is_written_to_all_the_same() -> None:
    """Nobody else is known."""
    engagement = outside(is_away=True, handles={"ana": "ana.souza", "bo": "bo.li"})
    both_away = tuple(replace(one, away=(TODAY,)) for one in engagement.people)
    assert handed(replace(engagement, people=both_away)).room.forward_by == "ana"


@pytest.mark.parametrize("handles", [{}, {"bo": "bo.li"}])
def test_without_a_way_to_the_forwarder_the_message_fails_with_a_sentence(handles: dict[str, str]) -> None:
    """It is never taken for delivered."""
    with pytest.raises(NotFoundError, match="Nobody can forward to “north-external”"):
        handed(outside(handles=handles))


def test_somebody_nobody_knows_forwards_nothing() -> None:
    """An agreement was changed since."""
    engagement = outside()
    with pytest.raises(NotFoundError, match="Nobody can forward"):
        handed(replace(engagement, rooms=(replace(engagement.rooms[0], forward_by="gone"),)))


def test_every_other_room_is_written_to_itself() -> None:
    """Whoever reads it needs no note."""
    engagement = outside()
    plain = replace(engagement, rooms=(replace(engagement.rooms[0], forward_by="", address="north-group"),))
    composed = handed(plain)
    assert (composed.room, composed.reply.to_forward) == (plain.rooms[0], "")
