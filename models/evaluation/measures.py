"""Measures of agreement and of honesty about doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

BINS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published number.

    Attributes:
        name: what was measured, on what.
        value: 0 to 1, or in the unit.
        n: texts that it rests on.
        positives: of them those that carry the signal; null where that means nothing.
        aim: what was aimed at; null where nothing was.
        unit: empty for shares; ``/s``, ``s``, ``MB``, ``×`` …
    """

    name: str
    value: float
    n: int
    positives: int | None = None
    aim: float | None = None
    unit: str = ""

    @property
    def shown(self) -> str:
        """The value as it is printed everywhere, so that two prints of it agree."""
        if not self.unit:
            return f"{self.value:.3f}"
        digits = 0 if abs(self.value) >= 100 else 1  # three digits tell enough
        return f"{self.value:,.{digits}f} {self.unit}"


def f1(found: Flags, told: Flags) -> float:
    """Harmonic mean of precision and recall; 0 where nothing was found rightly."""
    hit = int((found & told).sum())
    return 2 * hit / int(found.sum() + told.sum()) if hit else 0.0


def macro_f1(found: Flags, told: Flags) -> float:
    """Mean of the F1 of those that carry the signal and of those that do not."""
    return (f1(found, told) + f1(~found, ~told)) / 2


def macro_f1_of(found: Sequence[str], told: Sequence[str], classes: Sequence[str]) -> float:
    """Mean F1 over the classes that occur."""
    seen, gold = np.array(found), np.array(told)
    present = [name for name in classes if (gold == name).any()]
    return float(np.mean([f1(seen == name, gold == name) for name in present]))


def calibration(
    probability: NDArray[np.float64], told: Flags, bins: int = BINS
) -> list[tuple[float, float, int]]:
    """By tenths of the probability: its mean, the share that is true, and how many texts."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    return [
        (float(probability[place == one].mean()), float(told[place == one].mean()), int(count))
        for one in range(bins)
        if (count := (place == one).sum())
    ]


def calibration_error(probability: NDArray[np.float64], told: Flags, bins: int = BINS) -> float:
    """Expected calibration error: the mean distance of the two, weighted by texts."""
    parts = calibration(probability, told, bins)
    return sum(count * abs(mean - share) for mean, share, count in parts) / len(told)


def error_by_chance(probability: NDArray[np.float64], bins: int = BINS, draws: int = 200) -> float:
    """The calibration error that true probabilities would show on so many texts: its mean over
    texts drawn by them (seeded)."""
    chance = np.random.default_rng(1)
    told = chance.random((draws, len(probability))) < probability
    return float(np.mean([calibration_error(probability, one, bins) for one in told]))
