"""The warning before the tweet: a logistic score over named features, with its reasons.

A plain, regularised logistic regression, on purpose: its probabilities come out calibrated, every
warning can say why, and a company can fit it again on its own closed cases in seconds
(`models.risk_fitting`). It knows nothing of cases; whoever calls it names the features.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat
from math import exp
from operator import mul
from pathlib import Path
from typing import Any, Final

VERSION: Final = 1
BUNDLED: Final = Path(__file__).parent / "artefacts" / "risk.json"


class BadRiskModel(ValueError):
    """A file that holds no risk model; the message says what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One feature and by how much it moves the log-odds from those of the average case."""

    feature: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A probability (0 to 1) and what raises it most, the strongest first."""

    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskModel:
    """A fitted score.

    Attributes:
        names: the features, in order.
        weights: change of the log-odds for each unit of a feature.
        averages: of the features where it was fitted; reasons are told against these.
        intercept: the log-odds of a case all of whose features are zero.
        usual: how often it happened where it was fitted: the risk of the average case.
        fitted_on: what it was fitted on, in words.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    averages: tuple[float, ...]
    intercept: float
    usual: float
    fitted_on: str = ""

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability; a feature that is not named counts as zero."""
        values = map(features.get, self.names, repeat(0.0))
        log_odds = sum(map(mul, self.weights, values), self.intercept)
        return 1.0 / (1.0 + exp(-min(max(log_odds, -40.0), 40.0)))

    def judge(self, features: Mapping[str, float], most: int = 3) -> Risk:
        """Return the probability with at most ``most`` reasons that raise it."""
        moves = [
            Reason(feature=name, weight=weight * (features.get(name, 0.0) - average))
            for name, weight, average in zip(self.names, self.weights, self.averages, strict=True)
            if features.get(name, 0.0)
        ]
        moves.sort(key=lambda one: -one.weight)
        reasons = tuple(one for one in moves[:most] if one.weight > 0)
        return Risk(probability=self.probability(features), reasons=reasons)


def save(model: RiskModel, path: Path) -> None:
    """Write the model as JSON that a person can read."""
    weights = {
        name: {"weight": weight, "average": average}
        for name, weight, average in zip(model.names, model.weights, model.averages, strict=True)
    }
    told = {
        "version": VERSION,
        "fitted_on": model.fitted_on,
        "intercept": model.intercept,
        "usual": model.usual,
        "features": weights,
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def bundled() -> RiskModel:
    """Return the model that comes with the package, fitted on simulated customers."""
    return load(BUNDLED)


def load(path: Path) -> RiskModel:
    """Return the model of a file.

    Raises:
        BadRiskModel: it is missing, or is none; the message names it.
    """
    try:
        told: Any = json.loads(path.read_text("utf-8"))
        if told["version"] != VERSION:
            raise ValueError(f"version {told['version']}, expected {VERSION}")
        features = told["features"]
        return RiskModel(
            names=tuple(features),
            weights=tuple(float(one["weight"]) for one in features.values()),
            averages=tuple(float(one["average"]) for one in features.values()),
            intercept=float(told["intercept"]),
            usual=float(told["usual"]),
            fitted_on=str(told["fitted_on"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRiskModel(f"{path}: holds no risk model ({error})") from None
