"""WeCom, chosen and put together: webhooks into groups, the app to people and its door, the robot in groups."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from pydantic import SecretStr

from bot.afterwork import AfterWork
from bot.attempts import Draw
from bot.errands import Errands
from bot.form_offers import FormOffers
from bot.kept_events import KeptEvents
from bot.messengers import Messenger
from bot.platform_access import has_callback, wecom_app_access
from bot.platform_parts import Links, WeComParts
from bot.settings import Settings
from bot.wecom.app import CallbackCrypto, WeComApp
from bot.wecom.app_access import AppAccess
from bot.wecom.app_door import AppDoor
from bot.wecom.app_messenger import AppMessenger
from bot.wecom.forwarding import Forwarders
from bot.wecom.messenger import Aids, WeComMessenger
from bot.wecom.pace import TO_A_PERSON
from bot.wecom.robot import Robot
from bot.wecom.robot_answers import RobotAnswers
from bot.wecom.robot_returns import RobotReturns
from bot.wecom.shared_pace import SharedPace
from bot.wecom.tokens import Tokens
from bot.wecom.user_ids import UserIds
from bot.wecom.ways import WeComWays
from bot.wecom.webhook import GroupWebhooks
from handlers.ports import Clock
from kpi.engagements import Platform
from storage.database import Database


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all ways stand on."""

    settings: Settings
    database: Database
    errands: Errands
    draw: Draw
    clock: Clock


def wecom_parts(
    settings: Settings, database: Database, errands: Errands, draw: Draw, links: Links, clock: Clock
) -> WeComParts:
    """Return what the settings say; no connection is opened. Raises ConfigurationError for half a set."""
    ground = _Ground(settings, database, errands, draw, clock)
    webhooks = GroupWebhooks(settings.wecom_api_url) if settings.wecom_webhook_keys else None
    people = _people(ground, links)
    offers = _form_offers(ground, links, people)
    door, robot = _door(ground, people, offers), _robot(ground, people, offers)
    return WeComParts(webhooks, people, door, robot, _ways_out(ground, webhooks, people, links))


def _ways_out(
    ground: _Ground, webhooks: GroupWebhooks | None, people: AppMessenger | None, links: Links
) -> Messenger | None:
    if webhooks is None and people is None:
        return None
    turns = SharedPace(ground.database.work, ground.clock, asyncio.sleep)
    page_url = links.pages.url if links.pages else None
    aids = Aids(page_url, turns, ground.draw, ground.errands.forms_among)
    forwarders = Forwarders(people, page_url) if people else None
    return WeComWays(_groups(ground.settings, webhooks, aids), people, forwarders)


def _groups(settings: Settings, webhooks: GroupWebhooks | None, aids: Aids) -> WeComMessenger | None:
    if webhooks is None:
        return None
    return WeComMessenger(webhooks, settings.wecom_webhook_keys, time.monotonic, asyncio.sleep, aids)


def _people(ground: _Ground, links: Links) -> AppMessenger | None:
    access = wecom_app_access(ground.settings)
    if access is None:
        return None
    name = f"turns of people: {access.name}"
    turns = SharedPace(ground.database.work, ground.clock, asyncio.sleep, TO_A_PERSON, name)
    app = wecom_app(access, ground.database, ground.clock)
    page_url = links.pages.url if links.pages else None
    return AppMessenger(app, turns, hears=has_callback(ground.settings), page_url=page_url)


def wecom_app(access: AppAccess, database: Database, clock: Clock) -> WeComApp:
    """Return the app; its token is shared through the database."""
    return WeComApp(access, Tokens(access, database.work, clock))


def _form_offers(ground: _Ground, links: Links, people: AppMessenger | None) -> FormOffers | None:
    """Return who offers links to forms, which WeCom does not have; None where there are no links."""
    if links.forms is None:
        return None
    errands, tell = ground.errands, people.say if people else None
    return FormOffers(errands.opened, errands.request_of, errands.is_first, links.forms.url, tell)


def wecom_crypto(settings: Settings) -> CallbackCrypto | None:
    """Return how the app's callbacks are read, or None when it has none; raises ConfigurationError for half a set."""
    if not has_callback(settings):
        return None
    token, key = settings.wecom_callback_token, settings.wecom_callback_key
    return CallbackCrypto(settings.wecom_corp_id or "", token or SecretStr(""), key or SecretStr(""))


def _door(ground: _Ground, people: AppMessenger | None, offers: FormOffers | None) -> AppDoor | None:
    crypto = wecom_crypto(ground.settings)
    if crypto is None or people is None:
        return None
    return AppDoor(
        crypto,
        ground.errands.answer,
        people,
        ground.draw,
        ground.clock,
        AfterWork(),
        inbox=KeptEvents(ground.database.work, Platform.WECOM, ground.clock),
        is_act=ground.errands.is_act,
        forms=offers,
    )


def wecom_robot_crypto(settings: Settings) -> CallbackCrypto | None:
    """Return how the robot's callbacks are read, or None without a robot; raises ConfigurationError for half a set."""
    token, key = settings.wecom_robot_token, settings.wecom_robot_key
    if token is None and key is None:
        return None
    return CallbackCrypto("", token or SecretStr(""), key or SecretStr(""), "ROBOT")


def _robot(ground: _Ground, people: AppMessenger | None, offers: FormOffers | None) -> Robot | None:
    settings, errands = ground.settings, ground.errands
    crypto = wecom_robot_crypto(settings)
    if crypto is None or settings.wecom_robot_key is None:
        return None
    return Robot(
        crypto,
        settings.wecom_robot_name,
        errands.answer,
        errands.answer_again,
        errands.owes,
        ground.draw,
        UserIds(people.user_id if people else None),
        RobotAnswers(ground.database.work, settings.wecom_robot_key),
        RobotReturns(settings.wecom_api_url),
        ground.clock,
        AfterWork(),
        forms=offers,
    )
