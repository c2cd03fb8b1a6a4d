"""Labelled texts as numbers: what goes into the encoder, and what should come out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.plain import plain
from models.reading import INBOUND, RESPONSE_CLASSES, THEMES
from models.stack.outputs import COLUMNS, FLAGS, SEVERITIES
from models.stack.pieces import Pieces, Tokenize, pieces_of
from models.training.example import Example

MASKED: Final = -1
"""A target that is not known."""


def inputs_of(
    examples: Sequence[Example], tokenize: Tokenize, marks: tuple[int, int]
) -> list[Pieces]:
    """Each example's input of the encoder."""
    return [pieces_of(one.text, plain(one.text.text), tokenize, marks) for one in examples]


def targets_of(examples: Sequence[Example]) -> NDArray[np.float32]:
    """One row an example, a column an output: 1, 0, or ``MASKED`` where it is not known."""
    return np.array([_target(one) for one in examples], dtype=np.float32)


def _target(one: Example) -> list[float]:
    names = INBOUND if one.direction == "inbound" else FLAGS
    row = dict.fromkeys(COLUMNS, float(MASKED))
    row.update({name: float(name in one.names) for name in names if name in one.known})
    choices: list[tuple[str, Sequence[str], str | None]] = [
        ("", RESPONSE_CLASSES, one.response),
        ("severity:", SEVERITIES, one.severity),
        ("theme:", THEMES, one.theme),
    ]
    for prefix, of, told in choices:
        if told in of:
            row.update({f"{prefix}{name}": float(name == told) for name in of})
    return list(row.values())
