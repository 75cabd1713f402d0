"""Whether a request was made by a page of ours, as far as a browser says so."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_same_origin(headers: Mapping[str, str], host: str) -> bool:
    """Tell whether no other site's page made a request to `host` (a name with its port, as in an address).

    Browsers send Origin with every POST (Fetch standard, "append a request Origin header"); a request with neither
    Origin nor Sec-Fetch-Site comes from a program, which no other site can drive.
    """
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.casefold() == host.casefold() != ""
    return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
