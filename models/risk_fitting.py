"""Fitting the warning, and measuring how good it is: apart, since who only warns needs no numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.risk import RiskModel

RIDGE: Final = 3.0
"""Weight of the penalty on the squared weights of the standardised features."""
STEPS_MAX: Final = 50
CLOSE: Final = 1e-8
Vector = NDArray[np.float64]


def fit(
    rows: Sequence[Mapping[str, float]], happened: Sequence[bool], *, fitted_on: str = ""
) -> RiskModel:
    """Return the ridge logistic regression of ``happened`` on ``rows``, by Newton's method.

    Deterministic; the weights are told per unit of the raw features.

    Raises:
        ValueError: there is no row, or nothing ever (or always) happened: nothing can be learnt.
    """
    if len(rows) != len(happened) or len(set(happened)) < 2:
        raise ValueError(
            f"found {len(rows)} rows, of which {sum(happened)} happened; expected both kinds"
        )
    names = tuple(sorted({name for row in rows for name in row}))
    raw = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    averages = raw.mean(axis=0)
    scales = raw.std(axis=0)
    scales[scales == 0] = 1.0
    weights = _newton((raw - averages) / scales, np.array(happened, dtype=np.float64))
    raw_weights = weights[1:] / scales
    return RiskModel(
        names=names,
        weights=tuple(round(float(one), 6) for one in raw_weights),
        averages=tuple(round(float(one), 6) for one in averages),
        intercept=round(float(weights[0] - raw_weights @ averages), 6),
        usual=round(sum(happened) / len(happened), 6),
        fitted_on=fitted_on,
    )


def _newton(features: Vector, happened: Vector) -> Vector:
    """Return intercept and weights; the intercept is not penalised."""
    table = np.hstack([np.ones((len(features), 1)), features])
    penalty = np.full(table.shape[1], RIDGE)
    penalty[0] = 0.0
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS_MAX):
        told = 1.0 / (1.0 + np.exp(-np.clip(table @ weights, -40, 40)))
        slope = table.T @ (told - happened) + penalty * weights
        curve = (table * (told * (1 - told))[:, None]).T @ table + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if float(np.abs(step).max()) < CLOSE:
            break
    return weights


# -------------------------------------------------------------------------------------- measuring


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bar of a calibration curve: what was said on average, and how often it happened."""

    said: float
    happened: float
    n: int


def auc(told: Sequence[float], happened: Sequence[bool]) -> float:
    """Return how often a row that happened ranks above one that did not; ties count half."""
    order = np.argsort(np.array(told), kind="stable")
    values = np.array(told)[order]
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    hit = np.array(happened, dtype=bool)[order]
    positives, negatives = int(hit.sum()), int((~hit).sum())
    if not positives or not negatives:
        return float("nan")
    return float((ranks[hit].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def bins(told: Sequence[float], happened: Sequence[bool], count: int = 10) -> list[Bin]:
    """Return the calibration curve in ``count`` bins of equally many rows."""
    order = np.argsort(np.array(told), kind="stable")
    said, hit = np.array(told)[order], np.array(happened, dtype=np.float64)[order]
    return [
        Bin(said=float(one.mean()), happened=float(two.mean()), n=len(one))
        for one, two in zip(np.array_split(said, count), np.array_split(hit, count), strict=True)
        if len(one)
    ]


def calibration_error(curve: Sequence[Bin]) -> float:
    """Return the expected calibration error: the mean gap of the bins, by their sizes."""
    return sum(abs(one.said - one.happened) * one.n for one in curve) / sum(one.n for one in curve)


def log_loss(told: Sequence[float], happened: Sequence[bool]) -> float:
    """Return the mean negative log-likelihood, in nats."""
    safe = [min(max(one, 1e-9), 1 - 1e-9) for one in told]
    losses = (-log(one if hit else 1 - one) for one, hit in zip(safe, happened, strict=True))
    return sum(losses) / len(safe)
