"""WeCom's limits, each once, with where it is written down. Text is counted in UTF-8 bytes."""

from __future__ import annotations

from datetime import timedelta

TEXT_BYTES = 2048
"""A `text` message: https://developer.work.weixin.qq.com/document/path/99110"""
MARKDOWN_BYTES = 4096
"""A `markdown` message; a longer one is refused, not cut: https://developer.work.weixin.qq.com/document/path/99110"""
MARKDOWN_V2_BYTES = 4096
"""A `markdown_v2` message, which has tables: https://developer.work.weixin.qq.com/document/path/99110"""
PART_BYTES = 4000
"""Ours: one message of a split text, with room below the limit for a miscount of theirs."""
MOST_PARTS = 3
"""Ours: a reply becomes at most so many messages; what does not fit is left out, and the last line says so."""
IMAGE_BYTES = 2 * 1024 * 1024
"""The picture before base64: https://developer.work.weixin.qq.com/document/path/99110"""
FILE_BYTES = 20 * 1024 * 1024
"""A file for a group: https://developer.work.weixin.qq.com/document/path/99110"""
SMALLEST_FILE_BYTES = 6
"""Files of five bytes and less are refused: https://developer.work.weixin.qq.com/document/path/99110"""
MESSAGES_PER_MINUTE = 20
"""Per webhook: https://developer.work.weixin.qq.com/document/path/99110"""
OUR_MESSAGES_PER_MINUTE = 15
"""Ours: what another program of the group's owner sends through the same webhook counts too."""
LIMITED_FOR = timedelta(seconds=60)
"""How long a webhook stays blocked after too many messages: https://developer.work.weixin.qq.com/document/path/99110"""
CALL_SECONDS = 30.0
"""Ours: longest wait for one answer."""
BUDGET_SECONDS = 150.0
"""Ours: all calls and waits of one parcel together."""
APP_MARKDOWN_BYTES = 2048
"""A `markdown` message of an app, half of a webhook's: https://developer.work.weixin.qq.com/document/path/90236"""
APP_PART_BYTES = 2000
"""Ours: one message of a split text to a person, with room below the limit for a miscount of theirs."""
APP_IMAGE_BYTES = 5 * 1024 * 1024
"""A picture of an app; two pages of WeCom disagree (5 or 10 MB): https://developer.work.weixin.qq.com/document/path/90253"""
MESSAGES_TO_A_PERSON_PER_MINUTE = 30
"""Per app and person; the next ones are dropped without a word: https://developer.work.weixin.qq.com/document/path/90454"""
MESSAGES_TO_A_PERSON_PER_HOUR = 1000
"""As above: https://developer.work.weixin.qq.com/document/path/90454"""
OUR_MESSAGES_TO_A_PERSON_PER_MINUTE = 25
"""Ours: WeCom's minute does not begin when ours does, and what it drops nobody ever hears of."""
OUR_MESSAGES_TO_A_PERSON_PER_HOUR = 900
"""Ours, as above."""
DUPLICATE_SECONDS = 1800
"""WeCom drops the same message to the same person within it: https://developer.work.weixin.qq.com/document/path/90236"""
CALLBACK_BYTES = 65_536
"""Ours: WeCom's largest callback, a text of 2,048 bytes, stays far below."""
CALLBACK_AGE_SECONDS = 600
"""Ours: oldest callback still believed; WeCom repeats one for some 20 seconds."""
CARD_BUTTONS = 6
"""Buttons of a card: https://developer.work.weixin.qq.com/document/path/90236"""
BUTTON_TEXT = 10
"""Characters: https://developer.work.weixin.qq.com/document/path/90236"""
BUTTON_KEY_BYTES = 1024
"""https://developer.work.weixin.qq.com/document/path/90236"""
CARD_TITLE = 36
"""Characters: https://developer.work.weixin.qq.com/document/path/90236"""
NOTICE_TITLE = 26
"""Characters of a webhook card's title: https://developer.work.weixin.qq.com/document/path/99110"""
NOTICE_SUBTITLE = 112
"""Characters of the text below it: https://developer.work.weixin.qq.com/document/path/99110"""
NOTICE_ITEMS = 6
"""Lines of a name and a value: https://developer.work.weixin.qq.com/document/path/99110"""
NOTICE_ITEM_NAME = 5
"""Characters: https://developer.work.weixin.qq.com/document/path/99110"""
NOTICE_ITEM_VALUE = 26
"""Characters: https://developer.work.weixin.qq.com/document/path/99110"""
ROBOT_BYTES = 20_480
"""An answer of a smart robot: https://developer.work.weixin.qq.com/document/path/101031"""
ROBOT_PART_BYTES = 20_000
"""Ours: one answer, with room below the limit for a miscount of theirs."""
ROBOT_IMAGE_BYTES = 10 * 1024 * 1024
"""A picture in a robot's answer, before base64: https://developer.work.weixin.qq.com/document/path/101031"""
ROBOT_ANSWERS_WITHIN = 5.0
"""Seconds a robot's callback may take: https://developer.work.weixin.qq.com/document/path/101033"""
ROBOT_WAITS = 2.5
"""Ours: seconds a callback waits for its answer before it says that one is coming."""
ROBOT_ANSWER_TAKES = timedelta(seconds=60)
"""Ours: whoever has not answered by then is dead, and another copy of Vigia answers; drawing alone may take 20 s."""
STREAM_ENDS_AFTER = timedelta(minutes=6)
"""WeCom stops asking for an answer: https://developer.work.weixin.qq.com/document/path/101031"""
STREAM_CLOSES_AFTER = timedelta(minutes=5, seconds=30)
"""Ours: an answer that has not come by then comes as a message of its own."""
CARD_SUBTITLE = 160
"""Characters: https://developer.work.weixin.qq.com/document/path/90236"""
