"""Who of an engagement can be written to alone, as far as settings and user ids tell."""

from __future__ import annotations

from collections.abc import Iterator

from bot.settings import Settings
from kpi.engagements import Engagement, Person, Platform
from kpi.escalation_policies import policy_of


def unreachable_people(engagement: Engagement, settings: Settings) -> Iterator[Person]:
    """Yield the people who would be called about an incident and have no user id where this installation writes."""
    platforms = frozenset(_platforms(settings))
    policy = policy_of(engagement, None)
    called = dict.fromkeys(contact.person for level in policy.levels for contact in level.contacts)
    for person in filter(None, map(engagement.person, called)):
        if not any(room.platform in platforms for room in engagement.direct_rooms(person.id)):
            yield person


def _platforms(settings: Settings) -> Iterator[Platform]:
    if settings.slack_bot_token is not None or settings.slack_client_id is not None:
        yield Platform.SLACK
    if settings.wecom_corp_id is not None:
        yield Platform.WECOM
