"""WeCom's webhook markdown: what must not become markup, and shortening by bytes.

WeCom documents no escape character, so characters that would start markup are replaced by their full-width twins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

ELLIPSIS = "…"
_TWINS = str.maketrans({"<": "＜", ">": "＞", "*": "＊"})
_LINE_START = re.compile(r"^(\s*)#", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_JOINER = "\u200d"
_JOINED = {_JOINER, *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0x1F3FB, 0x1F400))}
_OPENABLE = ("https://", "http://")
_URL_SIGNS = "/?#:@!$&'*+,;=%~"
"""Signs that may stand in an address; brackets and white space would end a link early and are percent-encoded."""


def size_of(text: str) -> int:
    """Return the length WeCom counts: UTF-8 bytes."""
    return len(text.encode())


def escape(text: str) -> str:
    """Return `text` as WeCom shows it literally: "<@all>" in a store's name wakes nobody, "[a](b)" opens nothing."""
    plain = text.translate(_TWINS).replace("](", "］(")
    plain = _ENTITY.sub("＆", _LINE_START.sub(r"\1＃", plain))
    return _balanced(plain)


def shown(text: str, limit: int) -> str:
    """Return `text` literally, in one line and within `limit` bytes as sent."""
    return _balanced(cut(escape(one_line(text)), limit))


def shown_in_pieces(text: str, limit: int) -> Iterator[str]:
    """Yield `text` literally, in one or more lines of at most `limit` bytes each."""
    return map(_balanced, pieces(escape(one_line(text)), limit))


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space: a heading or quote ends at a line break."""
    return " ".join(text.split())


def coloured(text: str, colour: str) -> str:
    """Return ready markup in one of the three colours (info green, comment grey, warning orange); "" leaves it."""
    return f'<font color="{colour}">{text}</font>' if colour and text else text


def link(label: str, url: str) -> str:
    """Return a link; an empty text when the address is not one a browser opens."""
    plain = escape(one_line(label)).replace("[", "［").replace("]", "］")
    if not url.casefold().startswith(_OPENABLE):
        return ""
    return f"[{plain}]({quote(url, safe=_URL_SIGNS)})"


def cut(text: str, limit: int) -> str:
    """Return `text` within `limit` bytes, ending in "…" where something was left out."""
    if size_of(text) <= limit:
        return text
    kept = next(pieces(text, limit - size_of(ELLIPSIS)), "")
    return kept.rstrip() + ELLIPSIS


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield `text` in pieces of at most `limit` bytes; accents and joined emoji stay whole where they fit at all."""
    rest = text
    while size_of(rest) > limit:
        end = _boundary(rest, limit)
        yield rest[:end]
        rest = rest[end:]
    if rest:
        yield rest


def _balanced(text: str) -> str:
    """Return `text` without a lone backtick, which would take in all markup up to the next one."""
    return text if text.count("`") % 2 == 0 else text.replace("`", "'")


def _boundary(text: str, limit: int) -> int:
    """Return how many characters of `text` fit into `limit` bytes without parting a character a reader sees."""
    fitting = max(1, len(text.encode()[:limit].decode(errors="ignore")))
    end = fitting
    while end > 1 and _belongs_to_previous(text, end):
        end -= 1
    return end if end > 1 else fitting


def _belongs_to_previous(text: str, index: int) -> bool:
    character = text[index]
    is_joined = character in _JOINED or text[index - 1] == _JOINER
    return is_joined or unicodedata.category(character) in {"Mn", "Mc", "Me"}
