"""From counts to figures: which number is divided by which, and what must be said beside it (§7).

`DEFINITIONS` is the one list of published figures; `measure` makes each of them from a tally.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pipeline.domain.rates import (
    Definition,
    Figure,
    Stamp,
    build_bounds,
    build_mean,
    build_median,
    build_range,
    build_rate,
)
from pipeline.domain.tally import BAND_ORDER, VENDORS, Tally

ASSOCIATION: Final = "association, not cause"
STATED: Final = (
    "the range holds posts that only say that there was a private complaint, and probable links"
)
SOLVED_ONLY: Final = (
    "as its vendors count: cases with a claim of resolution only, open ones left out, "
    "whether or not the customer agreed"
)
DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType({one.name: one for one in (
    Definition(name="ftr", label="First-time-right"),
    Definition(name="ftr_strict", label="First-time-right, strict",
               note="without any request for information"),
    Definition(name="ftr_7d", label="First-time-right, window of 7 days"),
    Definition(name="ftr_30d", label="First-time-right, window of 30 days"),
    Definition(name="one_contact", label="One contact resolution",
               note="one contact in one channel, confirmed by the customer"),
    Definition(name="fcr_few_replies", label="FCR: fewer than two agent replies", note=SOLVED_ONLY),
    Definition(name="fcr_closed_once", label="FCR: closed once, by one person",
               note=SOLVED_ONLY + "; needs the helpdesk's status changes, and takes a team for a "
               "person"),
    Definition(name="fcr_no_further_message", label="FCR: no customer message after the first",
               note=SOLVED_ONLY),
    Definition(name="fcr_one_update", label="FCR: one update", note=SOLVED_ONLY),
    Definition(name="escalation", label="Escalated to the public", note=STATED),
    Definition(name="eor_escalated", label="Escalation-only, of the escalated",
               note=f"{ASSOCIATION}; {STATED}"),
    Definition(name="eor_counted", label="Escalation-only, of all cases",
               note=f"{ASSOCIATION}; {STATED}"),
    Definition(name="private_wait", label="Wait for an answer in private, before the post",
               unit="seconds", note="median on the same cases; at least, where the post ended it"),
    Definition(name="public_wait", label="Wait for an answer after the post",
               unit="seconds", note="median on the same cases; only cases that were answered"),
    Definition(name="promises_kept", label="Promises kept",
               note="of those kept, late or broken; the range holds those nobody could observe"),
    Definition(name="promises_late", label="Promises kept late"),
    Definition(name="promises_broken", label="Promises broken"),
    Definition(name="promises_unknown", label="Promises that nobody could observe"),
    Definition(name="promises_vague", label="Promises without a date"),
    Definition(name="run_around", label="Run-around"),
    Definition(name="avoidance", label="Customers avoided"),
    Definition(name="avoidance_wait", label="Time avoided, where it happened", unit="seconds"),
    Definition(name="false_pause", label="False pauses"),
    Definition(name="unread", label="With a text that could not be read",
               note="in a language or script that the reader does not know"),
    Definition(name="ask_and_wait", label="Asked again instead of answering",
               note="of the cases in which information was asked for"),
    Definition(name="reticketed", label="One issue, several tickets",
               note="of the cases with a known ticket"),
    Definition(name="closed_unconfirmed", label="Closed without confirmation",
               note="of the cases that the helpdesk closed; the range holds those whose customer "
               "may still object"),
    Definition(name="recurrence", label="Came back after confirmation",
               note="of the confirmed cases, by the week in which the first of the two opened"),
    Definition(name="contacts_per_resolution", label="Contacts per resolution", unit="contacts",
               note="of the confirmed cases"),
    Definition(name="resolution_wall", label="Time to resolution, wall clock", unit="seconds",
               note="of the confirmed cases"),
    Definition(name="resolution_business", label="Time to resolution, business hours",
               unit="seconds", note="of the confirmed cases"),
)})  # fmt: skip
"""Every published figure, with what must be said beside it."""


JUDGED: Final = ("ftr", "ftr_strict", "ftr_7d", "ftr_30d", "one_contact")
"""Shares whose cases turn out with time: bounds until the cohort is mature, then a rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Waits of the same escalated cases before and after the post, for one band of reach.

    ``cut_short`` is how many of the private waits ended with the post and not with an answer, so
    that the wait would have been longer.
    """

    band: str
    private: Figure
    public: Figure
    cut_short: int | None

    def suppressed(self, below: int) -> "Gap":
        """Return what a shared report may show of it."""
        private, public = self.private.suppressed(below), self.public.suppressed(below)
        cut_short = None if private.hidden or 0 < (self.cut_short or 0) < below else self.cut_short
        return replace(self, private=private, public=public, cut_short=cut_short)


def measure(tally: Tally, stamp: Stamp, mature: Mapping[str, bool]) -> Mapping[str, Figure]:
    """Return every figure of `DEFINITIONS` for one cell.

    ``mature`` says for each of `JUDGED` whether its cases have all turned out.
    """
    figures = (
        *_judged(tally, stamp, mature),
        *_vendors(tally, stamp),
        *_escalations(tally, stamp),
        *_waits(tally, stamp),
        *_promises(tally, stamp),
        *_conduct(tally, stamp),
        *_resolutions(tally, stamp),
    )
    return MappingProxyType({figure.name: figure for figure in figures})


def measure_gaps(tally: Tally, stamp: Stamp) -> tuple[Gap, ...]:
    """Return the gap between private and public for each band of reach that has cases (§7)."""
    bands = [band for band in BAND_ORDER if ("private_wait", band) in tally.samples]
    return tuple(_gap(tally, stamp, band) for band in bands)


def _gap(tally: Tally, stamp: Stamp, band: str) -> Gap:
    private, public = tally.samples["private_wait", band], tally.samples["public_wait", band]
    return Gap(
        band=band,
        private=build_median(DEFINITIONS["private_wait"], private, stamp),
        public=build_median(DEFINITIONS["public_wait"], public, stamp),
        cut_short=tally.counts["private_wait_cut_short", band],
    )


def _judged(tally: Tally, stamp: Stamp, mature: Mapping[str, bool]) -> Iterator[Figure]:
    n = tally.counts["case", "counted"]
    for name in JUDGED:
        yes, no = tally.counts[name, "yes"], tally.counts[name, "no"]
        if mature[name]:
            yield build_rate(DEFINITIONS[name], yes, n, stamp, undetermined=n - yes - no)
        else:
            yield build_bounds(DEFINITIONS[name], yes, no, n, stamp)


def _vendors(tally: Tally, stamp: Stamp) -> Iterator[Figure]:
    for name in VENDORS:
        count, n = tally.counts[name, "yes"], tally.counts["case", "claimed"]
        yield build_rate(DEFINITIONS[name], count, n, stamp)


def _escalations(tally: Tally, stamp: Stamp) -> Iterator[Figure]:
    """Yield escalation shares: what is only stated or suspected widens the range (§4).

    The value never moves by it.
    """
    counts = tally.counts
    n, escalated = counts["case", "counted"], counts["route", "escalated"]
    only = counts["outcome", "escalation_only"]
    stated = counts["case", "stated"] + counts["case", "suspected"]
    perhaps = counts["case", "stated_possible"] + counts["case", "suspected_possible"]
    yield build_range(
        DEFINITIONS["escalation"],
        escalated,
        n,
        stamp,
        _ratio(escalated, n),
        _ratio(escalated + stated, n),
    )
    widest = escalated + stated
    yield build_range(
        DEFINITIONS["eor_escalated"],
        only,
        escalated,
        stamp,
        _ratio(only, widest),
        _ratio(only + perhaps, escalated + perhaps),
    )
    yield build_range(
        DEFINITIONS["eor_counted"], only, n, stamp, _ratio(only, n), _ratio(only + perhaps, n)
    )


def _waits(tally: Tally, stamp: Stamp) -> Iterator[Figure]:
    for name in ("private_wait", "public_wait"):
        sample = [wait for band in BAND_ORDER for wait in tally.samples.get((name, band), ())]
        yield build_median(DEFINITIONS[name], sample, stamp)


def _promises(tally: Tally, stamp: Stamp) -> Iterator[Figure]:
    """Yield shares of promises: open and moved ones have not ended, vague ones cannot be scored."""
    counts = tally.counts
    kept, unknown, vague = (counts["promise", state] for state in ("kept", "unknown", "vague"))
    late, broken = counts["promise", "late"], counts["promise", "broken"]
    scored = kept + late + broken
    ended = scored + unknown
    yield build_range(
        DEFINITIONS["promises_kept"],
        kept,
        scored,
        stamp,
        _ratio(kept, ended),
        _ratio(kept + unknown, ended),
    )
    yield build_rate(DEFINITIONS["promises_late"], late, scored, stamp)
    yield build_rate(DEFINITIONS["promises_broken"], broken, scored, stamp)
    yield build_rate(DEFINITIONS["promises_unknown"], unknown, ended, stamp)
    yield build_rate(
        DEFINITIONS["promises_vague"], vague, sum(tally.states("promise").values()), stamp
    )


def _conduct(tally: Tally, stamp: Stamp) -> Iterator[Figure]:
    n, avoided = tally.counts["case", "counted"], tally.samples["avoidance", ""]
    yield build_rate(DEFINITIONS["run_around"], tally.counts["case", "run_around"], n, stamp)
    yield build_rate(DEFINITIONS["avoidance"], len(avoided), n, stamp)
    yield build_median(DEFINITIONS["avoidance_wait"], avoided, stamp)
    yield build_rate(DEFINITIONS["false_pause"], tally.counts["case", "false_pause"], n, stamp)
    yield build_rate(DEFINITIONS["unread"], tally.counts["case", "unread"], n, stamp)
    for name in ("ask_and_wait", "reticketed"):
        states = tally.states(name)
        yield build_rate(DEFINITIONS[name], states.get("yes", 0), sum(states.values()), stamp)
    closed = tally.states("closed_unconfirmed")
    yes, n = closed.get("yes", 0), sum(closed.values())
    widest = yes + closed.get("undetermined", 0)
    yield build_range(
        DEFINITIONS["closed_unconfirmed"], yes, n, stamp, _ratio(yes, n), _ratio(widest, n)
    )


def _resolutions(tally: Tally, stamp: Stamp) -> Iterator[Figure]:
    confirmed, contacts = tally.counts["case", "confirmed"], tally.counts["case", "contacts"]
    yield build_rate(DEFINITIONS["recurrence"], tally.counts["case", "recurred"], confirmed, stamp)
    yield build_mean(DEFINITIONS["contacts_per_resolution"], contacts, confirmed, stamp)
    for name in ("resolution_wall", "resolution_business"):
        yield build_median(DEFINITIONS[name], tally.samples[name, ""], stamp)


def _ratio(count: int, n: int) -> float:
    return count / n if n else 0.0
