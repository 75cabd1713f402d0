"""What may be kept as evidence: real pictures, within limits, refused in one sentence otherwise."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

import pytest
from PIL import Image

from bot.evidence_files import MOST_PIXELS, checked_file
from kpi.errors import QuestionError
from kpi.incidents.evidence_files import LARGEST_FILE, FileKind
from tests.twins.console_world import tiny_png


def picture(form: str, size: tuple[int, int] = (30, 20)) -> bytes:
    """Return a real picture."""
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, form)
    return written.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a small PNG that claims to be that large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    whole = tiny_png()
    return whole[:8] + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


@pytest.mark.parametrize(("form", "kind"), [("PNG", FileKind.PNG), ("JPEG", FileKind.JPEG), ("WEBP", FileKind.WEBP)])
def test_a_picture_is_kept_as_it_is(form: str, kind: FileKind) -> None:
    """Under a tidy name with the right ending."""
    content = picture(form)
    kept = checked_file("C:\\shots\\screen.bmp", content)
    assert (kept.kind, kept.name, kept.content) == (kind, f"screen.bmp.{kind}", content)
    assert str(len(content)) not in repr(kept)


@pytest.mark.parametrize("size", [(MOST_PIXELS // 1000 + 1, 1000), (20_000, 8_000), (60_000, 60_000)])
def test_a_picture_that_would_burst_is_refused_unopened(size: tuple[int, int]) -> None:
    """A few hundred bytes that unpack to gigabytes."""
    tracemalloc.start()
    with pytest.raises(QuestionError, match="too many pixels"):
        checked_file("bomb.png", claiming(*size))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_picture_at_the_limit_of_pixels_is_kept() -> None:
    """Only its header is read."""
    assert checked_file("long.png", claiming(MOST_PIXELS // 1000, 1000)).kind is FileKind.PNG


@pytest.mark.parametrize("content", [picture("PNG")[:60], b"\xff\xd8\xff\xe0 no picture", b"RIFF\1\0\0\0WEBP"])
def test_a_broken_picture_is_refused(content: bytes) -> None:
    """Its first bytes promise what the rest does not keep."""
    with pytest.raises(QuestionError, match="broken"):
        checked_file("x.png", content)


def test_the_largest_file_is_taken_and_one_byte_more_is_not() -> None:
    """The sentence says that the words are kept."""
    assert checked_file("x.csv", b"x" * LARGEST_FILE).kind is FileKind.CSV
    with pytest.raises(QuestionError, match="larger than 10 MB"):
        checked_file("x.csv", b"x" * (LARGEST_FILE + 1))


def test_a_page_that_calls_itself_a_picture_is_refused() -> None:
    """The content decides."""
    with pytest.raises(QuestionError, match=r"“shot\.png” is not kept"):
        checked_file("shot.png", b"<html><script>alert(1)</script></html>")
