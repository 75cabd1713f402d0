"""Files on the page: one that comes in, within the limit, and one that goes out, as what it is and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.responses import Response

from bot.evidence_files import too_large
from bot.form_limits import MOST_DISCARDED
from kpi.incidents.evidence_files import LARGEST_FILE, PICTURES, EvidenceFile, FileKind

MEDIA_TYPES: dict[FileKind, str] = {
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.WEBP: "image/webp",
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv",
}


async def read_upload(name: str, chunks: AsyncIterator[bytes]) -> bytes:
    """Return a posted file; raises QuestionError past the limit, having kept no more than the limit in memory."""
    content, size = bytearray(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size <= LARGEST_FILE:
            content += chunk
            continue
        content.clear()
        if size > MOST_DISCARDED:
            break
    if size > LARGEST_FILE:
        raise too_large(name)
    return bytes(content)


def file_response(file: EvidenceFile, content: bytes) -> Response:
    """Return a stored file: a picture is shown, anything else is saved; a browser runs none of them."""
    way = "inline" if file.kind in PICTURES else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(file.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=86400, immutable",
    }
    return Response(content, media_type=MEDIA_TYPES[file.kind], headers=headers)
