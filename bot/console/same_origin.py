"""Only this console's own page may talk to it: not a page of another site, nor one that borrowed its address."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.console.errors import ForeignPageError
from bot.same_origin import is_same_origin
from kpi.phrases import phrase

_LOOPBACK_NAMES = frozenset({"localhost"})


def require_known_host(headers: Mapping[str, str], host_names: frozenset[str]) -> None:
    """Raise ForeignPageError unless the Host is an address, localhost or one of `host_names` (lower-case).

    A foreign name that resolves to this machine (DNS rebinding) would pass every same-origin check of the browser.
    """
    host = _host_name(headers.get("host", ""))
    if host not in _LOOPBACK_NAMES and host not in host_names and not _is_address(host):
        raise ForeignPageError(
            phrase("This console does not answer to the name %(host)s. Add it to the console's host names."), host=host
        )


def require_same_origin(headers: Mapping[str, str]) -> None:
    """Raise ForeignPageError for a request another site's page made."""
    if not is_same_origin(headers, headers.get("host", "")):
        raise ForeignPageError(phrase("Only the console's own page may do this. Open the console and try there."))


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
