"""Counts over verdicts, in one pass; what ``figures`` divides by each other.

A tally is the only mutable thing here. Tallies of disjoint sets of cases merge by adding up, so
that a week, a topic and everything together come out of the same pass.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from pipeline.domain.gaming import ask_and_wait, closed_unconfirmed, reticketed
from pipeline.domain.verdict import Ftr, Verdict

WEEK: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
FAILED: Final = frozenset({"lapsed", "unresolved"})

BANDS: Final = ((1_000, "under 1,000"), (10_000, "1,000 to 9,999"), (100_000, "10,000 to 99,999"))
TOP_BAND: Final = "100,000 and more"
NO_BAND: Final = "unknown"
BAND_ORDER: Final = (*(name for _, name in BANDS), TOP_BAND, NO_BAND)

Key = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted in one cell.

    Attributes:
        counts: how many, by name of the count and state.
        samples: whole seconds, by name of the sample and band (empty where there is none).
        policies: versions of the policies of the verdicts.
        confirmed: the cases that were confirmed; some of them may turn out to have recurred.
    """

    counts: defaultdict[Key, int] = field(default_factory=lambda: defaultdict(int))
    samples: defaultdict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    policies: set[str] = field(default_factory=set)
    confirmed: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict, as_of: datetime) -> None:
        """Count one case."""
        self.policies.add(verdict.policy)
        self.counts["outcome", verdict.outcome] += 1
        if not verdict.counted:
            self.counts["not_counted", verdict.why or "unknown"] += 1
            return
        self._judge(verdict, as_of)
        self._follow_route(verdict)
        self._weigh_conduct(verdict)
        if verdict.confirmed:
            self._weigh_resolution(verdict)

    def merge(self, other: "Tally") -> None:
        """Count all that ``other`` has counted, too."""
        for key, number in other.counts.items():
            self.counts[key] += number
        for key, sample in other.samples.items():
            self.samples[key].extend(sample)
        self.policies |= other.policies
        self.confirmed.extend(other.confirmed)

    def states(self, name: str) -> dict[str, int]:
        """Return the counts of one name, by state, sorted by state."""
        return {state: n for (key, state), n in sorted(self.counts.items()) if key == name}

    def _judge(self, verdict: Verdict, as_of: datetime) -> None:
        counts = self.counts
        counts["case", "counted"] += 1
        counts["case", "claimed"] += verdict.facts.claims > 0
        for name, state in judgements(verdict, as_of):
            counts[name, state] += 1

    def _follow_route(self, verdict: Verdict) -> None:
        counts, facts = self.counts, verdict.facts
        counts["route", verdict.route] += 1
        if verdict.stated_escalation:
            counts["case", "stated"] += 1
            counts["case", "stated_possible"] += verdict.outcome not in FAILED
        if verdict.route != "escalated":
            return
        counts["left_in", verdict.left_in or "unanswered"] += 1
        if facts.private_wait is not None and facts.public_wait is not None:
            band = reach_band(facts.reach)
            self.samples["private_wait", band].append(facts.private_wait)
            self.samples["public_wait", band].append(facts.public_wait)
            counts["private_wait_cut_short", band] += not facts.private_wait_ended_by_answer

    def _weigh_conduct(self, verdict: Verdict) -> None:
        counts = self.counts
        for state, number in verdict.promises.items():
            counts["promise", state] += number
        counts["case", "run_around"] += verdict.run_around
        counts["case", "false_pause"] += verdict.false_pauses > 0
        counts["case", "unread"] += verdict.facts.unread > 0
        self._weigh_gaming(verdict)
        if verdict.avoidance_seconds > 0:
            self.samples["avoidance", ""].append(verdict.avoidance_seconds)

    def _weigh_gaming(self, verdict: Verdict) -> None:
        closed = closed_unconfirmed(verdict)
        if closed is not None:
            self.counts["closed_unconfirmed", closed] += 1
        for name, held in (
            ("ask_and_wait", ask_and_wait(verdict)),
            ("reticketed", reticketed(verdict)),
        ):
            if held is not None:
                self.counts[name, "yes" if held else "no"] += 1

    def _weigh_resolution(self, verdict: Verdict) -> None:
        self.confirmed.append(verdict.case)
        self.counts["confirmed_by", verdict.confirmed_by or "unknown"] += 1
        self.counts["case", "contacts"] += verdict.facts.contacts
        if verdict.wall_seconds is not None and verdict.business_seconds is not None:
            self.samples["resolution_wall", ""].append(verdict.wall_seconds)
            self.samples["resolution_business", ""].append(verdict.business_seconds)


def judgements(verdict: Verdict, as_of: datetime) -> Iterator[tuple[str, Ftr]]:
    """Yield what each definition says of a counted case, by the name of its figure.

    The definitions of other vendors speak of cases with a claim alone, and know no doubt.
    """
    ftr = verdict.ftr or "undetermined"
    yield "ftr", ftr
    yield "ftr_strict", "no" if verdict.facts.info_rounds else ftr
    yield "ftr_7d", verdict.first_time_right_within(WEEK, as_of) or "undetermined"
    yield "ftr_30d", verdict.first_time_right_within(MONTH, as_of) or "undetermined"
    yield "one_contact", one_contact(verdict)
    if verdict.facts.claims > 0:
        for name, holds in VENDORS.items():
            yield name, "yes" if holds(verdict) else "no"


def one_contact(verdict: Verdict) -> Ftr:
    """Return whether one contact in one channel resolved the case (One Contact Resolution)."""
    if verdict.facts.contacts > 1 or len(verdict.channels) > 1 or verdict.outcome in FAILED:
        return "no"
    return "yes" if verdict.confirmed else "undetermined"


def reach_band(reach: int | None) -> str:
    """Return the band of followers into which an author falls."""
    if reach is None:
        return NO_BAND
    return next((name for below, name in BANDS if reach < below), TOP_BAND)


def band_bounds(band: str) -> tuple[int | None, int | None]:
    """Return from which reach a band goes to below which; no low end: nobody knows the reach.

    Raises:
        KeyError: there is no such band.
    """
    lows = (0, *(below for below, _ in BANDS))
    highs = (*(below for below, _ in BANDS), None)
    bounds = dict(zip(BAND_ORDER, zip(lows, highs, strict=True), strict=False))
    return (None, None) if band == NO_BAND else bounds[band]


def _few_replies(verdict: Verdict) -> bool:
    return verdict.facts.agent_replies < 2


def _closed_once(verdict: Verdict) -> bool:
    return verdict.facts.closures == 1 and verdict.facts.closing_teams <= 1


def _no_further_message(verdict: Verdict) -> bool:
    return verdict.facts.customer_messages <= 1


def _one_update(verdict: Verdict) -> bool:
    return verdict.facts.updates <= 1


VENDORS: Final[Mapping[str, Callable[[Verdict], bool]]] = MappingProxyType({
    "fcr_few_replies": _few_replies,
    "fcr_closed_once": _closed_once,
    "fcr_no_further_message": _no_further_message,
    "fcr_one_update": _one_update,
})  # fmt: skip
"""How other vendors define first contact resolution (§7), each over the cases with a claim."""
