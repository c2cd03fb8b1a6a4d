"""When the word of an earlier stage is believed, so that the later ones need not be asked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.reading import Direction
from models.stack.outputs import FLAGS

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How doubtful a text may be, to be left with what is known of it.

    Attributes:
        weights: what an overturned word would cost: one a signal, and one for the response class,
            of which only the lead of the first over the second counts (0 for customers' texts).
        width: of the logits, in which doubt falls to about a third.
        most: doubt up to which the text is left.
    """

    weights: Row
    width: float
    most: float

    def leaves(self, direction: Direction, logits: Row) -> bool:
        """Whether a text with these weighed logits is left with them."""
        return bool(doubts(direction, logits[None, :], self.width)[0] @ self.weights <= self.most)


def doubts(direction: Direction, logits: Row, width: float) -> Row:
    """How easily each word on a text is overturned, a row a text: 1 at even odds, less far off."""
    if direction == "inbound":
        found: Row = np.exp(np.abs(logits) / -width)
        padded: Row = np.pad(found, ((0, 0), (0, 1)))
        return padded
    flags = len(FLAGS)
    ranked = np.sort(logits[:, flags:], axis=1)
    distance = np.abs(logits[:, : flags + 1])
    distance[:, flags] = ranked[:, -1] - ranked[:, -2]
    doubt: Row = np.exp(distance / -width)
    return doubt
