"""Kill the main journey so many times (SIGKILL) with a seed and print what came of it.

`.venv/bin/python tests/benchmarks/kills.py 200 4` from the project's folder; it takes some minutes.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.journeys.killed_journey import SEED, killed


def main(kills: str = "200", seed: str = str(SEED)) -> None:
    """Kill and print."""
    with TemporaryDirectory() as folder:
        result = asyncio.run(killed(int(kills), int(seed), Path(folder)))
    sys.stdout.write(f"seed {seed}: {result}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
