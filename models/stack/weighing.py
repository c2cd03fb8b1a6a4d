"""The last word: a small regression over what rules, linear heads and encoder say of a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.reading import INBOUND, RESPONSE_CLASSES, Direction, Text
from models.rules.reader import Findings
from models.stack.outputs import COMPANY, CUSTOMER, FLAGS, RESPONSE, SEVERITY

Row = NDArray[np.float32]

NAMES: Final[dict[Direction, tuple[str, ...]]] = {
    "inbound": INBOUND,
    "outbound": (*FLAGS, *RESPONSE_CLASSES),
}
"""Signals in the order of the weighed columns."""

_LOGIT_MAX: Final = 6.0
_RULE_SCALE: Final = 4.0
_LENGTHS: Final = (6, 15, 40)
_FACTS: Final = 8 + len(_LENGTHS)


def starts(direction: Direction, width: int) -> list[int]:
    """Where in the evidence each stage's word on the first signal stands; ``width`` is of all."""
    names, extra = len(NAMES[direction]), _extra(direction)
    stages = (width - extra - _FACTS) // names
    return [0, *(names + extra + names * stage for stage in range(stages - 1))]


def _extra(direction: Direction) -> int:
    return SEVERITY.stop - SEVERITY.start if direction == "inbound" else 0


def evidence_of(text: Text, findings: Findings, linear: Row, encoder: Row | None = None) -> Row:
    """What is weighed of a text: logits of the learnt stages, the rules' probabilities, facts."""
    parts = [_own(text.direction, linear), _severity(text.direction, linear)]
    if encoder is not None:
        parts.append(_own(text.direction, encoder))
    ruled = [
        _RULE_SCALE * (findings.signals[name].probability - 0.5)
        if name in findings.signals
        else -_RULE_SCALE / 2
        for name in NAMES[text.direction]
    ]
    parts += [
        np.array(ruled, dtype=np.float32),
        np.array(_facts(text, findings), dtype=np.float32),
    ]
    return np.concatenate(parts)


def _own(direction: Direction, logits: Row) -> Row:
    if direction == "inbound":
        return logits[CUSTOMER].clip(-_LOGIT_MAX, _LOGIT_MAX)
    choice = logits[RESPONSE]
    choice = choice - choice.max() + 3.0
    return np.concatenate([logits[COMPANY], choice]).clip(-_LOGIT_MAX, _LOGIT_MAX)


def _severity(direction: Direction, logits: Row) -> Row:
    if direction == "outbound":
        return np.zeros(0, dtype=np.float32)
    return logits[SEVERITY].clip(-_LOGIT_MAX, _LOGIT_MAX)


def _facts(text: Text, findings: Findings) -> list[float]:
    thread, context = findings.thread, text.context
    words = len(findings.plain.text.split())
    own = sum(one.direction == text.direction for one in context)
    return [
        float(bool(context)),
        float(bool(context) and context[-1].direction == "outbound"),
        float(own > 0),
        float(own > 1),
        float(thread is not None and thread.asked),
        float(thread is not None and thread.replied),
        float("?" in text.text),
        float("http" in text.text),
        *(float(words > length) for length in _LENGTHS),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One direction's regression, with the threshold of each signal moved to even odds.

    Attributes:
        table: weights, a row a number of `evidence_of`, a column a signal.
        bias: of each signal.
        thresholds: the logit from which a signal is to count as present.
    """

    table: NDArray[np.float32]
    bias: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    def logits(self, evidence: Row) -> Row:
        """One logit a signal, 0 where it is even odds whether to count it."""
        raw: Row = evidence @ self.table + self.bias
        return even(raw, self.thresholds)


_FAR: Final = 4.0


def even(logits: Row, thresholds: Row) -> Row:
    """Logits with each threshold moved to 0, and those that are far from it left where they are.

    A probability of 0.5 is then where counting a signal serves F1 best, while the certain stay
    calibrated: between a threshold and ``_FAR`` logits the scale is stretched or pressed evenly.
    """
    above = (logits - thresholds) * (_FAR / (_FAR - thresholds))
    below = (logits - thresholds) * (_FAR / (_FAR + thresholds))
    inside = np.where(logits >= thresholds, above, below)
    moved: Row = np.where(np.abs(logits) >= _FAR, logits, inside).astype(np.float32)
    return moved


def probabilities(direction: Direction, logits: Row) -> dict[str, float]:
    """Each signal's probability; response classes share 1 among them."""
    names: Sequence[str] = NAMES[direction]
    flags = len(INBOUND) if direction == "inbound" else len(FLAGS)
    found = dict(zip(names[:flags], (1 / (1 + np.exp(-logits[:flags]))).tolist(), strict=True))
    if direction == "outbound":
        raised = np.exp(logits[flags:] - logits[flags:].max())
        found.update(zip(names[flags:], (raised / raised.sum()).tolist(), strict=True))
    return found
