"""A Reply as one Slack message: a fallback text and Block Kit blocks within Slack's limits.

Order for a phone: header (the verdict), text and whom it concerns, figures, picture, table, coverage and footer,
buttons. slackblocks refuses what Slack would refuse, here and not after sending. Nothing from a reply becomes markup:
all its text is escaped, and Slack is told not to look for mentions by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    ContextBlock,
    HeaderBlock,
    ImageBlock,
    SectionBlock,
    SlackFile,
    Text,
    TextType,
    WebhookMessage,
)

from bot.slack.budget import within_budget
from bot.slack.buttons import slack_buttons
from bot.slack.fields import field_of, mrkdwn
from bot.slack.limits import (
    ALT_TEXT,
    BLOCK_ID,
    CONTEXT_ELEMENTS,
    CONTEXT_TEXT,
    HEADER_TEXT,
    MESSAGE_TEXT,
    SECTION_FIELDS,
    SECTION_TEXT,
)
from bot.slack.mrkdwn import cut, cut_escaped, escape, one_line
from bot.slack.tables import rows_left_out, table_as_text, table_block
from bot.slack.tones import marked, tone_word
from handlers.messages import Reply
from kpi.engagements import Person, Platform
from kpi.phrases import phrase
from kpi.wording.wording import Wording

_LONGEST_ID = BLOCK_ID - 20
"""A message's id, so that a part's name and number still fit behind it."""


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What chat.postMessage takes: `text` is all a locked phone shows, `blocks` are plain JSON data."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Extras:
    """What a message carries beside its reply.

    `file_id` is an uploaded picture that is ready; `share_command` adds the button that repeats the answer for all;
    `shared_by` is the user id of who did so; `is_plain` leaves out picture and table blocks, which Slack may refuse.
    """

    file_id: str | None = None
    share_command: str = ""
    shared_by: str = ""
    is_repeat: bool = False
    is_plain: bool = False


NO_EXTRAS = Extras()


def render(reply: Reply, message_id: str, extras: Extras = NO_EXTRAS) -> SlackMessage:
    """Return `reply` as a Slack message; block ids come from `message_id`, so that rendering twice gives the same."""
    page = _Page(reply, cut(message_id, _LONGEST_ID), extras, Wording(reply.language))
    blocks = within_budget(list(page.blocks()), page.shortened_note())
    resolved = WebhookMessage(text="-", blocks=blocks).to_dict()["blocks"]
    return SlackMessage(page.text(), list(resolved))


def is_bare(reply: Reply) -> bool:
    """Tell whether a reply is one sentence and nothing else, like the answer to a mistake."""
    return not (reply.text or reply.figures or reply.table or reply.picture or reply.notes)


@dataclass(frozen=True, slots=True)
class _Page:
    """One message being laid out."""

    reply: Reply
    message_id: str
    extras: Extras
    wording: Wording

    def text(self) -> str:
        """Return the notification: the verdict behind its colour."""
        shown = cut_escaped(self._title(), MESSAGE_TEXT)
        return shown or "…"

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in reading order."""
        yield from self._heading()
        yield from self._figures()
        if self.extras.file_id and not self.extras.is_plain:
            yield self._image(self.extras.file_id)
        yield from self._table()
        yield from self._context()
        yield from self._actions()

    def shortened_note(self) -> ContextBlock:
        """Return the words that say something had to be left out."""
        words = self.wording.say(phrase("Shortened to fit into one Slack message."))
        return ContextBlock([mrkdwn(escape(words))], block_id=self._id("shortened"))

    def _id(self, part: str, number: int = 0) -> str:
        return f"{self.message_id}/{part}/{number}"

    def _title(self) -> str:
        title = marked(self.reply.tone, one_line(self.reply.headline))
        if self.extras.is_repeat:
            title = self.wording.say(phrase("(sent again) %(headline)s"), headline=title)
        return title

    def _heading(self) -> Iterator[Block]:
        if is_bare(self.reply):
            yield SectionBlock(mrkdwn(cut_escaped(self._title(), SECTION_TEXT) or "…"), block_id=self._id("text"))
            return
        title = cut(self._title(), HEADER_TEXT) or "…"
        yield HeaderBlock(Text(title, TextType.PLAINTEXT, emoji=True), block_id=self._id("header"))
        body = self._body()
        if body:
            yield SectionBlock(mrkdwn(body), block_id=self._id("text"))

    def _body(self) -> str:
        """Return the words below the header: what it could not hold, the judgement's word, the text, whom it is for."""
        before, after = [], []
        if len(self._title()) > HEADER_TEXT:
            before.append(f"*{cut_escaped(self._title(), SECTION_TEXT // 3)}*")
        word = tone_word(self.reply.tone, self.wording)
        if word:
            before.append(f"*{escape(word)}*")
        if self.reply.mention:
            after.append(self._call(self.reply.mention))
        room = SECTION_TEXT - sum(len(line) + 1 for line in (*before, *after))
        text = cut_escaped(self.reply.text.strip(), room) if self.reply.text.strip() else ""
        return "\n".join(line for line in (*before, text, *after) if line)

    def _call(self, person: Person) -> str:
        handle = person.handle_on(Platform.SLACK)
        name = f"<@{handle}>" if handle and handle.isalnum() else cut_escaped(one_line(person.name), 100)
        return self.wording.say(phrase("%(person)s, please look at this."), person=name)

    def _figures(self) -> Iterator[Block]:
        fields = [field_of(figure, self.wording) for figure in self.reply.figures]
        for start in range(0, len(fields), SECTION_FIELDS):
            part = fields[start : start + SECTION_FIELDS]
            yield SectionBlock(fields=list(part), block_id=self._id("figures", start // SECTION_FIELDS))

    def _image(self, file_id: str) -> Block:
        picture = self.reply.picture
        alt_text = (picture.alt_text or picture.title) if picture else ""
        alt_text = cut(one_line(alt_text) or one_line(self.reply.headline) or "…", ALT_TEXT)
        return ImageBlock(alt_text=alt_text, slack_file=SlackFile(None, file_id), block_id=self._id("picture"))

    def _table(self) -> Iterator[Block]:
        table = self.reply.table
        if table is None or not table.columns or not table.rows:
            return
        if table.caption.strip():
            caption = f"*{cut_escaped(one_line(table.caption), SECTION_TEXT - 2)}*"
            yield SectionBlock(mrkdwn(caption), block_id=self._id("caption"))
        if self.extras.is_plain:
            text = table_as_text(table, SECTION_TEXT)
            yield SectionBlock(mrkdwn(text or "—"), block_id=self._id("table"))
        else:
            yield table_block(table, self._id("table"))

    def _context(self) -> Iterator[Block]:
        lines = [line for line in self._fine_print() if line]
        if len(lines) > CONTEXT_ELEMENTS:
            lines = [*lines[: CONTEXT_ELEMENTS - 1], _cut_joined(lines[CONTEXT_ELEMENTS - 1 :], CONTEXT_TEXT)]
        if lines:
            yield ContextBlock([mrkdwn(line) for line in lines], block_id=self._id("context"))

    def _fine_print(self) -> Iterator[str]:
        say = self.wording.say
        if self.extras.shared_by.isalnum():
            yield say(phrase("Shared by %(person)s"), person=f"<@{self.extras.shared_by}>")
        for note in self.reply.notes:
            yield cut_escaped(note.strip(), CONTEXT_TEXT)
        if self.reply.table and (left_out := rows_left_out(self.reply.table)):
            yield escape(say(phrase("%(count)s more rows are not shown here."), count=left_out))
        if self.reply.footer.strip():
            yield cut_escaped(self.reply.footer.strip(), CONTEXT_TEXT)
        if self.reply.reference and self.reply.reference not in self.reply.footer:
            reference = cut_escaped(one_line(self.reply.reference), CONTEXT_TEXT // 2)
            yield say(phrase("Reference: %(reference)s"), reference=reference)

    def _actions(self) -> Iterator[Block]:
        share_label = self.wording.say(phrase("Share to channel"))
        buttons = slack_buttons(self.reply.buttons, share_label, self.extras.share_command)
        if buttons:
            yield ActionsBlock(list(buttons), block_id=self._id("actions"))


def _cut_joined(lines: list[str], limit: int) -> str:
    """Return escaped lines as one within `limit` characters; whole lines only, so that no entity is split."""
    kept = ""
    for line in lines:
        longer = f"{kept} · {line}" if kept else line
        if len(longer) + 2 > limit:
            return f"{kept} …"
        kept = longer
    return kept
