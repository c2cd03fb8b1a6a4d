"""From an alert to the words in which it is told."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from pipeline.alerts.ports import LINES_MAX, Notice, TellStory
from pipeline.domain.alerting import CONDITIONS, Severity

NOTICES_KEPT_MAX = 2_000


class Subject(Protocol):
    """What is told of: an alert that holds, or one of which somebody was told."""

    @property
    def key(self) -> str: ...  # noqa: D102 - as in CaseAlert
    @property
    def name(self) -> str: ...  # noqa: D102 - as in CaseAlert
    @property
    def case(self) -> str: ...  # noqa: D102 - as in CaseAlert
    @property
    def since(self) -> datetime: ...  # noqa: D102 - as in CaseAlert


class Notices:
    """Puts alerts into words. May be used from several threads.

    Args:
        story: tells the story of a case.
        runbook_url: where the runbook is.
    """

    def __init__(self, story: TellStory, runbook_url: str) -> None:
        self._story = story
        self._runbook_url = runbook_url
        self._kept: dict[str, Notice] = {}

    def fresh(self, alert: Subject, now: datetime) -> Notice:
        """Return the notice of an alert as its case is now.

        Raises:
            StoreError: the case cannot be read.
        """
        story = self._story(alert.case, now)
        condition = next((one for name, one in CONDITIONS.items() if name == alert.name), None)
        severity: Severity = "ticket" if condition is None else condition.severity
        meaning = alert.name if condition is None else condition.meaning
        notice = Notice(
            key=alert.key,
            name=alert.name,
            severity=severity,
            since=alert.since,
            headline=f"{story.who} {meaning}",
            lines=story.lines[:LINES_MAX],
            link=story.link,
            runbook=runbook_of(self._runbook_url, alert.name),
        )
        self._keep(notice)
        return notice

    def kept(self, alert: Subject, now: datetime) -> Notice:
        """Return the notice as it was told first: for receivers that are told again and again."""
        return self._kept.get(alert.key) or self.fresh(alert, now)

    def _keep(self, notice: Notice) -> None:
        if len(self._kept) >= NOTICES_KEPT_MAX:
            self._kept.clear()
        self._kept[notice.key] = notice


def runbook_of(runbook_url: str, name: str) -> str:
    """Return the address of an alert's section: its heading is the alert's name."""
    return f"{runbook_url}#{name.lower()}"


PutIntoWords = Callable[[Subject, datetime], Notice]
