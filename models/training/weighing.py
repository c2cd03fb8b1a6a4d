"""Fits the last weighing on what the other stages say of texts that they were not trained on."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.reading import RESPONSE_CLASSES, Direction
from models.stack.outputs import FLAGS
from models.stack.weighing import NAMES, Weighing, starts
from models.training.example import Example

STRENGTH: Final = 0.02
OWN: Final = 3.0
OTHERS: Final = 0.25
"""Chosen, with ``STRENGTH``, by fitting on our mails and chats and judging on public messages:
mean F1 0.68 against 0.55 where every number weighs alike."""

TRUST: Final = 0.5
TRUSTED_TO: Final = 30
"""Real positives at which the rule's own word counts half of ``TRUST``."""

RULE_LOGIT: Final = 1.9
"""What turns the rules' number in the evidence (-2 to 2) into about the logit of its
probability."""

REAL: Final = 3.0
"""What a real message counts beside a written one of the same kind."""

ELSEWHERE: Final = 0.3
PUBLIC: Final = frozenset({"x", "mastodon", "facebook"})
_THRESHOLDS: Final = np.linspace(-1.4, 0.6, 41)
FAINTEST: Final = 0.3
"""No signal is counted below this probability."""


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
    weights = np.array([weight_of(one) for one in examples])
    for column, name in enumerate(names):
        known = np.array([name in one.known for one in examples])
        told = np.array([name in one.names for one in examples])[known]
        if name in RESPONSE_CLASSES or not 0 < told.sum() < len(told):
            continue
        scale = _scale(direction, evidence.shape[1], {column})
        rule = starts(direction, evidence.shape[1])[-1] + column
        trust = _trust([one for one in examples if name in one.known], name)
        fitted = _flag(
            _Blend(rule=rule, trust=trust, scale=scale, strength=strength),
            evidence[known],
            told,
            weights[known],
            groups[known],
        )
        table[:, column], bias[column], thresholds[column] = fitted
    if direction == "outbound":
        known = np.array([one.response is not None for one in examples])
        chosen = np.array([RESPONSE_CLASSES.index(one.response or "stock") for one in examples])
        start = len(FLAGS)
        scale = _scale(direction, evidence.shape[1], set(range(start, len(names))))
        model = _model(strength)
        model.fit(evidence[known] * scale, chosen[known], sample_weight=weights[known])
        for row, place in enumerate(model.classes_):
            table[:, start + place] = model.coef_[row] * scale
            bias[start + place] = model.intercept_[row]
    return Weighing(table=table, bias=bias, thresholds=thresholds)


def weight_of(one: Example) -> float:
    """How much an example counts: mails and chats less, whose manner is another."""
    if one.source == "care":
        return REAL
    if one.source == "intent":
        return 1.0
    is_public = dict(one.slices).get("channel") in PUBLIC
    return one.weight * (1.0 if is_public else ELSEWHERE)


def _scale(direction: Direction, width: int, columns: Set[int]) -> NDArray[np.float32]:
    """What each number is multiplied by before the fit: what is large is punished less.

    What the stages say of the very signal may weigh freely; what they say of the others, and the
    facts, only where much speaks for it. For which signals come together is a habit of a corpus,
    and does not carry over to another.
    """
    scale = np.full(width, OTHERS, dtype=np.float32)
    for start in starts(direction, width):
        scale[[start + column for column in columns]] = OWN
    return scale


def _trust(examples: Sequence[Example], name: str) -> float:
    """How much the rule alone counts beside the fit: half where no real message taught it.

    The rules were written for real messages, the regression is fitted on written ones. That the two
    together tell rare signals best was seen on the real messages held back from it (34 of them),
    after the development threads had shown rare signals to be lost.
    """
    real = sum(one.source == "care" and name in one.names for one in examples)
    return TRUST * TRUSTED_TO / (TRUSTED_TO + real)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blend:
    """How one signal is weighed: a regression on scaled numbers, and the rule's own word."""

    rule: int
    trust: float
    scale: NDArray[np.float32]
    strength: float

    def fit(
        self,
        evidence: NDArray[np.float32],
        told: NDArray[np.bool_],
        weights: NDArray[np.float64],
    ) -> tuple[NDArray[np.float32], float]:
        model = _model(self.strength).fit(evidence * self.scale, told, sample_weight=weights)
        table = (1 - self.trust) * model.coef_[0] * self.scale
        table[self.rule] += self.trust * RULE_LOGIT
        return table.astype(np.float32), (1 - self.trust) * float(model.intercept_[0])


def _flag(
    blend: _Blend,
    evidence: NDArray[np.float32],
    told: NDArray[np.bool_],
    weights: NDArray[np.float64],
    groups: NDArray[np.int64],
) -> tuple[NDArray[np.float32], float, float]:
    from sklearn.model_selection import GroupKFold

    unseen = np.zeros(len(told))
    folds = min(5, len(set(groups.tolist())))
    for train, test in GroupKFold(folds).split(evidence, told, groups):
        if told[train].any():
            table, bias = blend.fit(evidence[train], told[train], weights[train])
            unseen[test] = evidence[test] @ table + bias
    table, bias = blend.fit(evidence, told, weights)
    return table, bias, _threshold(unseen, told, weights)


def _threshold(
    logits: NDArray[np.float64], told: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """The logit of half the best F1: where counting a signal serves F1, if probabilities are true.

    Steadier than the best threshold found, which follows the accidents of a few positives.
    """
    best = max(_f1(logits >= at, told, weights) for at in _THRESHOLDS)
    even = min(max(best / 2, FAINTEST), 0.5)
    return float(np.log(even / (1 - even)))


def _f1(found: NDArray[np.bool_], told: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    hit = float(weights[found & told].sum())
    missed = float(weights[found != told].sum())
    return 2 * hit / (2 * hit + missed) if hit else 0.0


def _model(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000)
