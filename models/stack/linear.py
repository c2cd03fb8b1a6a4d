"""The linear heads: one table, a row a feature, a column an output."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.stack.features import Features
from models.stack.places import Places

FACT: Final = 0.25
"""What one fact counts; words share 1 among them, and so do the words said before."""

SHARES: Final = (1.0, 1.0, 0.0)
"""Norm of each block (`values_of`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearHeads:
    """Scores a text by the features that it has.

    Attributes:
        rows: where each feature stands.
        rarity: of each row: how much the feature tells (inverse document frequency; 1 for facts).
        table: weights, a row a feature, a column an output.
        bias: of each output.
    """

    rows: Mapping[str, int]
    rarity: NDArray[np.float32]
    table: NDArray[np.float32]
    bias: NDArray[np.float32]

    def score(self, found: Features) -> NDArray[np.float32]:
        """Logits of a text, one an output; the plain way, which the quick one is held to."""
        return self.score_at(Places(*([self.rows[n] for n in b if n in self.rows] for b in found)))

    def score_at(self, places: Places) -> NDArray[np.float32]:
        """Logits of a text whose features stand in these rows."""
        total = self.bias.copy()
        for block, share in zip(places, SHARES, strict=True):
            if block:
                rows = np.array(block, dtype=np.intp)
                total += values_of(self.rarity[rows], share) @ self.table[rows]
        return total


def values_of(rarity: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Values of the features of a block, of norm ``share``; each ``FACT`` where that is 0."""
    if not share:
        return np.full(len(rarity), FACT, dtype=np.float32)
    norm = float(np.sqrt((rarity * rarity).sum())) or 1.0
    scaled: NDArray[np.float32] = (rarity * np.float32(share / norm)).astype(np.float32)
    return scaled
