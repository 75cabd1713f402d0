"""The shape of a morning's noise: learnt from all series, and what it takes off a score."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.alerts.detection.panel import DAYS, Floats
from kpi.alerts.detection.tails import MOST_HEAVY, heaviness, sobered, surprise_counts


def _surprises(freedom: float, series: int = 200) -> Floats:
    chance = np.random.default_rng(5)
    drawn = chance.standard_t(freedom, (DAYS, series)) if np.isfinite(freedom) else chance.normal(size=(DAYS, series))
    size: Floats = np.abs(drawn)
    return size


def _heavy(freedom: float) -> float:
    return heaviness([surprise_counts(_surprises(freedom))])


def test_normal_noise_is_not_heavy_and_jumpy_noise_is() -> None:
    """Fewer degrees of freedom are heavier tails."""
    assert _heavy(np.inf) == 0.0
    assert 0.1 < _heavy(5) < _heavy(3) <= MOST_HEAVY


def test_a_few_incidents_do_not_make_noise_heavy() -> None:
    """One day in a hundred, ten deviations off, is no shape of the noise."""
    surprises = _surprises(np.inf)
    surprises[::25, ::4] = 10.0
    assert heaviness([surprise_counts(surprises)]) == 0.0


def test_few_series_or_short_ones_teach_no_shape() -> None:
    """A guess is worse than the normal distribution."""
    short = _surprises(3)
    short[:50] = np.nan
    assert heaviness([surprise_counts(short)]) == 0.0
    assert heaviness([surprise_counts(_surprises(3, series=5))]) == 0.0


def test_the_scale_of_a_series_does_not_matter() -> None:
    """Each series is measured by its own median."""
    surprises = _surprises(4)
    np.testing.assert_array_equal(surprise_counts(surprises), surprise_counts(surprises * 4))


def test_pieces_add_up() -> None:
    """How the work is cut must not show."""
    surprises = _surprises(4)
    parts = [surprise_counts(surprises[:, :70]), surprise_counts(surprises[:, 70:])]
    np.testing.assert_array_equal(np.sum(parts, axis=0), surprise_counts(surprises))


@pytest.mark.parametrize("days", [1, 3, 14])
def test_heavy_noise_makes_scores_smaller_keeps_their_order_and_leaves_counting_alone(days: int) -> None:
    """Only the share of day noise in a window's variance is sobered; the good side is as it was."""
    z = np.array([-np.inf, -4.0, 0.0, 1.0, 2.8, 3.8, 6.0])
    noisy = sobered(z, np.ones(7), days, 0.25)
    assert (noisy <= z).all()
    assert (np.diff(noisy[2:]) > 0).all()
    np.testing.assert_array_equal(noisy[:3], z[:3])
    np.testing.assert_allclose(sobered(z, np.zeros(7), days, 0.25), z, rtol=1e-2)
    np.testing.assert_array_equal(sobered(z, np.ones(7), days, 0.0), z)


def test_a_jump_of_one_day_is_sobered_more_than_one_of_a_fortnight() -> None:
    """Days average out."""
    z = np.array([4.0])
    assert sobered(z, np.ones(1), 1, 0.25) < sobered(z, np.ones(1), 14, 0.25) - 0.3
