"""What the pages show: figures and lists of the ledger, and single cases judged at the moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Final

from pipeline.dashboard.ports import CasePage, Restatement
from pipeline.domain.comparison import Comparison
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Event, Message, Reading
from pipeline.domain.figures import Published
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, CaseFilter, Facets, Scope
from pipeline.domain.suspecting import Suspicion
from pipeline.domain.texts import heard, texts_of, without
from pipeline.domain.timeline import Timeline, collect, known
from pipeline.domain.verdict import Verdict
from pipeline.embedded.comparing import Comparer
from pipeline.embedded.searching import FOUND_MAX, SEARCHED_MAX, keys_of, look_through
from pipeline.ledger import Ledger, Shown, ShownEvents
from pipeline.redacting import Redact, names_of, redacted
from pipeline.warning import Warned, Warner

CANDIDATES: Final = 300
"""How many cases are looked at anew for a list of warnings: those riskiest when last judged."""


class EmbeddedBook:
    """A `pipeline.dashboard.Book` on the ledger and the state of the embedded engine.

    Args:
        ledger: current verdicts and restatements.
        timeline_of: gives the timeline that holds an event id; an empty one where none does.
        policy: the policy of the engine.
        warner: knows which cases are likely to go public; without one there are no warnings.
        redact: takes personal data out of texts; without it they are shown whole.
        shown: knows the events of cases whose timelines are not at hand.
        timelines_by: gives the timelines that are known by one of some keys.
        clock: seconds from anywhere: a search ends in time.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        timeline_of: Callable[[str], Timeline],
        policy: Policy,
        warner: Warner | None = None,
        redact: Redact | None = None,
        shown: ShownEvents | None = None,
        timelines_by: Callable[[Sequence[str]], Sequence[Timeline]] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._ledger = ledger
        self._timeline_of = timeline_of
        self._policy = policy
        self._warner = warner
        self._redact = redact
        self._shown = shown
        self._timelines_by = timelines_by or (lambda _: ())
        self._clock = clock
        self._comparer = Comparer(ledger, policy)

    def figures(self, now: datetime, scope: Scope = EVERYTHING) -> Published:
        """Return the published figures over a scope as of ``now``."""
        return self._ledger.figures(now, scope)

    def comparison(self, now: datetime, scope: Scope = EVERYTHING) -> Comparison:
        """Return the cases of a scope under every definition, as of ``now`` or a little earlier."""
        return self._comparer.compare(now, scope)

    def facets(self, now: datetime) -> Facets:
        """Return by what cases can be narrowed."""
        return self._ledger.facets(now)

    def waiting(
        self,
        now: datetime,
        limit: int,
        scope: Scope = EVERYTHING,
        public: bool | None = None,
    ) -> Sequence[Verdict]:
        """Return cases in which a contact waits for a reply, in public first, longest first."""
        return self._ledger.waiting(now, limit, scope, public)

    def promised_until(
        self, dues: Sequence[datetime | None], scope: Scope = EVERYTHING
    ) -> tuple[int, ...]:
        """Return in how many cases a promise that is still to be kept falls due by each moment."""
        return self._ledger.promised_until(dues, scope)

    def promised(
        self, limit: int, scope: Scope = EVERYTHING, after: datetime | None = None
    ) -> Sequence[Verdict]:
        """Return cases with a promise that is still to be kept, the first due first."""
        return self._ledger.promised(limit, scope, after)

    def at_risk(self, now: datetime, limit: int, scope: Scope = EVERYTHING) -> Sequence[Warned]:
        """Return the open cases most likely to go public within 48 hours, these first."""
        if self._warner is None:
            return []
        return self._warner.warn(self._ledger.riskiest(CANDIDATES, scope), now, limit)

    def warning(self, verdict: Verdict, now: datetime) -> Warned | None:
        """Return how likely a case is to go public; None where it cannot, or nobody knows."""
        return None if self._warner is None else self._warner.judge(verdict, now)

    def escalations(self, limit: int, scope: Scope = EVERYTHING) -> Sequence[Verdict]:
        """Return escalated cases: escalation-only first, then the latest post first."""
        return self._ledger.escalations(limit, scope)

    def suspected(self, limit: int) -> Sequence[Suspicion]:
        """Return the probable links that nobody has decided yet, the most probable first."""
        return self._ledger.suspicions.read(limit)

    def cases(self, which: CaseFilter, now: datetime, offset: int, limit: int) -> CasePage:
        """Return cases that pass the filter, the latest opened first."""
        cases, searched = None, None
        if which.words:
            cases, searched = self._found(which, now)
        items = self._ledger.verdicts(which, limit=limit, offset=offset, now=now, cases=cases)
        total = self._ledger.count(which, now, cases)
        return CasePage(items=items, total=total, searched=searched)

    def count(self, which: CaseFilter, now: datetime) -> int:
        """Return how many cases pass the filter."""
        return self._ledger.count(which, now)

    def every(self, which: CaseFilter, now: datetime, limit: int) -> Iterator[Verdict]:
        """Yield at most ``limit`` cases that pass the filter, in one state of the ledger."""
        cases = self._found(which, now)[0] if which.words else None
        return self._ledger.stream(which, now, limit, cases)

    def verdict(self, case: str, now: datetime) -> Verdict | None:
        """Return the verdict of a case, judged at ``now``; None where there is no such case.

        Where the timeline is not at hand: as it was judged last.
        """
        timeline = self._timeline(case)
        if not timeline.versions:
            return self._ledger.verdict(case)
        verdicts = evaluate(timeline, now, self._policy)
        return next((verdict for verdict in verdicts if verdict.case == case), None)

    def events(self, case: str, now: datetime) -> Sequence[Event]:
        """Return the events of a case as known at ``now``, by ``(at, id)``.

        Identity assertions that its evidence names are among them.
        """
        verdict = self.verdict(case, now)
        if verdict is None:
            return []
        shown = {*verdict.events, *(one.event for one in verdict.evidence)}
        timeline = self._timeline(case)
        if timeline.is_empty and self._shown is not None:
            return self._kept(verdict, shown, now)
        events, _ = known(timeline, now, self._policy.clock_skew)
        events = [event for event in events if event.id in shown]
        return self._told(events, verdict)

    def message(
        self, verdict: Verdict, now: datetime, pick: Callable[[Message], bool]
    ) -> Message | None:
        """Return the first message of a case that fits, without the personal data in its text.

        Of all that a page shows of a case in a list: nothing is judged for it.
        """
        timeline = self._timeline_of(verdict.case)
        if timeline.is_empty:
            kept = self._kept(verdict, verdict.events, now)
            return next((one for one in kept if isinstance(one, Message) and pick(one)), None)
        events, ours = known(timeline, now, self._policy.clock_skew)[0], set(verdict.events)
        for event in events:
            if isinstance(event, Message) and event.id in ours and pick(event):
                (shown,) = self._told([event], verdict)
                return shown if isinstance(shown, Message) else None
        return None

    def _told(self, events: Sequence[Event], verdict: Verdict) -> Sequence[Event]:
        """Return events of a case as they are shown: its customer may sign under any identifier."""
        if self._redact is None:
            return events
        names = names_of(verdict.customer)
        return [redacted(event, self._redact, names) for event in events]

    def readings(self, case: str, now: datetime) -> Mapping[str, Reading]:
        """Return who read the messages of a case, by message."""
        timeline = self._timeline_of(case)
        if timeline.is_empty and self._shown is not None:
            versions = {event.id: event.version for event in self.events(case, now)}
            return {
                one.of: one
                for one in self._shown.readings(versions)
                if versions[one.of] == one.message_version
            }
        events, _ = known(timeline, now, self._policy.clock_skew)
        versions = {event.id: event.version for event in events}
        read = (timeline.readings.get(text.id) for text in texts_of(timeline, self._policy))
        return {
            one.of: one
            for one in read
            if one is not None and versions.get(one.of) == one.message_version
        }

    def _found(self, which: CaseFilter, now: datetime) -> tuple[set[str], int | None]:
        """Return the cases that hold the words, and how many were looked through, if not all."""
        plain = replace(which, words="")
        found = set(self._ledger.named(which.words, FOUND_MAX))
        found |= {
            verdict.case
            for timeline in self._timelines_by(keys_of(which.words))
            for verdict in evaluate(self._as_read(timeline), now, self._policy)
        }
        rest = self._ledger.stream(plain, now, SEARCHED_MAX)
        looked = look_through(
            rest, lambda one: self._raw(one, now), which.words, self._told, self._clock
        )
        is_whole = looked.searched >= self._ledger.count(plain, now)
        return found.union(looked.cases), None if is_whole else looked.searched

    def _raw(self, verdict: Verdict, now: datetime) -> Sequence[Event]:
        timeline, ours = self._timeline_of(verdict.case), set(verdict.events)
        if timeline.is_empty:
            return self._kept(verdict, verdict.events, now)
        events, _ = known(timeline, now, self._policy.clock_skew)
        return [event for event in events if event.id in ours]

    def _kept(self, verdict: Verdict, ids: Iterable[str], now: datetime) -> Sequence[Event]:
        """Return the events that the log has told the ledger, with what they were read to say."""
        if self._shown is None or "erased" in verdict.flags:
            return []
        kept = list(self._shown.events(ids))
        read = {(one.of, one.message_version): one for one in self._shown.readings(ids)}
        told = [_with_reading(one, read.get((one.event.id, one.event.version))) for one in kept]
        return known(collect(told), now, self._policy.clock_skew)[0]

    def restatements(self, case: str) -> Sequence[Restatement]:
        """Return what was restated of a case, the latest first."""
        return [
            Restatement(
                at=one.at, causes=tuple(one.causes), changes=dict(one.changes), reason=one.reason
            )
            for one in self._ledger.restatements(case)
        ]

    def revision(self) -> int:
        """Return a number that is another one after every change."""
        return self._ledger.revision()

    def _timeline(self, case: str) -> Timeline:
        return self._as_read(self._timeline_of(case))

    def _as_read(self, timeline: Timeline) -> Timeline:
        return without(*heard(timeline, self._policy))


def _with_reading(shown: Shown, reading: Reading | None) -> Event:
    """Return an event with what it was read to say, in places of the text that is shown."""
    event = shown.event
    if reading is None or not isinstance(event, Message) or event.signals is not None:
        return event
    signals = tuple(
        one if one.span is None else replace(one, span=shown.span(*one.span))
        for one in reading.signals
    )
    return replace(event, signals=signals)
