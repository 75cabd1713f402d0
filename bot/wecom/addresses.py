"""Where WeCom rooms are: the name of a webhook, or a chat the robot hears."""

from __future__ import annotations

import re

ROBOT_CHATS = "robot:"
"""Begins the address of a chat the robot hears; behind it stands the chatid, whose capitals matter."""
_CHAT_ID = re.compile(r"wr[A-Za-z0-9_-]{20,}")


def is_chat_id(address: str) -> bool:
    """Tell whether an address looks like the id of a chat, as WeCom lists those of customer groups."""
    return _CHAT_ID.fullmatch(address) is not None
