"""Pictures that are too large for a platform become smaller, and stay readable."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from charts.drawing import draw
from kpi.pictures import TooLargePicture


def noise(width: int, height: int) -> bytes:
    """Return a picture nothing can compress well."""
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    content = BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def test_a_chart_keeps_its_size_and_loses_only_colours() -> None:
    """A picture of few colours becomes a PNG of 256, whose text stays sharp."""
    content = BytesIO()
    Image.linear_gradient("L").resize((1080, 1920)).convert("RGB").save(content, "PNG", compress_level=0)
    made = draw(TooLargePicture(content.getvalue(), 2 * 1024 * 1024))
    assert len(content.getvalue()) > 2 * 1024 * 1024 >= len(made)
    shown = Image.open(BytesIO(made))
    assert (shown.format, shown.size) == ("PNG", (1080, 1920))


def test_what_no_colours_can_save_becomes_smaller() -> None:
    """In detail first, then in size."""
    whole = noise(1080, 1080)
    made = draw(TooLargePicture(whole, len(whole) // 8))
    assert len(made) <= len(whole) // 8
    assert Image.open(BytesIO(made)).format in {"PNG", "JPEG"}


@pytest.mark.parametrize("more", [0, 1])
def test_a_picture_at_its_limit_is_left_as_it_is(more: int) -> None:
    """One byte less, and it is made anew."""
    whole = noise(60, 60)
    assert (draw(TooLargePicture(whole, len(whole) - more)) == whole) is (more == 0)


def test_what_fits_in_no_way_says_so() -> None:
    """The text goes out without it."""
    with pytest.raises(ValueError, match="does not fit into 10 bytes"):
        draw(TooLargePicture(noise(40, 40), 10))
