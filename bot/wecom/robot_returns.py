"""The address WeCom gives with each message to its robot: good once, for an hour, for one message more.

It is a secret, because whoever holds it writes into the group: no log line and no exception sees its parameters.
"""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import SecretStr

from bot.messengers import AnswerLostError, NotSentError
from bot.wecom.app import Wire
from bot.wecom.errors import call_error, refusal, status_error
from bot.wecom.robot_frames import Frame


class RobotReturns:
    """The way back through such addresses; closed once, when the bot stops."""

    def __init__(self, api_url: str, wire: Wire | None = None) -> None:
        self._home = urlsplit(api_url)[:2]
        self._wire = wire or Wire()

    async def send(self, url: str, message: Frame) -> None:
        """Send one message; raises NotSentError or AnswerLostError."""
        await asyncio.to_thread(self._send, url, message)

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def _send(self, url: str, message: Frame) -> None:
        address = urlsplit(url)
        if address[:2] != self._home:
            raise NotSentError("the address to answer to is not one of WeCom's API")
        secrets = {name: SecretStr(value) for name, value in parse_qsl(address.query)}
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        failure: NotSentError | AnswerLostError | None = None
        errcode: object = None
        try:
            plain = address._replace(query="", fragment="").geturl()
            errcode = self._wire.request("post", plain, secrets, body).json().get("errcode")
        except httpx.HTTPStatusError as error:
            failure = status_error(error.response.status_code)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = call_error(error)
        except (ValueError, AttributeError):
            failure = AnswerLostError("the answer is not WeCom's: no errcode")
        if failure is None and errcode:
            failure = refusal(errcode) if isinstance(errcode, int) else AnswerLostError("no errcode")
        if failure is not None:
            # Raised out here so that no traceback chain leads to httpx and its request.
            raise failure
