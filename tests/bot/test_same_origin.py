"""Whether a page of ours made a request, as far as browsers say so."""

from __future__ import annotations

import pytest

from bot.same_origin import is_same_origin

HOST = "vigia.acme.com.br:8443"


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"origin": "https://vigia.acme.com.br:8443"}, True),
        ({"origin": "https://VIGIA.acme.com.br:8443"}, True),
        ({"origin": "https://vigia.acme.com.br"}, False),
        ({"origin": "https://evil.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({}, True),
    ],
)
def test_a_request_of_another_site_is_told_apart(headers: dict[str, str], is_ours: bool) -> None:
    """Origin counts first; a program says neither."""
    assert is_same_origin(headers, HOST) is is_ours
