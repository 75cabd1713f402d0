"""What the doctor says of WeCom's robot and of rooms it hears."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.doctor import examine
from bot.health import Health
from bot.samples.engagements import sample_engagements
from bot.settings import Settings
from bot.wecom_rooms import reached_by, wecom_room
from kpi.engagements import Platform
from storage.database import Database
from tests.bot.wecom.callbacks import AES_KEY, TOKEN
from tests.bot.wecom.samples import ROOM
from tests.twins.clock import A_SUNDAY_NOON

ROBOT = {"wecom_robot_token": TOKEN, "wecom_robot_key": AES_KEY}
GROUP = {"wecom_webhook_keys": {"lumina-group": "0badkey0-made-up"}}


def settings(**chosen: Any) -> Settings:
    """Return settings without an environment."""
    return Settings(_env_file=None, **{"database_url": "sqlite://", **chosen})


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


@pytest.mark.parametrize(
    ("changed", "way"),
    [
        ({"address": "lumina-group"}, "its webhook, one way"),
        ({"address": "lumina-group", "heard_at": "robot:wrChat"}, "its webhook; the robot hears it"),
        ({"address": "forwarded:lumina/x", "forward_by": "ana"}, "what ana forwards, who is sent it alone by the app"),
    ],
)
def test_what_reaches_a_group_is_said(changed: dict[str, str], way: str) -> None:
    """Configuration decides it, and nothing else is promised."""
    assert reached_by(replace(ROOM, **changed)).startswith(way)  # type: ignore[arg-type]


def test_a_group_somebody_forwards_to_needs_the_app_and_no_webhook() -> None:
    """Without the app nothing could be handed over."""
    room = replace(ROOM, address="forwarded:lumina/x", forward_by="ana")
    found = wecom_room(room, settings())
    assert found is not None
    assert found[0] is Health.BAD
    assert "VIGIA_WECOM_CORP_ID" in found[1]
    assert wecom_room(room, settings(wecom_corp_id="ww0")) is None


def test_the_doctor_says_who_is_called_where_and_what_reaches_each_group(database_url: str) -> None:
    """A whole engagement: an own group, an external one, and people with and without ids."""
    lumina = sample_engagements()[0]
    seller, operations = lumina.rooms
    rooms = (
        replace(seller, platform=Platform.WECOM, address="lumina-group"),
        replace(operations, platform=Platform.WECOM, address="forwarded:lumina/lumina-ops", forward_by="ana"),
    )
    people = tuple(
        replace(one, handles=((Platform.WECOM, one.id),)) if one.id == "ana" else one for one in lumina.people
    )
    database = Database(database_url)
    with database.work() as work:
        work.engagements.save(replace(lumina, rooms=rooms, people=people), A_SUNDAY_NOON)
    database.close()
    chosen: dict[str, Any] = {
        **GROUP,
        "wecom_corp_id": "ww0",
        "wecom_agent_id": 1,
        "wecom_app_secret": "s",
        "wecom_api_url": "http://127.0.0.1:9",
    }
    said = {one.name: one.sentence for one in examine(settings(database_url=database_url, **chosen))}
    assert said["room lumina-seller"].endswith("; reached by its webhook, one way")
    assert "reached by what ana forwards" in said["room lumina-ops"]
    assert said["person ana"] == "is called alone in wecom"


def test_without_a_robot_nothing_is_said_of_it() -> None:
    """Most installations have none."""
    assert [one for one in examine(settings()) if one.name == "wecom robot"] == []
