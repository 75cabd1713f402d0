"""What dead processes left in the inbox is done by this one."""

from __future__ import annotations

from functools import partial

from bot.slack.kept_calls import Serve, left_call
from bot.wiring import Vigia


async def take_over_slack(vigia: Vigia) -> None:
    """Start the work for what came in from Slack and was acknowledged, but neither answered nor done."""
    await vigia.slack_inbox.take_over(partial(left_call, partial(_serve_in, vigia)), vigia.errands.is_act)


async def _serve_in(vigia: Vigia, workspace: str) -> Serve | None:
    if vigia.slack_link is not None:
        door = await vigia.slack_link.workspaces.door_of(workspace)
    else:
        door = vigia.slack.door if vigia.slack is not None and not workspace else None
    return door.start if door is not None else None
