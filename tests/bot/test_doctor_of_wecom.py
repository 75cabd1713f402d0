"""What the doctor says of WeCom's robot and of rooms it hears."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.doctor import examine
from bot.health import Health
from bot.settings import Settings
from bot.wecom_rooms import wecom_room
from tests.bot.wecom.callbacks import AES_KEY, TOKEN
from tests.bot.wecom.samples import ROOM

ROBOT = {"wecom_robot_token": TOKEN, "wecom_robot_key": AES_KEY}
GROUP = {"wecom_webhook_keys": {"lumina-group": "0badkey0-made-up"}}


def settings(**chosen: Any) -> Settings:
    """Return settings without an environment."""
    return Settings(_env_file=None, database_url="sqlite://", **chosen)


@pytest.mark.parametrize(
    ("address", "heard_at", "chosen", "said"),
    [
        ("lumina-group", "", GROUP, None),
        ("lumina-group", "robot:wrChat", {**GROUP, **ROBOT}, None),
        ("lumina-group", "", {}, "has no key called “lumina-group”"),
        ("lumina-group", "robot:wrChat", GROUP, "VIGIA_WECOM_ROBOT_TOKEN is not set"),
        ("robot:wrChat", "", {}, "VIGIA_WECOM_ROBOT_TOKEN is not set"),
        ("robot:wrChat", "", ROBOT, "nothing is sent by itself"),
    ],
)
def test_a_room_says_what_it_lacks(address: str, heard_at: str, chosen: dict[str, Any], said: str | None) -> None:
    """A webhook to be written to, a robot to be heard."""
    found = wecom_room(replace(ROOM, address=address, heard_at=heard_at), settings(**chosen))
    assert (found is None) == (said is None)
    assert said is None or (found is not None and said in found[1])


@pytest.mark.parametrize(
    ("chosen", "health", "said"),
    [
        (ROBOT, Health.LOOK, "answers as @Vigia at /wecom/robot/callback; without the app"),
        ({"wecom_robot_token": TOKEN}, Health.BAD, "VIGIA_WECOM_ROBOT_TOKEN and the 43 characters"),
        ({**ROBOT, "wecom_robot_key": "short"}, Health.BAD, "VIGIA_WECOM_ROBOT_KEY belong together"),
    ],
)
def test_the_robot_is_checked_before_wecom_calls_it(chosen: dict[str, Any], health: Health, said: str) -> None:
    """Half a set is a mistake; without the app hidden ids stay hidden."""
    (check,) = (one for one in examine(settings(**chosen)) if one.name == "wecom robot")
    assert check.health is health
    assert said in check.sentence


def test_without_a_robot_nothing_is_said_of_it() -> None:
    """Most installations have none."""
    assert [one for one in examine(settings()) if one.name == "wecom robot"] == []
