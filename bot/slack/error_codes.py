"""Slack's error codes on the way out: what each says to people who can act on it, and what Vigia does by itself.

Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors and those of chat.update, conversations.open
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kpi.phrases import phrase


class Action(StrEnum):
    """What Vigia does when Slack answers with a code."""

    TELL = "not sent; the ledger and the log say why, and it waits for people"
    LESS = "sent again at once with less: without its chart, then without its table and picture"
    ANEW = "posted as a new message: the one to change or to answer is gone"
    WAIT = "not sent; tried again after the time Slack names"
    ASK = "may have arrived: Slack is asked for it before it is sent again"
    NEXT_WAY = "not sent; the person's next way is tried"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sentence that says what to do (an English msgid), and what is done without it."""

    sentence: str
    action: Action = Action.TELL


_TOKEN = Meaning(
    phrase("Slack no longer accepts Vigia's token. Install the app again and put the new token into the settings.")
)
_NOBODY = phrase(
    "This Slack account is deactivated or unknown. Correct the user id in the engagement file, or take the person out."
)
_GONE = Meaning(_NOBODY, Action.NEXT_WAY)
_MESSAGE = phrase("Slack refuses the form of this message. Please tell the operator's admin.")
_FORM = Meaning(_MESSAGE)
_BLOCKS = Meaning(_MESSAGE, Action.LESS)
_RESTRICTED = Meaning(phrase("This workspace does not let Vigia post here. Ask a Slack admin to allow it."))
_PERMISSION = Meaning(phrase("Vigia lacks a permission in Slack. Install the app again from its manifest."))
_MOVED_ON = Meaning(phrase("The message was deleted or can be changed no more; it was posted anew."), Action.ANEW)
_LIMITED = Meaning(phrase("Slack takes no more messages for a moment. Vigia tries again by itself."), Action.WAIT)
_UNSURE = Meaning(
    phrase("Slack failed and may have taken the message all the same. Vigia looks before it repeats."), Action.ASK
)

CODES: dict[str, Meaning] = {
    "channel_not_found": Meaning(
        phrase("Slack does not know this channel, or Vigia may not see it. Invite Vigia, or bind another.")
    ),
    "not_in_channel": Meaning(phrase("Vigia is not in this Slack channel. Invite it there with /invite @Vigia.")),
    "is_archived": Meaning(phrase("This Slack channel is archived. Unarchive it, or bind another room.")),
    "restricted_action": _RESTRICTED,
    "restricted_action_read_only_channel": _RESTRICTED,
    "restricted_action_thread_only_channel": _RESTRICTED,
    "restricted_action_non_threadable_channel": _RESTRICTED,
    "restricted_action_thread_locked": _RESTRICTED,
    "slack_connect_file_link_sharing_blocked": _RESTRICTED,
    "user_disabled": _GONE,
    "user_not_found": _GONE,
    "user_not_visible": _GONE,
    "cannot_dm_bot": Meaning(
        phrase("This Slack user id is a bot's. Put the person's own into the engagement file."), Action.NEXT_WAY
    ),
    "messages_tab_disabled": Meaning(
        phrase("Slack lets nobody write with Vigia alone. Enable the messages tab of the app.")
    ),
    "user_not_in_channel": Meaning(
        phrase("This person is not in the Slack channel, so nothing can be shown to them there.")
    ),
    "account_inactive": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "missing_scope": _PERMISSION,
    "no_permission": _PERMISSION,
    "not_allowed_token_type": _PERMISSION,
    "team_access_not_granted": _PERMISSION,
    "msg_too_long": _FORM,
    "no_text": _FORM,
    "invalid_arguments": _FORM,
    "metadata_too_large": _FORM,
    "invalid_metadata_format": _FORM,
    "invalid_blocks": _BLOCKS,
    "invalid_blocks_format": _BLOCKS,
    "msg_blocks_too_long": _BLOCKS,
    "only_one_table_allowed": _BLOCKS,
    "message_not_found": _MOVED_ON,
    "cant_update_message": _MOVED_ON,
    "edit_window_closed": _MOVED_ON,
    "thread_not_found": _MOVED_ON,
    "cannot_reply_to_message": _MOVED_ON,
    "ratelimited": _LIMITED,
    "rate_limited": _LIMITED,
    "message_limit_exceeded": _LIMITED,
    "fatal_error": _UNSURE,
    "internal_error": _UNSURE,
    "request_timeout": _UNSURE,
    "service_unavailable": _UNSURE,
}
"""Every code that is told apart."""
OTHERWISE = Meaning(phrase("Slack refused the message. The code before this sentence says why."))
"""What any other code means."""


def codes_of(action: Action) -> frozenset[str]:
    """Return the codes that are answered in one way."""
    return frozenset(code for code, meaning in CODES.items() if meaning.action is action)


def sentence_for(code: str) -> str:
    """Return the msgid that explains a Slack error code to the people who can act on it."""
    return CODES.get(code, OTHERWISE).sentence
