"""A picture that is too large for a platform, made smaller: fewer colours first, then less detail, then less size."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from kpi.pictures import TooLargePicture

_COLOURS = 256
_JPEG_QUALITIES = (90, 80, 70)
_SCALES = (1.0, 0.75, 0.5, 0.25)


def shrink(picture: TooLargePicture) -> bytes:
    """Return a picture as PNG or JPEG within its limit; raises ValueError when nothing readable fits."""
    if len(picture.content) <= picture.most_bytes:
        return picture.content
    whole = Image.open(BytesIO(picture.content)).convert("RGB")
    for made in _smaller_and_smaller(whole):
        if len(made) <= picture.most_bytes:
            return made
    msg = f"the picture does not fit into {picture.most_bytes} bytes"
    raise ValueError(msg)


def _smaller_and_smaller(whole: Image.Image) -> Iterator[bytes]:
    for scale in _SCALES:
        size = (max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
        scaled = whole if scale == 1 else whole.resize(size, Image.Resampling.LANCZOS)
        yield _saved(scaled.quantize(_COLOURS, dither=Image.Dither.NONE), "PNG", optimize=True)
        for quality in _JPEG_QUALITIES:
            yield _saved(scaled, "JPEG", quality=quality, optimize=True)


def _saved(image: Image.Image, kind: str, **how: int) -> bytes:
    content = BytesIO()
    image.save(content, kind, **how)
    return content.getvalue()
