"""The room whose language and clock a command of the terminal reads in."""

from __future__ import annotations

from dataclasses import replace

from kpi.engagements import Audience, Engagement, Platform, Room
from kpi.languages import Language
from kpi.service_records.months import service_zone


def reading_room(engagement: Engagement, audience: Audience, language: Language | None) -> Room:
    """Return the first room of a side, in another language where one is wanted.

    A side without a room reads English on the engagement's service clock.
    """
    stand_in = Room("terminal", engagement.id, Platform.CONSOLE, "", audience, Language.EN, service_zone(engagement))
    room = next((one for one in engagement.rooms if one.audience is audience), stand_in)
    return replace(room, language=language) if language else room
