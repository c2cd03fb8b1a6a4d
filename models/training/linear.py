"""Fits the linear heads: a logistic regression an output, on sparse counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.stack.features import Features
from models.stack.linear import LinearHeads, values_of
from models.stack.outputs import COLUMNS

SEEN_MIN: Final = 2
STRENGTH: Final = 4.0


def fit_linear(
    found: Sequence[Features],
    targets: NDArray[np.float32],
    weights: NDArray[np.float32],
    strength: float = STRENGTH,
    seen_min: int = SEEN_MIN,
) -> LinearHeads:
    """The heads fitted to examples; targets below 0 are not known.

    Args:
        found: features of each example.
        targets: a row an example, a column an output.
        weights: of the examples.
        strength: inverse of the regularisation.
        seen_min: features of fewer examples are left out.
    """
    counts: Counter[str] = Counter()
    for one in found:
        counts.update({*one.words, *one.before, *one.facts})
    facts = {name for one in found for name in one.facts}
    names = sorted(name for name, count in counts.items() if count >= seen_min)
    rows = {name: row for row, name in enumerate(names)}
    rarity = np.array(
        [1.0 if name in facts else 1 + np.log(len(found) / counts[name]) for name in names],
        dtype=np.float32,
    )
    matrix = matrix_of(found, rows, rarity)
    table = np.zeros((len(names), len(COLUMNS)), dtype=np.float32)
    bias = np.full(len(COLUMNS), -6.0, dtype=np.float32)
    for column in range(len(COLUMNS)):
        known = targets[:, column] >= 0
        told = targets[known, column]
        if known.any() and 0 < told.sum() < len(told):
            table[:, column], bias[column] = _regress(matrix[known], told, weights[known], strength)
    return LinearHeads(rows=rows, rarity=rarity, table=table, bias=bias)


def matrix_of(
    found: Sequence[Features], rows: Mapping[str, int], rarity: NDArray[np.float32]
) -> Any:
    """The counts of examples as one sparse matrix, scaled as `LinearHeads.score` does."""
    from scipy.sparse import csr_matrix

    starts, places, values = [0], [], []
    for one in found:
        for names, share in ((one.words, 1.0), (one.before, 1.0), (one.facts, 0.0)):
            here = [rows[name] for name in names if name in rows]
            places += here
            values.append(values_of(rarity[here], share))
        starts.append(len(places))
    flat = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
    return csr_matrix((flat, places, starts), shape=(len(found), len(rows)))


def _regress(
    matrix: Any, told: NDArray[np.float32], weights: NDArray[np.float32], strength: float
) -> tuple[NDArray[np.float32], float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="liblinear", max_iter=200, random_state=1)
    model.fit(matrix, told, sample_weight=weights)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])
