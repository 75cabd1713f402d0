"""Filled-in forms as browsers send them (multipart/form-data), read piece by piece with every limit on the way.

A file that is too large costs itself and never the words: they come before the files, and stay.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.form_limits import LARGEST_FORM, MOST_DISCARDED, MOST_UPLOADS, MOST_VALUES
from kpi.errors import QuestionError
from kpi.incidents.evidence_files import LARGEST_FILE
from kpi.phrases import phrase

LONGEST_BOUNDARY = 70
"""Characters: RFC 2046, 5.1.1"""
LARGEST_HEAD = 4096
"""Bytes of what stands before a part: its field's name and a file's, which phones make long."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file chosen in a field; without `content` it was larger than a file may be."""

    field: str
    name: str
    content: bytes | None


@dataclass(slots=True)
class Sent:
    """What came: words by field, and files; with `too_many` files more were chosen than are taken."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    too_many: bool = False

    @property
    def written(self) -> dict[str, str]:
        """What stands in each field; in one of files their names, a line each."""
        names: dict[str, str] = {}
        for one in self.uploads:
            names[one.field] = f"{names[one.field]}\n{one.name}" if one.field in names else one.name
        return self.values | names


async def read_form(content_type: str, chunks: AsyncIterator[bytes]) -> Sent:
    """Return a posted form; raises QuestionError for what is no form, or holds more words than one may.

    Of bytes past MOST_DISCARDED nobody reads more: what came until then counts.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise _unreadable()
    reader = _Reader()
    parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]
    size = 0
    try:
        async for chunk in chunks:
            size += len(chunk)
            if size > MOST_DISCARDED:
                reader.end_part()
                break
            parser.write(chunk)
        else:
            parser.finalize()
    except FormParserError as error:
        raise _unreadable() from error
    return reader.sent


class _Reader:
    """Takes a parser's calls and keeps what fits."""

    def __init__(self) -> None:
        self.sent = Sent()
        self._head = bytearray()
        self._field_ends = 0
        self._disposition = b""
        self._name = ""
        self._file: str | None = None
        self._content = bytearray()
        self._is_large = False
        self._words = 0

    def callbacks(self) -> dict[str, object]:
        """Return what the parser calls."""
        return {
            "on_part_begin": self.begin_part,
            "on_header_field": self.head,
            "on_header_value": self.head_value,
            "on_header_end": self.end_head,
            "on_headers_finished": self.begin_content,
            "on_part_data": self.content,
            "on_part_end": self.end_part,
        }

    def begin_part(self) -> None:
        """Forget the part before."""
        self._head.clear()
        self._content.clear()
        self._disposition, self._name, self._file, self._is_large = b"", "", None, False

    def head(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        self._head += data[start:end]
        self._field_ends = len(self._head)
        self._limit_head()

    def head_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        self._head += data[start:end]
        self._limit_head()

    def end_head(self) -> None:
        """Keep the one header that says whose part this is."""
        if bytes(self._head[: self._field_ends]).lower() == b"content-disposition":
            self._disposition = bytes(self._head[self._field_ends :])
        self._head.clear()
        self._field_ends = 0

    def begin_content(self) -> None:
        """Find out whose part this is."""
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        file = options.get(b"filename")
        self._file = file.decode("utf-8", "replace") if file is not None else None

    def content(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a part's content, while there is room for it."""
        if self._file is None:
            self._words += end - start
            if self._words > LARGEST_FORM:
                raise QuestionError(phrase("This is too long: at most %(limit)s bytes fit."), limit=LARGEST_FORM)
        if self._file is not None and self._is_past_limit(end - start):
            self._is_large = True
            self._content.clear()
            return
        self._content += data[start:end]

    def end_part(self) -> None:
        """Keep a part."""
        if self._file is None:
            self._keep_words()
        elif self._file or self._content:
            self._keep_file(self._file)
        self._file = ""
        self._content.clear()

    def _keep_words(self) -> None:
        if not self._name:
            raise _unreadable()
        self.sent.values[self._name] = self._content.decode("utf-8", "replace").replace("\r\n", "\n")
        if len(self.sent.values) > MOST_VALUES:
            raise _unreadable()

    def _keep_file(self, name: str) -> None:
        if len(self.sent.uploads) == MOST_UPLOADS:
            self.sent.too_many = True
            return
        self.sent.uploads.append(Upload(self._name, name, None if self._is_large else bytes(self._content)))

    def _is_past_limit(self, more: int) -> bool:
        is_one_too_many = len(self.sent.uploads) == MOST_UPLOADS
        return self._is_large or is_one_too_many or len(self._content) + more > LARGEST_FILE

    def _limit_head(self) -> None:
        if len(self._head) > LARGEST_HEAD:
            raise _unreadable()


def _unreadable() -> QuestionError:
    return QuestionError(phrase("This request could not be read. Reload the page and try again."))
