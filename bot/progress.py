"""Progress bars of long commands; silent where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress


@contextmanager
def alert_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that shows what is being done, how much of it, and how much there is."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield show
