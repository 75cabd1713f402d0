"""Filled-in forms as browsers send them: every limit on the way, and words that are never lost for a file's sake."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.form_limits import LARGEST_FORM, MOST_DISCARDED, MOST_UPLOADS, MOST_VALUES
from bot.pages.form_bodies import LARGEST_HEAD, Sent, Upload, read_form
from kpi.errors import QuestionError
from kpi.incidents.evidence_files import LARGEST_FILE

KIND = "multipart/form-data; boundary=wall"


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    """Return one part of a form."""
    named = f'form-data; name="{name}"' + (f'; filename="{file}"' if file is not None else "")
    return f"--wall\r\nContent-Disposition: {named}\r\n\r\n".encode() + content + b"\r\n"


async def read(*parts: bytes, kind: str = KIND, piece: int = 65_536) -> Sent:
    """Read a form that arrives in pieces."""
    body = b"".join(parts) + b"--wall--\r\n"

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), piece):
            yield body[start : start + piece]

    return await read_form(kind, chunks())


@pytest.mark.parametrize("piece", [1, 7, 65_536])
async def test_words_and_files_arrive_whole(piece: int) -> None:
    """In however small pieces; a line break is one sign, and a field of files nobody chose is none."""
    words, photo = part("text", "付款\r\n失败".encode()), part("files", b"\x89PNG\r\n--wal", "截图 1.png")
    sent = await read(words, photo, part("files", b"", ""), piece=piece)
    assert sent.values == {"text": "付款\n失败"}
    assert sent.uploads == [Upload("files", "截图 1.png", b"\x89PNG\r\n--wal")]
    assert sent.written == {"text": "付款\n失败", "files": "截图 1.png"}


@pytest.mark.parametrize("more", [0, 1])
async def test_a_file_past_its_limit_costs_itself_alone(more: int) -> None:
    """One byte past; what stands before and behind it is there."""
    sent = await read(
        part("text", b"x"), part("files", b"x" * (LARGEST_FILE + more), "large"), part("files", b"y", "small")
    )
    assert sent.values == {"text": "x"}
    assert [one.content is None for one in sent.uploads] == [bool(more), False]


async def test_one_file_too_many_is_said_and_not_kept() -> None:
    """The first ones are."""
    files = [part("files", b"x", f"{number}.png") for number in range(MOST_UPLOADS + 1)]
    assert not (await read(*files[:-1])).too_many
    sent = await read(*files)
    assert (len(sent.uploads), sent.too_many) == (MOST_UPLOADS, True)


async def test_words_past_their_limit_are_refused() -> None:
    """All fields together; one byte past."""
    half = LARGEST_FORM // 2
    assert len((await read(part("a", b"x" * half), part("b", b"x" * half))).values["b"]) == half
    with pytest.raises(QuestionError, match="too long"):
        await read(part("a", b"x" * half), part("b", b"x" * (half + 1)))


async def test_more_fields_than_any_form_has_are_refused() -> None:
    """One past."""
    fields = [part(f"f{number}", b"") for number in range(MOST_VALUES + 1)]
    assert len((await read(*fields[:-1])).values) == MOST_VALUES
    with pytest.raises(QuestionError):
        await read(*fields)


async def test_a_head_past_its_limit_is_refused() -> None:
    """Whatever a phone calls its photos."""
    with pytest.raises(QuestionError):
        await read(part("files", b"x", "x" * LARGEST_HEAD))


async def test_nobody_reads_a_body_without_end() -> None:
    """What came until then counts."""

    async def chunks() -> AsyncIterator[bytes]:
        yield part("text", b"the words") + part("files", b"", "endless.mov")[:-2]
        piece = b"x" * 2**20
        for _ in range(MOST_DISCARDED // 2**20 + 50):
            yield piece
            asked.append(1)

    asked: list[int] = []
    sent = await read_form(KIND, chunks())
    assert sent.values == {"text": "the words"}
    assert [(one.name, one.content) for one in sent.uploads] == [("endless.mov", None)]
    assert len(asked) <= MOST_DISCARDED // 2**20


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data", KIND.replace("wall", "x" * 71)])
async def test_what_is_no_form_is_refused(kind: str) -> None:
    """In one sentence."""
    with pytest.raises(QuestionError, match="could not be read"):
        await read(part("text", b"x"), kind=kind)


@given(st.binary(max_size=600), st.integers(1, 50))
@settings(max_examples=150)
async def test_whatever_comes_is_a_form_or_one_sentence(noise: bytes, piece: int) -> None:
    """No other error, whatever stands in it."""

    async def chunks() -> AsyncIterator[bytes]:
        body = b"--wall\r\nContent-Disposition: form-data; " + noise
        for start in range(0, len(body), piece):
            yield body[start : start + piece]

    try:
        sent = await read_form(KIND, chunks())
    except QuestionError:
        return
    assert len(sent.values) <= MOST_VALUES
