"""How often the cause of a generated fall or rise is named first: `python -m tests.benchmarks.drivers`."""

from __future__ import annotations

from tests.kpi.driver_cases import Truth, shares_named_first

SEED = 77
CASES = 500
"""Of each kind and direction; no choice was made on this seed."""


def main() -> None:
    """Print a row for each kind: falls, rises."""
    shares = shares_named_first(SEED, CASES)
    for truth in Truth:
        print(f"{truth:<12}{shares[truth, True]:.3f}  {shares[truth, False]:.3f}")  # noqa: T201
    for is_fall, word in ((True, "falls"), (False, "rises")):
        print(f"all {word:<8}{sum(shares[truth, is_fall] for truth in Truth) / len(Truth):.3f}")  # noqa: T201


if __name__ == "__main__":
    main()
