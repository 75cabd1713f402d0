"""A bot for looking only: an embedded database of its own, the console on loopback, no account of any platform."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from bot.settings import Settings


def scratch_settings(file: Path, port: int) -> Settings:
    """Return settings over an SQLite file; what the environment says of anything outside is left out."""
    return Settings(
        _env_file=None,
        database_url=f"sqlite:///{file}",
        host="127.0.0.1",
        port=port,
        console=True,
        slack_bot_token=None,
        slack_app_token=None,
        slack_signing_secret=None,
        slack_client_id=None,
        slack_client_secret=None,
        slack_token_secrets=[],
        wecom_webhook_keys={},
        heartbeat_url=None,
        log_level="warning",
    )


@contextmanager
def scratch_file(purpose: str, keep: Path | None = None) -> Iterator[Path]:
    """Give the path of a database that is forgotten at the end, unless a file to `keep` is named."""
    if keep is not None:
        yield keep
        return
    folder = Path(mkdtemp(prefix=f"vigia-{purpose}-"))
    try:
        yield folder / f"{purpose}.sqlite"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
