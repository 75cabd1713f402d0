"""What the page can do wrong. Each error is one sentence in the room's language and one HTTP status.

ConsoleError
├── TooLongError          a question or a body past its limit
├── TooBusyError          too many open questions in a room, or too many open pages
├── UnreadableError       a body that is not the expected JSON
└── ForeignPageError      another site's page, or another site's name for this address, asks
"""

from __future__ import annotations

from typing import ClassVar

from kpi.errors import VigiaError


class ConsoleError(VigiaError):
    """Something the console refuses; `status` is the HTTP status of the answer."""

    code = "CONSOLE"
    status: ClassVar[int] = 400


class TooLongError(ConsoleError):
    """A question or a body past its limit."""

    code = "CONSOLE_LONG"
    status = 413


class TooBusyError(ConsoleError):
    """Too many questions still open in a room, or too many pages open."""

    code = "CONSOLE_BUSY"
    status = 429


class UnreadableError(ConsoleError):
    """A body that is not the JSON this address expects."""

    code = "CONSOLE_BODY"
    status = 422


class ForeignPageError(ConsoleError):
    """The request comes from another site's page or names a host that is not ours."""

    code = "CONSOLE_FOREIGN"
    status = 403
