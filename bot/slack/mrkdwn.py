"""Slack's text: what must be escaped, and how long text is shortened without breaking a character a reader sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

ELLIPSIS = "…"
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What nobody types on purpose: control characters, halves of characters, and what turns around how digits read."""
_NO_INK = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_NO_INK_EITHER = frozenset("\ufe0e\ufe0f\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs without ink, though Unicode does not count them among spaces."""
_TOKEN = re.compile(r"<([@#!]?)([^<>|\n]*)(?:\|([^<>\n]*))?>")
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_FLAGS = range(0x1F1E6, 0x1F200)


def escape(text: str) -> str:
    """Return `text` as Slack shows it literally: without this, "<!channel>" in a store's name would wake everybody.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Return what a person typed from what Slack sent."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def spoken(text: str) -> str:
    """Return a person's message as plain words: channels and addresses as they read, nobody mentioned by it."""
    said = _TOKEN.sub(_said, text)
    return "\n".join(" ".join(line.split()) for line in unescape(said).splitlines()).strip()


def is_blank(text: str) -> bool:
    """Tell whether a reader sees nothing of `text`, whatever characters it has."""
    return all(one in _NO_INK_EITHER or unicodedata.category(one) in _NO_INK for one in text)


def cut(text: str, limit: int) -> str:
    """Return `text` within `limit` characters, ending in "…" where something was left out; "" where nothing is seen."""
    return _shortened(text, limit, str)


def cut_escaped(text: str, limit: int) -> str:
    """Return `text` escaped, within `limit` characters as Slack counts them; no entity is ever split."""
    return _shortened(text, limit, escape)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space: bold and headers end at a line break."""
    return " ".join(text.split())


def graphemes(text: str) -> Iterator[str]:
    """Yield what a reader takes for one character: accents, flags and joined emoji stay whole."""
    cluster = ""
    for character in text:
        if cluster and _belongs_to(cluster, character):
            cluster += character
            continue
        if cluster:
            yield cluster
        cluster = character
    if cluster:
        yield cluster


def _said(token: re.Match[str]) -> str:
    kind, name, label = token[1], token[2], token[3] or ""
    if kind == "@":
        return f"@{label}" if label else ""
    return f"#{label}" if kind == "#" else label if kind == "!" else label or name


def _shortened(text: str, limit: int, shown: Callable[[str], str]) -> str:
    text = _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if is_blank(text):
        return ""
    whole = shown(text)
    if len(whole) <= limit:
        return whole
    kept = ""
    for cluster in graphemes(text):
        piece = shown(cluster)
        if len(kept) + len(piece) + len(ELLIPSIS) > limit:
            break
        kept += piece
    return kept.rstrip() + ELLIPSIS if limit > 0 else ""


def _belongs_to(cluster: str, character: str) -> bool:
    code = ord(character)
    if character == _JOINER or cluster.endswith(_JOINER) or code in _SKIN_TONES or code in _TAGS:
        return True
    if code in _FLAGS:
        return len(cluster) == 1 and ord(cluster) in _FLAGS
    return unicodedata.category(character) in {"Mn", "Mc", "Me"}
