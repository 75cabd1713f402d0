"""A Reply as one Slack message: a fallback text and Block Kit blocks within Slack's limits.

Order for a phone: header (the verdict), text and whom it concerns, figures, picture, table, coverage and footer,
buttons. slackblocks refuses what Slack would refuse, here and not after sending. Nothing from a reply becomes markup:
all its text is escaped, and Slack is told not to look for mentions by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
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
)
from slackblocks import Button as SlackButton

from bot.slack.budget import Allowance, within_budget
from bot.slack.buttons import MENU_ACTION, share_button, slack_buttons
from bot.slack.charts import charts_of
from bot.slack.fields import field_of, mrkdwn
from bot.slack.left_out import LeftOut
from bot.slack.limits import (
    ACTIONS,
    ALT_TEXT,
    BLOCK_ID,
    CHARTS,
    CONTEXT_ELEMENTS,
    CONTEXT_TEXT,
    HEADER_TEXT,
    MESSAGE_TEXT,
    SECTION_FIELDS,
    SECTION_TEXT,
)
from bot.slack.menus import with_menu
from bot.slack.mrkdwn import cut, cut_escaped, escape, is_blank, one_line
from bot.slack.tables import MOST_ROWS, columns_left_out, table_as_text, table_block
from bot.slack.tones import marked, tone_word
from handlers.messages import Reply
from kpi.engagements import Person, Platform
from kpi.phrases import phrase
from kpi.wording.wording import Wording

_LONGEST_ID = BLOCK_ID - 20
"""A message's id, so that a part's name and number still fit behind it."""
_CAPTION = 300
_FOOTER = 1000
_REFERENCE = 200
"""Ours: longer ones are not read, and whatever must be shortened, these still fit."""
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What chat.postMessage takes: `text` is all a locked phone shows, `blocks` are plain JSON data."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Extras:
    """What a message carries beside its reply.

    `file_id` is an uploaded picture that is ready; `share_command` adds the button that repeats the answer for all;
    `shared_by` is the user id of who did so; `has_charts` shows a picture that is not there as Slack's own chart;
    `is_plain` leaves out picture, chart and table blocks, which Slack may refuse.
    """

    file_id: str | None = None
    share_command: str = ""
    shared_by: str = ""
    is_repeat: bool = False
    has_charts: bool = False
    is_plain: bool = False


NO_EXTRAS = Extras()


def render(reply: Reply, message_id: str, extras: Extras = NO_EXTRAS) -> SlackMessage:
    """Return `reply` as a Slack message; block ids come from `message_id`, so that rendering twice gives the same."""
    page = _Page(reply, cut(message_id, _LONGEST_ID), extras, Wording(reply.language))
    return SlackMessage(page.text(), within_budget(page.all_of_it(), page.blocks))


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

    def all_of_it(self) -> Allowance:
        """Return how many of each kind of part there are to show."""
        rows = len(self.reply.table.rows) if self.reply.table else 0
        return Allowance(CHARTS, min(rows, MOST_ROWS), len(self.reply.figures), len(self.reply.notes))

    def blocks(self, allowed: Allowance) -> list[Block]:
        """Return the blocks in reading order, with as many of each kind of part as is allowed."""
        return [
            *self._heading(),
            *self._figures(allowed.figures),
            *self._pictures(allowed.charts),
            *self._table(allowed.rows),
            *self._context(allowed.notes),
            *self._missing(allowed),
            *self._actions(),
        ]

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

    def _figures(self, most: int) -> Iterator[Block]:
        fields = [field_of(figure, self.wording) for figure in self.reply.figures[:most]]
        for start in range(0, len(fields), SECTION_FIELDS):
            part = fields[start : start + SECTION_FIELDS]
            yield SectionBlock(fields=list(part), block_id=self._id("figures", start // SECTION_FIELDS))

    def _pictures(self, most_charts: int) -> Iterator[Block]:
        if self.extras.is_plain:
            return
        if self.extras.file_id:
            yield self._image(self.extras.file_id)
        elif self.extras.has_charts:
            yield from charts_of(self.reply.picture, self.wording, partial(self._id, "chart"))[:most_charts]

    def _image(self, file_id: str) -> Block:
        picture = self.reply.picture
        alt_text = (picture.alt_text or picture.title) if picture else ""
        shown = (cut(one_line(words), ALT_TEXT) for words in (alt_text, self.reply.headline, "…"))
        return ImageBlock(
            alt_text=next(filter(None, shown)), slack_file=SlackFile(None, file_id), block_id=self._id("picture")
        )

    def _table(self, most_rows: int) -> Iterator[Block]:
        table = self.reply.table
        if table is None:
            return
        if caption := cut_escaped(one_line(table.caption), _CAPTION):
            yield SectionBlock(mrkdwn(f"*{caption}*"), block_id=self._id("caption"))
        if not most_rows:
            return
        if self.extras.is_plain:
            for number, text in enumerate(table_as_text(table, most_rows)):
                yield SectionBlock(mrkdwn(text), block_id=self._id("table", number))
        else:
            yield table_block(table, most_rows, self._id("table"))

    def _context(self, most_notes: int) -> Iterator[Block]:
        lines = [*self._shared_by(), *self._notes(most_notes)[0], *self._fine_print()]
        if lines:
            yield ContextBlock([mrkdwn(line) for line in lines], block_id=self._id("context"))

    def _shared_by(self) -> Iterator[str]:
        if self.extras.shared_by.isalnum():
            yield self.wording.say(phrase("Shared by %(person)s"), person=f"<@{self.extras.shared_by}>")

    def _notes(self, most: int) -> tuple[list[str], int]:
        """Return the first notes as lines, and how many notes these hold."""
        shown = (cut_escaped(note.strip(), CONTEXT_TEXT) for note in self.reply.notes[:most])
        others = sum(1 for _ in (*self._shared_by(), *self._fine_print()))
        return _gathered([note for note in shown if note], CONTEXT_ELEMENTS - others)

    def _fine_print(self) -> Iterator[str]:
        if footer := cut_escaped(self.reply.footer.strip(), _FOOTER):
            yield footer
        reference = cut_escaped(one_line(self.reply.reference), _REFERENCE)
        if reference and self.reply.reference not in self.reply.footer:
            yield self.wording.say(phrase("Reference: %(reference)s"), reference=reference)

    def _missing(self, allowed: Allowance) -> Iterator[Block]:
        """Say how much of the reply does not stand in the message."""
        table = self.reply.table
        left_out = LeftOut(
            figures=len(self.reply.figures) - allowed.figures,
            rows=len(table.rows) - allowed.rows if table else 0,
            columns=columns_left_out(table) if table and allowed.rows else 0,
            notes=sum(not is_blank(note) for note in self.reply.notes) - self._notes(allowed.notes)[1],
            buttons=len(self.reply.buttons) - len(self._buttons()),
        )
        if said := left_out.said(self.wording):
            yield ContextBlock([mrkdwn(escape(said))], block_id=self._id("left-out"))

    def _actions(self) -> Iterator[Block]:
        elements = [*with_menu(self._buttons(), MENU_ACTION), *self._share_button()]
        if elements:
            yield ActionsBlock(list(elements), block_id=self._id("actions"))

    def _buttons(self) -> list[SlackButton]:
        return slack_buttons(self.reply.buttons, self.wording)[: ACTIONS - len(self._share_button())]

    def _share_button(self) -> list[SlackButton]:
        return share_button(self.extras.share_command, self.wording)


def _gathered(notes: list[str], places: int) -> tuple[list[str], int]:
    """Return notes in so many lines, the rest together in the last one as far as they fit, and how many these hold."""
    if len(notes) <= places:
        return notes, len(notes)
    alone, together = notes[: places - 1], notes[places - 1 :]
    while len(_BETWEEN.join(together)) > CONTEXT_TEXT:
        together.pop()
    return [*alone, _BETWEEN.join(together)], len(alone) + len(together)
