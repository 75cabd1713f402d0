"""Write the page of every journey in docs/journeys: what `vigia simulate` prints of it."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.commands.simulate import simulated
from bot.logs import configure_logs
from bot.settings import Settings
from bot.simulation.journey_file import read_journey
from bot.simulation.printing import as_markdown

ROOT = Path(__file__).resolve().parents[1]
ENGAGEMENTS = {"lumina.toml", "lumina-in-slack.toml", "lumina-in-wecom.toml"}
"""Files of the folder that are no journeys: the engagements they happen in."""


def journeys() -> list[Path]:
    """Return the files of all journeys."""
    return sorted(path for path in (ROOT / "docs/journeys").glob("*.toml") if path.name not in ENGAGEMENTS)


def page_of(file: Path) -> str:
    """Return the page of a journey's file."""
    return as_markdown(simulated(read_journey(file)), f"vigia simulate docs/journeys/{file.name} --format md")


def main() -> int:
    """Write the pages that are not what the code prints today."""
    configure_logs(Settings(log_level="error"))
    for file in journeys():
        page, text = file.with_suffix(".md"), page_of(file)
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            print(f"wrote {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
