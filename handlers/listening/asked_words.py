"""Does a message ask for something? Judged from its words alone, in four languages; small talk asks for nothing."""

from __future__ import annotations

import re

from handlers.listening.trouble.reading import said_by_its_writer

SMALL_TALK = (
    *(
        "tudo bem",
        "tudo bom",
        "tudo certo",
        "como vai",
        "como voce esta",
        "como voces estao",
        "e ai",
        "beleza",
        "ta bom",
    ),
    *(
        "que tal",
        "todo bien",
        "como estas",
        "como estan",
        "como va",
        "como te va",
        "ok",
        "okay",
        "certo",
        "ne",
        "verdad",
    ),
    *("verdade", "nao e", "no es asi", "de acordo", "de acuerdo", "right", "how are you", "how are you doing"),
    *("how is it going", "how's it going", "what's up", "all good", "you there", "are you there", "really"),
    *("在吗", "在么", "你好吗", "最近怎么样", "吃了吗", "对吧", "对吗", "好吗", "是吧", "是吗"),
)
"""Questions nobody waits for an answer to, also at the end of a sentence that states something."""

REQUESTS = (
    *("gostaria de saber", "queria saber", "preciso saber", "alguem sabe", "alguem pode", "pode me", "podem me"),
    *("pode verificar", "podem verificar", "me avisem", "quisiera saber", "necesito saber", "alguien sabe"),
    *("alguien puede", "pueden verificar", "puede verificar", "me pueden", "could you", "can you", "can someone"),
    *("i'd like to know", "would like to know", "let me know", "need to know", "does anyone know"),
    *("请问", "能不能", "能否", "可不可以", "麻烦", "帮忙看", "帮我看", "什么时候", "多少", "怎么办", "想知道", "求助"),
)
"""What asks without a question mark."""

_TALK = re.compile(rf"(?:^|(?<=[\s,.!;，。！；])|(?<=[一-鿿]))(?:{'|'.join(map(re.escape, SMALL_TALK))})\s*(?:\?+|$)")
_REQUEST = re.compile("|".join(rf"\b{re.escape(one)}\b" if one.isascii() else one for one in REQUESTS))
_QUESTION = re.compile(r"\w[^.!。！\n?]*\?|吗(?:[\s。!！]|$)")


def asks_something(text: str) -> bool:
    """Tell whether somebody who wrote this waits for an answer."""
    plain = _TALK.sub(" ", said_by_its_writer(text).replace("¿", " "))
    return _QUESTION.search(plain) is not None or _REQUEST.search(plain) is not None
