"""The WeCom app, behind the one file that knows wechatpy.

wechatpy asks for new tokens without bound, has no lock, leaves time-outs out and says nothing of people a message did
not reach. So it gets its token from `Tokens`, calls once (once more when WeCom says that the token is stale), and
sends through httpx, where no log line and no exception ever sees a token: it is added on the last piece before the
wire. Everything here is synchronous: `bot.wecom.app_messenger` runs it in threads of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import struct
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from xml.parsers.expat import ExpatError

import httpx
from pydantic import SecretStr
from wechatpy.exceptions import WeChatClientException
from wechatpy.work.client import WeChatClient
from wechatpy.work.crypto import PrpCrypto, WeChatCrypto
from wechatpy.work.exceptions import InvalidCorpIdException
from wechatpy.work.parser import parse_message

from bot.messengers import AnswerLostError, NotSentError
from bot.wecom.app_access import AppAccess
from bot.wecom.app_errors import STALE_TOKEN_CODES, refusal, require_reached, token_refusal
from bot.wecom.errors import call_error, status_error
from bot.wecom.limits import DUPLICATE_SECONDS
from bot.wecom.tokens import Tokens
from kpi.errors import ConfigurationError
from kpi.phrases import phrase

CONNECT_SECONDS = 5.0
CALL_SECONDS = 15.0
"""Ours: longest waits for a connection, and for one answer."""
TOKEN_RETRY_AFTER = timedelta(seconds=15)
TOKEN_LASTS = timedelta(hours=2)
"""Used where WeCom does not say: https://developer.work.weixin.qq.com/document/path/91039"""

_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_SECRETS = "vigia_secrets"
_TOKEN = "access_token"  # noqa: S105 - the name of WeCom's parameter


class SecretsTransport(httpx.BaseTransport):
    """Adds the secrets of a request's extensions to its address, as late as possible."""

    def __init__(self, wire: httpx.BaseTransport) -> None:
        self._wire = wire

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a copy of the request whose address holds the secrets."""
        extensions = dict(request.extensions)
        secrets: Mapping[str, SecretStr] = extensions.pop(_SECRETS, {})
        shown = {name: secret.get_secret_value() for name, secret in secrets.items()}
        whole = httpx.Request(
            request.method,
            request.url.copy_merge_params(shown),
            headers=request.headers,
            stream=request.stream,
            extensions=extensions,
        )
        return self._wire.handle_request(whole)

    def close(self) -> None:
        """Close the wire."""
        self._wire.close()


class Wire:
    """Calls WeCom once; also what wechatpy takes for its `requests` session."""

    def __init__(self, wire: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            transport=SecretsTransport(wire or httpx.HTTPTransport()),
            timeout=httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS),
        )

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any],
        data: bytes | None = None,
        files: Mapping[str, Any] | None = None,
        **_: object,
    ) -> httpx.Response:
        """Return WeCom's answer; raises httpx's errors, none of which knows a secret."""
        secrets = {name: value for name, value in params.items() if isinstance(value, SecretStr)}
        plain = {name: value for name, value in params.items() if name not in secrets}
        extensions = {_SECRETS: secrets}
        answer = self._http.request(method, url, params=plain, content=data, files=files, extensions=extensions)
        answer.raise_for_status()
        return answer

    def close(self) -> None:
        """Close all connections."""
        self._http.close()


class CallbackCrypto:
    """Reads what WeCom sends to the app or the robot, and hides what the robot answers.

    Source: https://developer.work.weixin.qq.com/document/path/90968
    """

    def __init__(self, receiver: str, token: SecretStr, aes_key: SecretStr, named: str = "CALLBACK") -> None:
        """Take the company id of an app, "" of a robot; `named` is how the settings call this pair.

        Raises ConfigurationError for a key that is none: wechatpy would only assert.
        """
        key = aes_key.get_secret_value().strip()
        if not (_AES_KEY.fullmatch(key) and token.get_secret_value().strip()):
            raise ConfigurationError(
                phrase("VIGIA_WECOM_%(name)s_TOKEN and the 43 characters of VIGIA_WECOM_%(name)s_KEY belong together."),
                name=named,
            )
        self._receiver = receiver
        self._crypto = WeChatCrypto(token.get_secret_value().strip(), key, receiver)

    def is_signed(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> bool:
        """Tell whether WeCom signed this; takes as long for a wrong signature as for a right one."""
        return hmac.compare_digest(self.signature(timestamp, nonce, encrypted).encode(), signature.encode())

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Return how WeCom signs this."""
        parts = sorted((self._crypto.token, timestamp, nonce, encrypted))
        # WeCom signs with SHA-1; that cannot be chosen here.
        return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()

    def encrypted(self, text: str) -> str:
        """Return words as WeCom reads them."""
        return str(PrpCrypto(self._crypto.key).encrypt(text, self._receiver).decode())

    def decrypted(self, encrypted: str) -> str:
        """Return the words inside; raises UnreadableCallbackError for what is not meant for this company or robot."""
        try:
            return str(PrpCrypto(self._crypto.key).decrypt(encrypted, self._receiver))
        except (InvalidCorpIdException, ValueError, IndexError, struct.error) as error:
            raise UnreadableCallbackError(type(error).__name__) from None

    def fields(self, encrypted: str) -> Mapping[str, Any]:
        """Return the fields of a message or an event; raises UnreadableCallbackError."""
        text = self.decrypted(encrypted)
        try:
            message = parse_message(text)
        except (ValueError, ExpatError, KeyError, TypeError, AttributeError) as error:
            raise UnreadableCallbackError(type(error).__name__) from None
        fields = getattr(message, "_data", None)
        if not isinstance(fields, dict):
            raise UnreadableCallbackError("no message")
        return fields


class UnreadableCallbackError(ValueError):
    """Signed, but not a message to this company's app."""


class WeComApp:
    """One app of one company; closed once, when the bot stops. All methods may be called from any thread."""

    def __init__(self, access: AppAccess, tokens: Tokens, wire: Wire | None = None) -> None:
        self._access = access
        self._tokens = tokens
        self._wire = wire or Wire()
        self._base = access.api_url.rstrip("/") + "/cgi-bin/"
        self._client = WeChatClient(access.corp_id, "", auto_retry=False)
        self._client.API_BASE_URL = self._base
        self._client._http = self._wire  # noqa: SLF001 - wechatpy has no other way to say how it calls

    def send(self, person: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a message (`msgtype` and its part) to one user id; return WeCom's answer.

        The same message to the same person within half an hour reaches them once, unless it says itself that it is not
        to be checked. Raises UnreachableError also when
        WeCom takes the message but says that it did not reach them, NotSentError or AnswerLostError.
        """
        body = {
            "touser": person,
            "agentid": self._access.agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_SECONDS,
            **message,
        }
        answer = self._call("post", "message/send", data=body)
        require_reached(answer)
        return answer

    def upload(self, picture: bytes) -> str:
        """Give WeCom a PNG for three days and return its id; raises NotSentError or AnswerLostError."""
        files = {"media": ("chart.png", picture, "image/png")}
        return str(self._call("post", "media/upload", params={"type": "image"}, files=files)["media_id"])

    def upload_file(self, name: str, content: bytes) -> str:
        """Give WeCom a file for three days and return its id; raises NotSentError or AnswerLostError."""
        files = {"media": (name, content, "application/octet-stream")}
        return str(self._call("post", "media/upload", params={"type": "file"}, files=files)["media_id"])

    def replace_buttons(self, person: str, response_code: str, words: str) -> None:
        """Show `words` in place of the buttons of a card whose press brought `response_code` (good once, 72 hours)."""
        body = {
            "userids": [person],
            "agentid": self._access.agent_id,
            "response_code": response_code,
            "button": {"replace_name": words},
        }
        self._call("post", "message/update_template_card", data=body)

    def user_id(self, open_id: str) -> str:
        """Return the user id an encrypted one of the robot stands for; one that is plain already stays as it is.

        Source: https://developer.work.weixin.qq.com/document/path/101521
        """
        answer = self._call("post", "batch/openuserid_to_userid", data={"open_userid_list": [open_id]})
        found = answer.get("userid_list") or []
        return next((str(one["userid"]) for one in found if one.get("open_userid") == open_id), open_id)

    def name(self) -> str:
        """Return what the app is called in WeCom: a call that changes nothing and needs all that sending needs."""
        answer = self._call("get", "agent/get", params={"agentid": self._access.agent_id})
        return str(answer.get("name") or self._access.agent_id)

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def _call(self, method: str, path: str, **asked: Any) -> Mapping[str, Any]:
        """Call, and once more with a newer token when WeCom says that this one is stale."""
        token = self._tokens.current(self._fetch_token)
        answer = self._once(method, path, token, asked)
        if isinstance(answer, int) and answer in STALE_TOKEN_CODES:
            token = self._tokens.current(self._fetch_token, stale=token)
            answer = self._once(method, path, token, asked)
        if isinstance(answer, int):
            raise refusal(answer)
        return answer

    def _once(self, method: str, path: str, token: SecretStr, asked: Mapping[str, Any]) -> Mapping[str, Any] | int:
        """Return WeCom's answer, or the `errcode` with which it refused."""
        params = {**asked.get("params", {}), _TOKEN: token}
        failure: NotSentError | AnswerLostError
        try:
            answer = self._client._request(method, path, **{**asked, "params": params})  # noqa: SLF001 - as above
        except WeChatClientException as error:
            return int(error.errcode)
        except httpx.HTTPStatusError as error:
            failure = status_error(error.response.status_code)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = call_error(error)
        else:
            if isinstance(answer, dict) and "errcode" in answer:
                return answer
            failure = AnswerLostError("the answer is not WeCom's: no errcode")
        raise failure

    def _fetch_token(self) -> tuple[SecretStr, timedelta]:
        """Ask for a token; nothing was sent to anybody yet, so a lost answer is only a reason to ask again."""
        params = {"corpid": self._access.corp_id, "corpsecret": self._access.secret}
        failure: NotSentError
        try:
            answer = self._wire.request("get", f"{self._base}gettoken", params).json()
        except (httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError) as error:
            failure = NotSentError(f"no token: {type(error).__name__}", TOKEN_RETRY_AFTER)
        else:
            if isinstance(answer, dict) and answer.get("access_token"):
                lasts = timedelta(seconds=int(answer.get("expires_in") or TOKEN_LASTS.total_seconds()))
                return SecretStr(str(answer["access_token"])), lasts
            errcode = answer.get("errcode") if isinstance(answer, dict) else None
            failure = token_refusal(int(errcode)) if errcode else NotSentError("no token", TOKEN_RETRY_AFTER)
        raise failure
