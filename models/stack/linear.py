"""The linear heads: one table, a row a feature, a column an output."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.stack.features import Features

FACT: Final = 0.25
"""What one fact counts; words share 1 among them, and so do the words said before."""


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
        """Logits of a text, one an output."""
        total = self.bias.copy()
        for names, share in ((found.words, 1.0), (found.before, 1.0), (found.facts, 0.0)):
            places, values = self.scaled(names, share)
            if places:
                total += values @ self.table[places]
        return total

    def scaled(self, names: Iterable[str], share: float) -> tuple[list[int], NDArray[np.float32]]:
        """The rows of known features and their values; ``share`` 0 gives each the same."""
        places = [self.rows[name] for name in names if name in self.rows]
        return places, values_of(self.rarity[places], share)


def values_of(rarity: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Values of the features of a block, of norm ``share``; each ``FACT`` where that is 0."""
    if not share:
        return np.full(len(rarity), FACT, dtype=np.float32)
    norm = float(np.sqrt((rarity * rarity).sum())) or 1.0
    scaled: NDArray[np.float32] = (rarity * np.float32(share / norm)).astype(np.float32)
    return scaled
