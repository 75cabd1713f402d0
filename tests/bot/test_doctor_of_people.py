"""What the doctor says of people on one platform alone, of learnt user ids, and of rooms another company reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.doctor import Check, _engagement
from bot.health import Health
from bot.settings import Settings
from kpi.acquaintances import with_handle
from kpi.engagements import Engagement, Platform, Role
from tests.handlers.rooms.test_room_changes import in_slack
from tests.handlers.world import north

BOTH = {"slack_bot_token": "tok", "wecom_corp_id": "corp"}


def checks(engagement: Engagement, **chosen: Any) -> dict[str, Check]:
    """Return what is said of an engagement, by what it is said of."""
    settings = Settings(_env_file=None, database_url="sqlite://", **chosen)
    return {one.name: one for one in _engagement(engagement, settings, ())}


def test_who_is_known_on_one_of_two_platforms_has_one_way() -> None:
    """Nothing is wrong with it; with one platform there is nothing to say."""
    engagement = in_slack(north())
    people = tuple(
        with_handle(one, Platform.WECOM, "ana") if one.role is Role.ACCOUNT_MANAGER else one
        for one in engagement.people
    )
    both = replace(engagement, people=tuple(replace(one, learnt=()) for one in people))
    found = checks(both, **BOTH)
    assert found["person north-ana"].sentence == "is called alone in slack and then wecom"
    assert found["person north-rita"].health is Health.OK
    assert "a user id in wecom would be a second way" in found["person north-rita"].sentence
    assert "person north-wei" not in found, "nobody calls the seller's people"
    assert checks(both, slack_bot_token="tok")["person north-rita"].sentence == "is called alone in slack"


def test_a_learnt_user_id_belongs_into_the_file() -> None:
    """With the line to write."""
    engagement = in_slack(north())
    wei = next(one for one in engagement.people if one.role is Role.SELLER)
    people = tuple(with_handle(one, Platform.WECOM, "wei") if one.id == wei.id else one for one in engagement.people)
    found = checks(replace(engagement, people=people), slack_bot_token="tok")
    assert 'wecom = "wei" came by an invitation' in found["person north-wei"].sentence


def test_a_held_room_is_bad_news() -> None:
    """With what lets it go on."""
    held = replace(in_slack(north(), wecom=False), held=("north-ops",))
    said = list(_engagement(held, Settings(_env_file=None, database_url="sqlite://", slack_bot_token="tok"), ()))
    (check,) = [one for one in said if one.name == "room north-ops" and one.health is Health.BAD]
    assert "/room confirm north-ops" in check.sentence
