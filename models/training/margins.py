"""How far from even odds the quick weighing must be to be believed without the encoder."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.reading import RESPONSE_CLASSES, Direction
from models.stack.outputs import FLAGS
from models.stack.weighing import NAMES
from models.training.example import Example

LOSS_MAX: Final = 0.005
"""Of mean F1, against the encoder for every text."""

_STEPS: Final = np.linspace(4.0, 0.1, 40)
Matrix = NDArray[np.float32]


def fit_margins(
    direction: Direction, quick: Matrix, full: Matrix, examples: Sequence[Example]
) -> NDArray[np.float32]:
    """The smallest margin, the same for every signal, that loses at most ``LOSS_MAX``.

    One number for all signals, and one for the lead of the first response class: there are too few
    positives of most signals to choose for each.
    """
    flags = len(NAMES[direction]) if direction == "inbound" else len(FLAGS)
    best = _score(direction, full, examples)
    chosen = _STEPS[0]
    for margin in _STEPS:
        margins = np.full(flags + 1, margin, dtype=np.float32)
        sure = _sure(direction, quick, margins)
        mixed = np.where(sure[:, None], quick, full)
        if _score(direction, mixed, examples) < best - LOSS_MAX:
            break
        chosen = margin
    return np.full(flags + 1, chosen, dtype=np.float32)


def _sure(direction: Direction, logits: Matrix, margins: NDArray[np.float32]) -> NDArray[np.bool_]:
    flags = len(margins) - 1
    sure: NDArray[np.bool_] = np.all(np.abs(logits[:, :flags]) >= margins[:flags], axis=1)
    if direction == "outbound":
        ranked = np.sort(logits[:, flags:], axis=1)
        sure = np.logical_and(sure, ranked[:, -1] - ranked[:, -2] >= margins[flags])
    return sure


def _score(direction: Direction, logits: Matrix, examples: Sequence[Example]) -> float:
    """Mean F1 over the signals, the response classes included."""
    found = logits >= 0
    if direction == "outbound":
        start = len(FLAGS)
        found[:, start:] = logits[:, start:] == logits[:, start:].max(axis=1, keepdims=True)
    scores = []
    for column, name in enumerate(NAMES[direction]):
        known = np.array([name in one.known for one in examples])
        told = np.array([name in one.names for one in examples])[known]
        if told.any() and (name not in RESPONSE_CLASSES or direction == "outbound"):
            seen = found[known, column]
            scores.append(2 * (seen & told).sum() / (seen.sum() + told.sum()))
    return float(np.mean(scores))
