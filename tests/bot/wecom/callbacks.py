"""Callbacks as WeCom sends them: signed and encrypted for one company, with made-up ids."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlencode

from wechatpy.work.crypto import PrpCrypto, WeChatCrypto

from bot.wecom.app_door import PATH

TOKEN, AES_KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
"""Those of WeCom's own example: https://developer.work.weixin.qq.com/document/path/90968"""


def encrypted(text: str, corp: str = CORP) -> str:
    """Return words as WeCom hides them."""
    return str(PrpCrypto(WeChatCrypto(TOKEN, AES_KEY, corp).key).encrypt(text, corp).decode())


def address(hidden: str, at: datetime, *, echostr: str = "", nonce: str = "1372623149") -> str:
    """Return the address of a request that WeCom signed at `at`."""
    stamp = str(int(at.timestamp()))
    signature = hashlib.sha1("".join(sorted((TOKEN, stamp, nonce, hidden))).encode()).hexdigest()  # noqa: S324 - theirs
    query = {"msg_signature": signature, "timestamp": stamp, "nonce": nonce}
    return f"{PATH}?{urlencode({**query, 'echostr': echostr} if echostr else query)}"


def body(hidden: str) -> bytes:
    """Return the body of a callback."""
    return (
        f"<xml><ToUserName><![CDATA[corp]]></ToUserName><Encrypt><![CDATA[{hidden}]]></Encrypt>"
        "<AgentID><![CDATA[218]]></AgentID></xml>"
    ).encode()


def text(content: str, person: str = "Ana", message: int = 4561255354251345929) -> str:
    """Return a message somebody typed."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{person}]]></FromUserName>"
        f"<CreateTime>1409659813</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{content}]]></Content><MsgId>{message}</MsgId><AgentID>218</AgentID></xml>"
    )


def press(key: str, person: str = "Ana", code: str = "code-1") -> str:
    """Return a pressed button of a card."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{person}]]></FromUserName>"
        "<CreateTime>1409659813</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[{key}]]></EventKey>"
        f"<TaskId><![CDATA[task-1]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>"
        f"<ResponseCode><![CDATA[{code}]]></ResponseCode><AgentID>218</AgentID></xml>"
    )
