"""An incident from its report to its end, with every answer given, and the messages that told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kpi.engagements import Audience, Engagement
from kpi.languages import Language
from tests.handlers.call_world import HOUR, MINUTE, CallWorld, called_north

PLAN = (
    "/incident plan 1001 cause: main pictures were rejected action: upload the pictures again owner: Bruno review: 48h"
)
END = "/incident resolve 1001 reason: the seller sees it, too"


def spoken_north(seller: Language = Language.ZH, operations: Language = Language.PT) -> Engagement:
    """Return the seller whose rooms read these languages."""
    found = called_north()
    spoken = {Audience.SELLER: seller, Audience.OPERATIONS: operations}
    return replace(found, rooms=tuple(replace(room, language=spoken[room.audience]) for room in found.rooms))


def answered(engagement: Engagement | None = None) -> CallWorld:
    """Return a world in which Wei reported, nobody answered for half an hour, and Ana then gave analysis and plan."""
    world = CallWorld(engagement or spoken_north())
    world.fill("north-ml", "north-amz")
    world.declare("/incident 转化率从昨天开始下降 North ML")
    world.live(40 * MINUTE, 5 * MINUTE)
    world.staff("/incident ack 1001")
    world.live(2 * HOUR, 10 * MINUTE)
    world.staff("/incident note 1001 the margin of this listing is thin")
    world.staff("/incident analysis 1001 As fotos principais do anúncio | foram <rejeitadas>.")
    world.live(HOUR, 10 * MINUTE)
    world.staff(PLAN)
    world.live(timedelta(hours=20), HOUR)
    return world


def ended(engagement: Engagement | None = None) -> CallWorld:
    """Return the same world just after Ana ended it."""
    world = answered(engagement)
    world.staff(END)
    return world
