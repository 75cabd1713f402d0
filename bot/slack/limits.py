"""Slack's limits, each once, with where it is written down. Lengths are characters, not bytes."""

from __future__ import annotations

BLOCKS = 50
"""Blocks of one message: https://docs.slack.dev/reference/block-kit/blocks"""
HOME_BLOCKS = 100
"""Blocks of a Home tab: https://docs.slack.dev/reference/block-kit/blocks"""
HEADER_TEXT = 150
"""https://docs.slack.dev/reference/block-kit/blocks/header-block"""
SECTION_TEXT = 3000
"""https://docs.slack.dev/reference/block-kit/blocks/section-block"""
SECTION_FIELDS = 10
"""https://docs.slack.dev/reference/block-kit/blocks/section-block"""
FIELD_TEXT = 2000
"""https://docs.slack.dev/reference/block-kit/blocks/section-block"""
CONTEXT_ELEMENTS = 10
"""https://docs.slack.dev/reference/block-kit/blocks/context-block"""
CONTEXT_TEXT = 3000
"""A text object's own limit: https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""
ACTIONS = 25
"""https://docs.slack.dev/reference/block-kit/blocks/actions-block"""
BUTTON_TEXT = 75
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
BUTTON_VALUE = 2000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
BUTTON_URL = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
ALT_TEXT = 2000
"""https://docs.slack.dev/reference/block-kit/blocks/image-block"""
BLOCK_ID = 255
"""https://docs.slack.dev/reference/block-kit/blocks"""
TABLE_ROWS = 100
"""Including the row of column names: https://docs.slack.dev/reference/block-kit/blocks/table-block"""
TABLE_COLUMNS = 20
"""https://docs.slack.dev/reference/block-kit/blocks/table-block"""
TABLE_CELL = 200
"""Ours: Slack names no limit, and a longer cell is not read on a phone."""
CHARTS = 2
"""Of one message. Slack says so only in its errors (vercel/chat#696)."""
CHART_TITLE = 50
"""https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block"""
CHART_POINTS = 20
"""Categories, and points of each series: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block"""
CHART_LABEL = 20
"""Of a point and of a series: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block"""
AXIS_LABEL = 50
"""https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block"""
CONFIRM_TITLE = 100
"""https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""
CONFIRM_TEXT = 300
"""https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""
CONFIRM_LABEL = 30
"""On each of the two buttons: https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""
MESSAGE_TEXT = 4000
"""Best length of the top-level text: https://docs.slack.dev/reference/methods/chat.postMessage#truncating"""
MESSAGE_CHARACTERS = 12_000
"""All text in a message's blocks. `msg_blocks_too_long` was seen at about 13,200 (slackapi/bolt-js#2509)."""
FILE_TITLE = 255
"""Ours: what Slack's clients show of a file's title."""
HISTORY_MESSAGES = 15
"""Most that every kind of app may read at once: https://docs.slack.dev/apis/web-api/rate-limits"""
VIEW_BLOCKS = 100
"""https://docs.slack.dev/reference/views/modal-views"""
VIEW_LABEL = 24
"""A modal's title, and the words on its two buttons: https://docs.slack.dev/reference/views/modal-views"""
VIEW_METADATA = 3000
"""What a modal carries unseen: https://docs.slack.dev/reference/views/modal-views"""
INPUT_LABEL = 2000
"""Label and hint alike: https://docs.slack.dev/reference/block-kit/blocks/input-block"""
INPUT_TEXT = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""
OPTIONS = 100
"""Options of a choice or of one of its groups, and groups of a choice:
https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""
OPTION_TEXT = 75
"""Also a group's label: https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""
OPTION_VALUE = 150
"""https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""
OVERFLOW_OPTIONS = 5
"""https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element"""
FORM_FILES = 5
"""Files of one form; Slack allows ten of 10 MB each:
https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""
TRIGGER_SECONDS = 3.0
"""How long a modal may be opened after a press: https://docs.slack.dev/interactivity/handling-user-interaction"""
ACKNOWLEDGE_SECONDS = 3.0
"""How long Slack waits for an answer: https://docs.slack.dev/interactivity/handling-user-interaction"""
SECONDS_BETWEEN_MESSAGES = 1.0
"""One message per second and channel: https://docs.slack.dev/apis/web-api/rate-limits"""
SIGNATURE_AGE_SECONDS = 300
"""Oldest request still believed: https://docs.slack.dev/authentication/verifying-requests-from-slack"""
BODY_BYTES = 1_048_576
"""Ours: the largest payloads Slack sends (40,000 characters of text, twice, with blocks) stay far below."""
