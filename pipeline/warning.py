"""The warning before the tweet: which open case is likely to go public, how likely, and why.

The features are the domain's (`pipeline.domain.risk`), the weights a `models.risk.RiskModel`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.risk import Risk, RiskModel
from pipeline.domain.risk import can_escalate, features_of
from pipeline.domain.verdict import Verdict

WORTH_SAYING: Final = 1.5
"""A case is worth a warning from this many times the usual risk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An open case and how likely it is to go public within 48 hours.

    ``times_usual`` sets the probability beside that of the average open case; ``learnt_from`` says
    on what the model was fitted.
    """

    verdict: Verdict
    risk: Risk
    times_usual: float
    learnt_from: str


class Warner:
    """Scores cases by one model."""

    def __init__(self, model: RiskModel) -> None:
        self._model = model

    @property
    def model(self) -> RiskModel:
        """The model behind the scores."""
        return self._model

    def score(self, verdict: Verdict) -> float | None:
        """Return the risk of a case as it was judged; None where it cannot go public any more."""
        if not can_escalate(verdict):
            return None
        return self._model.probability(features_of(verdict, verdict.as_of))

    def judge(self, verdict: Verdict, now: datetime) -> Warned | None:
        """Return the risk of a case at ``now``, with its reasons; None where it has none."""
        if not can_escalate(verdict):
            return None
        risk = self._model.judge(features_of(verdict, now))
        times = risk.probability / self._model.usual if self._model.usual else 0.0
        return Warned(
            verdict=verdict, risk=risk, times_usual=times, learnt_from=self._model.fitted_on
        )

    def warn(self, verdicts: Iterable[Verdict], now: datetime, limit: int) -> list[Warned]:
        """Return the cases that are worth a warning at ``now``, the likeliest first."""
        judged = [one for verdict in verdicts if (one := self.judge(verdict, now)) is not None]
        worth = [one for one in judged if one.times_usual >= WORTH_SAYING]
        worth.sort(key=lambda one: (-one.risk.probability, one.verdict.case))
        return worth[:limit]
