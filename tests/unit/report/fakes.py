"""Sources in memory over real verdicts, and reports made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pipeline.domain.calendar import iso_week
from pipeline.domain.causes import Pick
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Evidence, Verdict
from pipeline.ledger import Restatement
from pipeline.report import Edition, Report, build_report
from tests.verdicts import OPENED, build_verdict

POLICY = Policy()
WEEK = "2026-W10"
NOW = OPENED + timedelta(days=120)
DAY = timedelta(days=1)


@dataclass
class FakeSources:
    """Verdicts, restatements and texts that a test gives."""

    cases: Sequence[Verdict] = ()
    restatements: Sequence[Restatement] = ()
    texts: dict[str, str] = field(default_factory=dict)
    letters: int | None = 0
    asked: list[Pick] = field(default_factory=list)

    def verdicts(self, first_week: str) -> Iterable[Verdict]:
        return [one for one in self.cases if iso_week(one.opened_at, "UTC") >= first_week]

    def restated(self, start: datetime, end: datetime) -> Iterable[Restatement]:
        return [one for one in self.restatements if start <= one.at < end]

    def quote(self, pick: Pick, now: datetime) -> str | None:
        self.asked.append(pick)
        return self.texts.get(pick.case, f"I wrote about {pick.case}.")

    def dead_letters(self) -> int | None:
        return self.letters


def report_of(
    cases: Sequence[Verdict] = (),
    week: str = WEEK,
    now: datetime = NOW,
    edition: Edition | None = None,
    **more: Any,
) -> Report:
    """The report over these cases; shared unless the edition says otherwise."""
    sources = FakeSources(cases=cases, **more)
    return build_report(sources, week, now, POLICY, edition or Edition())


def many(number: int, outcome: Any = "first_time_right", **changes: Any) -> list[Verdict]:
    """So many cases alike; ``name`` tells them from others."""
    name = changes.pop("name", outcome)
    return [build_verdict(f"{name}:{n}", outcome, **changes) for n in range(number)]


def failed(number: int, rule: str = "chase", **changes: Any) -> list[Verdict]:
    """So many cases that failed by ``rule`` two days after they were opened."""
    name = changes.pop("name", rule)
    opened = changes.get("opened_at", OPENED)
    return [
        build_verdict(
            f"{name}:{n}",
            "resolved_with_effort",
            evidence=(Evidence(event=f"{name}:{n}-e", rule=rule, at=opened + 2 * DAY),),
            ftr_reasons=(rule,),
            **changes,
        )
        for n in range(number)
    ]


def half_year(right: Sequence[int], of: int = 40) -> list[Verdict]:
    """The last weeks up to W10: in each ``of`` cases, of which so many were right."""
    cases: list[Verdict] = []
    for back, good in enumerate(reversed(right)):
        opened = OPENED - back * 7 * DAY
        cases += many(good, opened_at=opened, name=f"good{back}")
        cases += failed(of - good, opened_at=opened, name=f"bad{back}")
    return cases
