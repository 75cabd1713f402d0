"""Write the pages that are made from code, or with --check say whether they are up to date."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.slack.error_codes import CODES, OTHERWISE, Meaning
from bot.slack.manifest import SCOPES, manifest
from kpi.errors import VigiaError
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Formula, Metric
from kpi.wording.wording import Wording

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = (Language.EN, Language.ZH, Language.PT, Language.ES)

METRICS_HEAD = """\
<!-- Made from code by `make docs`: change the code, not this page. -->

# The metrics

All {count} metrics of `kpi/metrics/catalogue.py`. A ratio over several days or stores is the sum of its numerators
over the sum of its denominators. Below the smallest sample a reading says “not enough data” and judges nothing.

| metric | English | 中文 | português | español | unit | good | value | which day | smallest sample | final after |
|---|---|---|---|---|---|---|---|---|---|---|
"""

ERRORS_HEAD = """\
<!-- Made from code by `make docs`: change the code, not this page. -->

# The codes of errors

A sentence that says what went wrong ends with a reference, such as `SOURCE-3f9a1c`. The log line with the same
reference tells the rest.

| code | means |
|---|---|
"""

PERMISSIONS_HEAD = """\
<!-- Made from code by `make docs`: change the code, not this page. -->

# What Vigia may do in a Slack workspace, and why

| permission | what needs it |
|---|---|
"""

SLACK_ERRORS_HEAD = """\
<!-- Made from code by `make docs`: change the code, not this page. -->

# What Slack's error codes mean to Vigia

The ledger (`vigia deliveries`) names the code with its sentence; people read the sentence in their language.

| code | says | what is done without you |
|---|---|---|
"""


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"


def _formula(formula: Formula) -> str:
    signed = [(term.sign, f"{term.measure} / {term.per}" if term.per else term.measure) for term in formula]
    return " ".join(("− " if sign < 0 else "+ ") + text for sign, text in signed).removeprefix("+ ")


def _value(metric: Metric) -> str:
    above, below = _formula(metric.numerator), _formula(metric.denominator)
    scale = f" ÷ {metric.scale}" if metric.scale != 1 else ""
    return f"`{above}` ÷ `{below}`{scale}" if below else f"`{above}`{scale}"


def _metric_row(metric: Metric) -> str:
    names = [Wording(language).say(metric.name) for language in LANGUAGES]
    sample = ", ".join(f"{one.measure} ≥ {one.at_least}" for one in metric.samples)
    final = ", ".join(f"{name} {days} d" for name, days in metric.finality_days.items())
    means = (metric.unit, metric.good, _value(metric), metric.attribution)
    return _row(f"`{metric.id}`", *names, *means, sample, final or "close of day")


def metrics_page() -> str:
    """Return the page of all metrics."""
    return METRICS_HEAD.format(count=len(METRICS)) + "".join(_metric_row(metric) for metric in METRICS.values())


def _tree(kind: type[VigiaError]) -> list[type[VigiaError]]:
    children = [child for child in kind.__subclasses__() if child.__module__ == "kpi.errors"]
    return [kind, *(one for child in children for one in _tree(child))]


def errors_page() -> str:
    """Return the page of all codes a reference can begin with."""
    return ERRORS_HEAD + "".join(
        _row(f"`{kind.code}`", (kind.__doc__ or "").partition("\n")[0]) for kind in _tree(VigiaError)
    )


def permissions_page() -> str:
    """Return the page of all Slack permissions."""
    return PERMISSIONS_HEAD + "".join(_row(f"`{scope}`", reason) for scope, reason in sorted(SCOPES.items()))


def slack_errors_page() -> str:
    """Return the page of all error codes of Slack that are told apart."""

    def row(code: str, meaning: Meaning) -> str:
        return _row(code, meaning.sentence, meaning.action.value)

    rows = (row(f"`{code}`", meaning) for code, meaning in sorted(CODES.items()))
    return SLACK_ERRORS_HEAD + "".join(rows) + row("any other", OTHERWISE)


def main() -> int:
    """Write the pages, or check them; return 1 when a checked page is out of date."""
    pages = {
        "docs/metrics.md": metrics_page(),
        "docs/errors.md": errors_page(),
        "docs/slack/permissions.md": permissions_page(),
        "docs/slack/errors.md": slack_errors_page(),
        "docs/slack/manifest.json": json.dumps(manifest(), indent=2) + "\n",
    }
    stale = [name for name, text in pages.items() if not _says(ROOT / name, text)]
    if "--check" in sys.argv:
        print("\n".join(f"{name} is out of date: run `make docs`" for name in stale))
        return 1 if stale else 0
    for name in stale:
        (ROOT / name).write_text(pages[name], encoding="utf-8")
        print(f"wrote {name}")
    return 0


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
