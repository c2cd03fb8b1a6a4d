"""Counts over verdicts, in one pass; what ``figures`` divides by each other.

A tally is the only mutable thing here. Tallies of disjoint sets of cases merge by adding up, so
that a week, a topic and everything together come out of the same pass. What a case adds is a
function of its verdict alone (`counts_of`, `samples_of`), so that many alike are counted at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
Counts = tuple[tuple[Key, int], ...]
END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
"""Every window is over by then."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted in one cell.

    Attributes:
        counts: how many, by name of the count and state.
        samples: whole seconds, by name of the sample and band (empty where there is none).
        policies: versions of the policies of the verdicts.
    """

    counts: defaultdict[Key, int] = field(default_factory=lambda: defaultdict(int))
    samples: defaultdict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    policies: set[str] = field(default_factory=set)

    def add(self, verdict: Verdict, as_of: datetime) -> None:
        """Count one case."""
        self.take(counts_of(verdict, as_of), verdict.policy)
        for key, seconds in samples_of(verdict):
            self.samples[key].append(seconds)

    def take(self, counts: Iterable[tuple[Key, int]], policy: str, times: int = 1) -> None:
        """Count ``times`` cases that each add these counts."""
        mine = self.counts
        for key, number in counts:
            mine[key] += number * times
        self.policies.add(policy)

    def merge(self, other: "Tally") -> None:
        """Count all that ``other`` has counted, too."""
        for key, number in other.counts.items():
            self.counts[key] += number
        for key, sample in other.samples.items():
            self.samples[key].extend(sample)
        self.policies |= other.policies

    def states(self, name: str) -> dict[str, int]:
        """Return the counts of one name, by state, sorted by state."""
        return dict(sorted((state, n) for (key, state), n in self.counts.items() if key == name))


def counts_of(verdict: Verdict, as_of: datetime) -> Iterator[tuple[Key, int]]:
    """Yield what a case adds to the counts of its cell; only `windows_of` look at ``as_of``."""
    yield ("outcome", verdict.outcome), 1
    if not verdict.counted:
        yield ("not_counted", verdict.why or "unknown"), 1
        return
    yield from _judged(verdict)
    yield from windows_of(verdict, as_of)
    yield from _compared(verdict)
    yield from _routed(verdict)
    yield from _conducted(verdict)
    if verdict.confirmed:
        yield ("case", "confirmed"), 1
        yield ("confirmed_by", verdict.confirmed_by or "unknown"), 1
        yield ("case", "contacts"), verdict.facts.contacts


def samples_of(verdict: Verdict) -> Iterator[tuple[Key, int]]:
    """Yield the waits of a case, in seconds."""
    facts = verdict.facts
    if not verdict.counted:
        return
    if verdict.route == "escalated" and None not in (facts.private_wait, facts.public_wait):
        band = reach_band(facts.reach)
        yield ("private_wait", band), facts.private_wait or 0
        yield ("public_wait", band), facts.public_wait or 0
    if verdict.avoidance_seconds > 0:
        yield ("avoidance", ""), verdict.avoidance_seconds
    if verdict.confirmed and None not in (verdict.wall_seconds, verdict.business_seconds):
        yield ("resolution_wall", ""), verdict.wall_seconds or 0
        yield ("resolution_business", ""), verdict.business_seconds or 0


def judgements(verdict: Verdict, as_of: datetime) -> Iterator[tuple[str, Ftr]]:
    """Yield what each definition says of a counted case, by the name of its figure.

    The definitions of other vendors speak of cases with a claim alone, and know no doubt.
    """
    yield from _lasting(verdict)
    yield from _within(verdict, as_of)
    if verdict.facts.claims > 0:
        for name, holds in VENDORS.items():
            yield name, "yes" if holds(verdict) else "no"


def windows_of(verdict: Verdict, as_of: datetime) -> Iterator[tuple[Key, int]]:
    """Yield how a counted case stands under the shorter and the longer window."""
    for judged in _within(verdict, as_of):
        yield judged, 1


def _judged(verdict: Verdict) -> Iterator[tuple[Key, int]]:
    yield ("case", "counted"), 1
    for judged in _lasting(verdict):
        yield judged, 1


def _lasting(verdict: Verdict) -> Iterator[tuple[str, Ftr]]:
    ftr = verdict.ftr or "undetermined"
    yield "ftr", ftr
    yield "ftr_strict", "no" if verdict.facts.info_rounds else ftr
    yield "one_contact", one_contact(verdict)


def _within(verdict: Verdict, as_of: datetime) -> Iterator[tuple[str, Ftr]]:
    yield "ftr_7d", verdict.first_time_right_within(WEEK, as_of) or "undetermined"
    yield "ftr_30d", verdict.first_time_right_within(MONTH, as_of) or "undetermined"


def _compared(verdict: Verdict) -> Iterator[tuple[Key, int]]:
    if verdict.facts.claims > 0:
        yield ("case", "claimed"), 1
        for name, holds in VENDORS.items():
            yield (name, "yes"), int(holds(verdict))


def _routed(verdict: Verdict) -> Iterator[tuple[Key, int]]:
    facts = verdict.facts
    yield ("route", verdict.route), 1
    if verdict.stated_escalation:
        yield ("case", "stated"), 1
        yield ("case", "stated_possible"), int(verdict.outcome not in FAILED)
    if verdict.route != "escalated":
        return
    yield ("left_in", verdict.left_in or "unanswered"), 1
    if facts.private_wait is not None and facts.public_wait is not None:
        cut_short = int(not facts.private_wait_ended_by_answer)
        yield ("private_wait_cut_short", reach_band(facts.reach)), cut_short


def _conducted(verdict: Verdict) -> Iterator[tuple[Key, int]]:
    for state, number in verdict.promises.items():
        yield ("promise", state), number
    yield ("case", "run_around"), int(verdict.run_around)
    yield ("case", "false_pause"), int(verdict.false_pauses > 0)
    yield ("case", "unread"), int(verdict.facts.unread > 0)
    yield from _flattered(verdict)


def _flattered(verdict: Verdict) -> Iterator[tuple[Key, int]]:
    closed, asked, split = closed_unconfirmed(verdict), ask_and_wait(verdict), reticketed(verdict)
    if closed is not None:
        yield ("closed_unconfirmed", closed), 1
    if asked is not None:
        yield ("ask_and_wait", "yes" if asked else "no"), 1
    if split is not None:
        yield ("reticketed", "yes" if split else "no"), 1


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
