"""Up to which doubt an early stage is believed: what that costs is measured, and bounded."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.reading import RESPONSE_CLASSES, Direction
from models.stack.exits import Exit, doubts
from models.stack.outputs import FLAGS
from models.stack.weighing import NAMES
from models.training.example import Example

LOSS_MAX: Final = (0.0025, 0.005)
"""Of mean F1 over all signals, and over the ``MAIN`` ones, against the encoder for every text:
after the first exit, after both."""

MAIN: Final = frozenset({"complaint", "not_a_complaint", *RESPONSE_CLASSES})
"""What most rests on; rare signals would outvote it in the mean over all."""

WIDTHS: Final = (0.35, 0.7, 1.4)
_SHARES: Final = np.linspace(0.02, 1.0, 99)
_EVEN: Final = 0.5
Matrix = NDArray[np.float32]


def fit_exits(
    direction: Direction, stages: Sequence[Matrix], examples: Sequence[Example]
) -> list[Exit]:
    """The exits that spare most, and lose no more than ``LOSS_MAX``.

    Args:
        direction: of the texts.
        stages: the weighed logits of each stage, the last of which is held to be right.
        examples: the texts, none of them seen in training by any stage.
    """
    exits: list[Exit] = []
    left = np.zeros(len(examples), dtype=np.bool_)
    mixed = stages[-1].copy()
    for stage, most in zip(stages[:-1], LOSS_MAX, strict=True):
        best = min(
            (
                _exit(direction, stage, stages[-1], mixed, left, examples, width, most)
                for width in WIDTHS
            ),
            key=lambda found: (-found[1], found[0].width),
        )[0]
        exits.append(best)
        goes = ~left & _leaves(direction, stage, best)
        mixed[goes] = stage[goes]
        left |= goes
    return exits


def _exit(  # each is a part of one fit
    direction: Direction,
    stage: Matrix,
    last: Matrix,
    mixed: Matrix,
    left: NDArray[np.bool_],
    examples: Sequence[Example],
    width: float,
    loss_max: float,
) -> tuple[Exit, float]:
    """The exit of one width, and the share of all texts that take it."""
    weights = _costs(direction, stage, last, examples, width)
    doubt = doubts(direction, stage, width) @ weights
    best = scores(direction, last, examples) - loss_max
    open_doubts = np.sort(doubt[~left])
    found, share = -1.0, 0.0
    for one in _SHARES:
        most = float(open_doubts[int(one * (len(open_doubts) - 1))]) if len(open_doubts) else 0.0
        goes = ~left & (doubt <= most)
        if np.any(scores(direction, np.where(goes[:, None], stage, mixed), examples) < best):
            break
        found, share = most, float(goes.mean())
    return Exit(weights=weights, width=width, most=found), share


def _leaves(direction: Direction, stage: Matrix, leave: Exit) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = doubts(direction, stage, leave.width) @ leave.weights <= leave.most
    return found


def _costs(
    direction: Direction, stage: Matrix, last: Matrix, examples: Sequence[Example], width: float
) -> Matrix:
    """What doubt in a signal costs: how often it was overturned, over how often it is there."""
    doubt = doubts(direction, stage, width)
    names = NAMES[direction] if direction == "inbound" else FLAGS
    costs = np.zeros(doubt.shape[1], dtype=np.float32)
    for column, name in enumerate(names):
        overturned = float(((stage[:, column] >= 0) != (last[:, column] >= 0)).sum())
        there = sum(name in one.names for one in examples)
        costs[column] = (overturned + _EVEN) / doubt[:, column].sum() / max(there, 1)
    if direction == "outbound":
        first, then = (part[:, len(FLAGS) :].argmax(axis=1) for part in (stage, last))
        share = len(examples) / len(RESPONSE_CLASSES)
        overturned = float((first != then).sum())
        # A wrong class is missing in one, and too much in another.
        costs[-1] = 2 * (overturned + _EVEN) / doubt[:, -1].sum() / share
    return costs


def scores(
    direction: Direction, logits: Matrix, examples: Sequence[Example]
) -> NDArray[np.float64]:
    """Mean F1 over all signals, the response classes included, and over the ``MAIN`` ones."""
    found = logits >= 0
    if direction == "outbound":
        start = len(FLAGS)
        found[:, start:] = logits[:, start:] == logits[:, start:].max(axis=1, keepdims=True)
    each: dict[str, float] = {}
    for column, name in enumerate(NAMES[direction]):
        known = np.array([name in one.known for one in examples])
        told = np.array([name in one.names for one in examples])[known]
        if told.any():
            seen = found[known, column]
            each[name] = 2 * (seen & told).sum() / (seen.sum() + told.sum())
    main = [value for name, value in each.items() if name in MAIN]
    return np.array([np.mean(list(each.values())), np.mean(main or [0.0])])
