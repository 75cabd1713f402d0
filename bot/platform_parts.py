"""What a running bot has of each chat platform; nothing where the settings leave it out.

The platforms are only named here. `bot/slack_wiring.py` and `bot/wecom_wiring.py` load them, and are themselves loaded
where the settings want it: both together are a fifth of a start, 0.3 to 0.5 s of processor, and 32 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.messengers import Messenger
from bot.pages.form_links import FormLinks
from bot.pages.links import PageLinks

if TYPE_CHECKING:
    from bot.slack.link import SlackLink
    from bot.slack.side import SlackSide
    from bot.wecom.app_door import AppDoor
    from bot.wecom.app_messenger import AppMessenger
    from bot.wecom.robot import Robot
    from bot.wecom.webhook import GroupWebhooks


@dataclass(frozen=True, slots=True)
class Links:
    """How to link to pages and forms; None without an address."""

    pages: PageLinks | None
    forms: FormLinks | None


@dataclass(frozen=True, slots=True)
class SlackParts:
    """Slack: the side of the token in the settings, all workspaces that installed the link, the way into rooms."""

    home: SlackSide | None = None
    link: SlackLink | None = None
    messenger: Messenger | None = None


@dataclass(frozen=True, slots=True)
class WeComParts:
    """WeCom: webhooks into groups, the app that reaches people and its door, the robot, and the way out of all."""

    webhooks: GroupWebhooks | None = None
    people: AppMessenger | None = None
    door: AppDoor | None = None
    robot: Robot | None = None
    messenger: Messenger | None = None
