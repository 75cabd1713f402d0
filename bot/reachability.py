"""Who of an engagement can be written to alone, as far as settings and user ids tell."""

from __future__ import annotations

from collections.abc import Iterator

from bot.settings import Settings
from kpi.engagements import DIRECT_PLATFORMS, Engagement, Person, Platform
from kpi.incidents.escalation_policies import policy_of


def called_people(engagement: Engagement, settings: Settings) -> Iterator[tuple[Person, tuple[Platform, ...]]]:
    """Yield the people who would be called about an incident, and where this installation writes to them alone."""
    platforms = frozenset(_platforms(settings))
    for person in _called(engagement):
        ways = (room.platform for room in engagement.direct_rooms(person.id))
        yield person, tuple(way for way in ways if way in platforms)


def people_known_on_one_side(engagement: Engagement, settings: Settings) -> Iterator[tuple[Person, Platform]]:
    """Yield the people who would be called and have a user id on one of two platforms alone, with the other one."""
    platforms = tuple(_platforms(settings))
    if len(platforms) < len(DIRECT_PLATFORMS):
        return
    for person in _called(engagement):
        missing = [platform for platform in platforms if person.handle_on(platform) is None]
        if len(missing) == 1:
            yield person, missing[0]


def _called(engagement: Engagement) -> Iterator[Person]:
    """Yield the people who would be called about an incident, in that order."""
    policy = policy_of(engagement, None)
    called = dict.fromkeys(contact.person for level in policy.levels for contact in level.contacts)
    yield from filter(None, map(engagement.person, called))


def _platforms(settings: Settings) -> Iterator[Platform]:
    if settings.slack_bot_token is not None or settings.slack_client_id is not None:
        yield Platform.SLACK
    if settings.wecom_corp_id is not None:
        yield Platform.WECOM
