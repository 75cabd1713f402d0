"""Everything a user can get wrong, as one tree.

VigiaError                      one sentence for people, one code for logs
├── ConfigurationError          an engagement file or a setting cannot be used
│   └── NotMeasurableError      a target without metric, number, scope or date
├── UnknownNameError            a word that names nothing we know (with the nearest name)
├── QuestionError               a `/kpi` question that cannot be answered as asked
├── AccessError                 the room or the person may not see this
│   └── UnknownPersonError      the room is bound, and its engagement does not name who asks
├── SourceError                 a file that cannot be imported
│   ├── HostileFileError        a file that must not even be opened further
│   ├── UnknownLayoutError      no layout has this header set
│   └── AmbiguousDateError      dates that read both as day/month and month/day
├── CurrencyMismatchError       amounts of two currencies were about to be added
└── NotFoundError               an engagement, store, room or digest that does not exist

`message` is an English msgid with ``%(name)s`` placeholders; `params` fills it. The sentence says what to do.
"""

from __future__ import annotations

from typing import ClassVar


class VigiaError(Exception):
    """A mistake that one sentence can explain; `code` finds the log line."""

    code: ClassVar[str] = "VIGIA"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        """Return the English sentence, for logs and terminals."""
        return self.message % self.params if self.params else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with parameters, so that errors cross a process pool."""
        return (_rebuild, (type(self), self.message, self.params))


def _rebuild(kind: type[VigiaError], message: str, params: dict[str, object]) -> VigiaError:
    return kind(message, **params)


class ConfigurationError(VigiaError):
    """An engagement file or a setting cannot be used as written."""

    code = "CONFIG"


class NotMeasurableError(ConfigurationError):
    """A target that no number could ever confirm or refute."""

    code = "TARGET"


class UnknownNameError(VigiaError):
    """A word that names no metric, store, market, period … we know."""

    code = "UNKNOWN"


class QuestionError(VigiaError):
    """A question whose words are known but which cannot be answered as asked."""

    code = "QUESTION"


class AccessError(VigiaError):
    """This person, in this room, may not see or do this."""

    code = "ACCESS"


class UnknownPersonError(AccessError):
    """The room is bound, and its engagement does not name this person: an invitation may be owed."""

    code = "STRANGER"


class SourceError(VigiaError):
    """A file that cannot be imported; nothing was changed."""

    code = "SOURCE"


class HostileFileError(SourceError):
    """A file past a safety limit (size, columns, compression, formulas, encoding)."""

    code = "HOSTILE"


class UnknownLayoutError(SourceError):
    """No known layout has this file's header set."""

    code = "LAYOUT"


class AmbiguousDateError(SourceError):
    """Dates that can be read as day/month and as month/day."""

    code = "DATES"


class CurrencyMismatchError(VigiaError):
    """Amounts of two currencies never add."""

    code = "CURRENCY"


class NotFoundError(VigiaError):
    """An engagement, store, room or digest that does not exist."""

    code = "NOTFOUND"
