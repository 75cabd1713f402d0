"""What a file is by its content, and what its name may be."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.incidents.evidence_files import LONGEST_NAME, FileKind, kind_of, tidy_name


def packed(*names: str) -> bytes:
    """Return a packed file with these names in it."""
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packing.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", FileKind.PNG),
        (b"\xff\xd8\xff\xe0..JFIF", FileKind.JPEG),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", FileKind.WEBP),
        (b"%PDF-1.7\n", FileKind.PDF),
        (packed("[Content_Types].xml", "xl/workbook.xml"), FileKind.XLSX),
        (b"pedido;valor\n1;2,50\n", FileKind.CSV),
        ("\ufeff订单,金额\n1,2\n".encode(), FileKind.CSV),
        ("订单,金额\n1,2\n".encode("gb18030"), FileKind.CSV),
    ],
)
def test_the_content_says_what_a_file_is(content: bytes, kind: FileKind) -> None:
    """Its name and what the sender claims do not count."""
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <svg onload=alert(1)>",
        b"#!/bin/sh\nrm -rf /\n",
        b"MZ\x90\x00",
        b"\x7fELF\x02\x01",
        b"GIF89a....\x00",
        b"RIFF\x10\x00\x00\x00AVI ",
        packed("readme.txt"),
        packed("xl/workbook.xml", "xl/vbaProject.bin"),
        b"PK\x03\x04 broken",
    ],
)
def test_anything_else_is_not_kept(content: bytes) -> None:
    """Pages, programs, archives and macros."""
    assert kind_of(content) is None


@pytest.mark.parametrize(
    ("name", "kind", "tidy"),
    [
        ("shot.png", FileKind.PNG, "shot.png"),
        ("Photo.JPEG", FileKind.JPEG, "Photo.jpeg"),
        ("../../etc/passwd", FileKind.CSV, "passwd.csv"),
        ("C:\\Users\\wei\\截图 1.png", FileKind.PNG, "截图 1.png"),
        ("invoice.exe", FileKind.PNG, "invoice.exe.png"),
        ("a\u202egnp.exe", FileKind.PDF, "agnp.exe.pdf"),
        ("line\nbreak\0.png", FileKind.PNG, "linebreak.png"),
        ("", FileKind.WEBP, "file.webp"),
        ("...", FileKind.PDF, "file.pdf"),
        ("x" * 300 + ".png", FileKind.PNG, "x" * 96 + ".png"),
    ],
)
def test_a_name_is_only_a_name(name: str, kind: FileKind, tidy: str) -> None:
    """No folders, no unseen signs, and it ends as what it is."""
    assert tidy_name(name, kind) == tidy


@given(st.text(), st.sampled_from(FileKind))
def test_every_name_becomes_a_usable_one(name: str, kind: FileKind) -> None:
    """Whatever a device calls its files."""
    tidy = tidy_name(name, kind)
    assert 0 < len(tidy) <= LONGEST_NAME
    assert tidy.isprintable()
    assert not set(tidy) & set('/\\"<>')
    assert tidy_name(tidy, kind) == tidy


@given(st.binary(max_size=200))
def test_any_content_is_judged(content: bytes) -> None:
    """Broken files are refused, not fatal."""
    assert kind_of(content) in {None, *FileKind}
