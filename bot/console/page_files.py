"""The files of the page, read once: HTML, style, ES modules and the sign in the tab. Nothing comes from elsewhere."""

from __future__ import annotations

from importlib.resources import files

_MEDIA_TYPES: dict[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def load_assets() -> dict[str, tuple[bytes, str]]:
    """Return every asset by file name with its bytes and media type; only names listed here are ever served."""
    folder = files("bot.console") / "assets"
    return {
        asset.name: (asset.read_bytes(), _MEDIA_TYPES[suffix])
        for asset in folder.iterdir()
        if (suffix := "." + asset.name.rpartition(".")[2]) in _MEDIA_TYPES
    }
