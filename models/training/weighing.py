"""Fits the last weighing on what the other stages say of texts that they were not trained on."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.reading import RESPONSE_CLASSES, Direction
from models.stack.outputs import FLAGS
from models.stack.weighing import NAMES, Weighing
from models.training.example import Example

STRENGTH: Final = 0.05
_THRESHOLDS: Final = np.linspace(-1.4, 0.6, 41)
_SHRINK: Final = 30
"""Positives at which a threshold found from the data counts half."""


def fit_weighing(
    direction: Direction,
    evidence: NDArray[np.float32],
    examples: Sequence[Example],
    groups: NDArray[np.int64],
    strength: float = STRENGTH,
) -> Weighing:
    """The weighing of one direction; thresholds from predictions across folds of ``groups``."""
    names = NAMES[direction]
    table = np.zeros((evidence.shape[1], len(names)), dtype=np.float32)
    bias = np.full(len(names), -6.0, dtype=np.float32)
    thresholds = np.zeros(len(names), dtype=np.float32)
    weights = np.array([one.weight for one in examples])
    for column, name in enumerate(names):
        if name in RESPONSE_CLASSES:
            continue
        known = np.array([name in one.known for one in examples])
        told = np.array([name in one.names for one in examples])[known]
        if not 0 < told.sum() < len(told):
            continue
        fitted = _flag(evidence[known], told, weights[known], groups[known], strength)
        table[:, column], bias[column], thresholds[column] = fitted
    if direction == "outbound":
        start = len(FLAGS)
        known = np.array([one.response is not None for one in examples])
        chosen = np.array([RESPONSE_CLASSES.index(one.response or "stock") for one in examples])
        model = _model(strength).fit(evidence[known], chosen[known], sample_weight=weights[known])
        for row, place in enumerate(model.classes_):
            table[:, start + place] = model.coef_[row]
            bias[start + place] = model.intercept_[row]
    return Weighing(table=table, bias=bias, thresholds=thresholds)


def _flag(
    evidence: NDArray[np.float32],
    told: NDArray[np.bool_],
    weights: NDArray[np.float64],
    groups: NDArray[np.int64],
    strength: float,
) -> tuple[NDArray[np.float32], float, float]:
    from sklearn.model_selection import GroupKFold

    unseen = np.zeros(len(told))
    folds = min(5, len(set(groups.tolist())))
    for train, test in GroupKFold(folds).split(evidence, told, groups):
        if told[train].any():
            model = _model(strength).fit(evidence[train], told[train], sample_weight=weights[train])
            unseen[test] = model.decision_function(evidence[test])
    model = _model(strength).fit(evidence, told, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0]), _threshold(unseen, told, weights)


def _threshold(
    logits: NDArray[np.float64], told: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """The logit that serves F1 best, drawn towards -0.3 where positives are few."""
    best = max(_THRESHOLDS, key=lambda at: _f1(logits >= at, told, weights))
    share = told.sum() / (told.sum() + _SHRINK)
    return float(share * best + (1 - share) * -0.3)


def _f1(found: NDArray[np.bool_], told: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    hit = float(weights[found & told].sum())
    missed = float(weights[found != told].sum())
    return 2 * hit / (2 * hit + missed) if hit else 0.0


def _model(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000)
