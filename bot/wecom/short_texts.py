"""Words for WeCom's cards, which hold few of them: a shorter sentence where there is one, else the end of a word.

Use cases write labels for every platform and know no width. What WeCom's ten characters do not hold is said in fewer
words here; only what people wrote, such as a name, is ever cut.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bot.wecom.limits import BUTTON_TEXT
from bot.wecom.markdown import ELLIPSIS, one_line
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

SHORT_LABELS = {
    "Acknowledge": phrase("Take it"),
    "All numbers": phrase("Numbers"),
    "Ask for numbers": phrase("Numbers"),
    "Ask me later": phrase("Later"),
    "Ask the next level": phrase("Escalate"),
    "Call the next level": phrase("Escalate"),
    "Confirm as %(name)s": "✓ %(name)s",
    "Fixed again": phrase("Fixed"),
    "Give it back": phrase("Give back"),
    "How was this made?": phrase("How made?"),
    "I take it": phrase("Take it"),
    "Last 30 days": phrase("30 days"),
    "Last 7 days": phrase("7 days"),
    "Open the form": phrase("Form"),
    "Publish note %(note)s": phrase("Show %(note)s"),
    "Report a problem": phrase("Report"),
    "Report it as it is": phrase("Report"),
    "Set a target": phrase("New target"),
    "Stop asking": phrase("Stop"),
    "Take it in as it reads now": phrase("Take it in"),
    "They may read it": phrase("Allow"),
    "This was expected": phrase("Expected"),
    "Wrong alert": phrase("Wrong"),
}
"""What a button says where its label is too long for a card."""
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def button_text(label: str, language: Language) -> str:
    """Return a button's label within WeCom's ten characters."""
    plain = one_line(label)
    if len(plain) <= BUTTON_TEXT:
        return plain
    for pattern, short in _short_labels(language):
        if found := pattern.fullmatch(plain):
            return shortened(Wording(language).say(short, **found.groupdict()), BUTTON_TEXT)
    return shortened(plain, BUTTON_TEXT)


def shortened(text: str, limit: int) -> str:
    """Return `text` in one line and within `limit` characters: cut at the end of a word, where it has several."""
    plain = one_line(text)
    if len(plain) <= limit:
        return plain
    kept = plain[: limit - 1]
    if _is_letter(kept[-1:]) and _is_letter(plain[limit - 1]):
        end = len(kept)
        while end and _is_letter(kept[end - 1]):
            end -= 1
        kept = kept[:end] or kept
    return (kept.rstrip(" ·,.:;，。：；、") or kept) + ELLIPSIS


def _is_letter(sign: str) -> bool:
    """Tell whether a sign belongs to a word that must stay whole; Chinese may be parted anywhere."""
    return sign.isalnum() and unicodedata.east_asian_width(sign) not in {"W", "F"}


@cache
def _short_labels(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(label, Wording(language)), short) for label, short in SHORT_LABELS.items())


def _pattern(label: str, wording: Wording) -> re.Pattern[str]:
    """Return what finds a label as it is said in a language, whatever stands in its places."""
    names = _PLACEHOLDER.findall(label)
    said = re.escape(wording.say(label, **{name: f"<{name}>" for name in names}))
    for name in names:
        said = said.replace(f"<{name}>", f"(?P<{name}>.+)")
    return re.compile(said)
