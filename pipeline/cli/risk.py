"""`ccm risk`: which open cases may go public next; fit and measure the warning."""

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from rich.console import Console
from rich.table import Table

from models.risk import RiskModel, save
from models.risk_fitting import auc, bins, calibration_error, fit
from pipeline.cli.common import settings_of
from pipeline.config import Settings
from pipeline.dashboard.words import RISKS, named
from pipeline.domain.contact import names_of
from pipeline.domain.events import Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.risk import HORIZON, Snapshot, snapshots
from pipeline.domain.timeline import collect
from pipeline.embedded.view import StateView
from pipeline.errors import ConfigError
from pipeline.simulation.plan import Plan
from pipeline.simulation.stream import encode_told
from pipeline.simulation.stream import journeys as scripted
from pipeline.simulation.temper import START, tempers
from pipeline.wiring import (
    RISK_FILE,
    STATE_FILE,
    build_decode,
    build_warner,
    open_ledger,
    read_files,
    utc_now,
)

TOPS: Final = (0.01, 0.05, 0.1)
"""Shares of all looks at cases for which the precision is told."""
ALARM: Final = 0.1
"""The lead time is told for warnings as rare as this share of looks."""
RETURNS: Final = frozenset({"chase", "dispute", "threat", "external"})
ESCALATIONS_MIN: Final = 50
"""With fewer escalated cases than this, weights of one's own would be noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How good warnings were on cases that the model had not seen. Times in hours.

    ``precision`` and ``lift`` are by share of looks (see ``TOPS``); ``caught`` is the share of
    the escalated cases that had been among the top ``ALARM`` before they went public, and ``lead``
    the median time from the first such look to the post.
    """

    looks: int
    cases: int
    escalated: int
    usual: float
    auc: float
    ece: float
    precision: dict[float, float]
    caught: float
    lead: float


def main(arguments: Namespace) -> int:
    """Do what is asked; return 0, or 1 where nothing could be learnt."""
    actions: dict[str, Callable[[Namespace], int]] = {
        "list": _list,
        "train": _train,
        "evaluate": _evaluate,
    }
    return actions[arguments.action](arguments)


def _list(arguments: Namespace) -> int:
    settings, now = settings_of(arguments), utc_now()
    ledger = open_ledger(settings)
    try:
        warned = build_warner(settings).warn(ledger.riskiest(1_000), now, arguments.limit)
    finally:
        ledger.close()
    table = Table("risk", "times usual", "case", "because", title="May go public within 48 hours")
    for one in warned:
        reasons = "; ".join(named(RISKS, reason.feature) for reason in one.risk.reasons)
        table.add_row(
            f"{one.risk.probability:.1%}", f"{one.times_usual:.1f}", one.verdict.case, reasons
        )
    Console().print(table if warned else "No open case stands out.")
    return 0


def _train(arguments: Namespace) -> int:
    """Fit on the company's own cases, or with ``--simulated`` on customers of our invention."""
    if arguments.simulated:
        told = f"{arguments.journeys} simulated customers, seed {arguments.seed}"
        seen = list(temper_snapshots(arguments.journeys, arguments.seed))
        target = arguments.out
    else:
        settings = settings_of(arguments)
        seen = list(_own_snapshots(settings))
        escalated = len({one.case for one in seen if one.escalates_at is not None})
        if escalated < ESCALATIONS_MIN:
            raise ConfigError(
                f"{settings.engine.data}: found {escalated} cases that went public after a private "
                f"attempt, expected {ESCALATIONS_MIN} or more to learn from; the bundled model "
                "stays in use"
            )
        told = f"{len({one.case for one in seen})} cases of {settings.company.name}"
        target = arguments.out or settings.engine.data / RISK_FILE
    model = fit([one.features for one in seen], [one.escalates for one in seen], fitted_on=told)
    save(model, target)
    Console().print(f"fitted on {told}: {len(seen)} looks; written to {target}")
    return 0


def _evaluate(arguments: Namespace) -> int:
    model = build_warner(settings_of(arguments)).model
    found = {name: measure(model, rows) for name, rows in _held_out(arguments)}
    table = Table("on", *found, title=f"The warning, fitted on {model.fitted_on}")
    columns = [_cells(one) for one in found.values()]
    for label in columns[0]:
        table.add_row(label, *(column[label] for column in columns))
    Console().print(table)
    return 0


def _held_out(arguments: Namespace) -> Iterator[tuple[str, list[Snapshot]]]:
    seed = arguments.seed + 1_000
    yield "simulated customers", list(temper_snapshots(arguments.journeys // 3, seed))
    yield "scripted journeys", list(script_snapshots(3_000, seed))
    if arguments.threads is not None:
        seen = list(thread_snapshots(arguments.threads, arguments.labels))
        yield "real threads (who came back)", seen


def _cells(found: Measured) -> dict[str, str]:
    """Return the figures of one set, each under what it is."""
    return {
        "cases": str(found.cases),
        "of which went public": str(found.escalated),
        "looks (open, private, at one moment)": str(found.looks),
        "within 48 h of a look": f"{found.usual:.2%}",
        "AUC": f"{found.auc:.2f}",
        "calibration error (ECE)": f"{found.ece:.4f}",
        **{f"precision in the top {one:.0%}": f"{hit:.1%}" for one, hit in found.precision.items()},
        f"warned of (top {ALARM:.0%}) before the post": f"{found.caught:.0%}",
        "lead time, median": f"{found.lead:.0f} h",
    }


def temper_snapshots(journeys: int, seed: int) -> Iterator[Snapshot]:
    """Yield the looks at customers of `pipeline.simulation.temper`."""
    policy, until = Policy(), START + timedelta(days=90)
    for events in tempers(journeys, seed):
        yield from snapshots(collect(events), policy, until)


def script_snapshots(journeys: int, seed: int) -> Iterator[Snapshot]:
    """Yield the looks at the scripted journeys, which no model is fitted on."""
    plan, policy = Plan(journeys=journeys, seed=seed), Policy()
    decode = build_decode(Settings(), policy)
    for journey in scripted(plan, Counter()):
        events = (decode(encode_told(told, signals=True)) for told in journey.told)
        yield from snapshots(collect(events), policy, plan.until)


def thread_snapshots(export: Path, labels: Path) -> Iterator[Snapshot]:
    """Yield looks at real, hand-labelled public threads, read as if they had been private.

    No public data shows one customer's private and public messages together. What can be seen is
    whether a customer *came back dissatisfied* within 48 hours (`RETURNS`): a stand-in, which says
    whether the order of the warnings makes sense, and nothing about how often people go public.
    """
    gold = {f"x:{one['tweet_id']}": one["signals"] for one in map(json.loads, labels.open())}
    policy, threads = Policy(), dict[str | None, list[Message]]()
    for event in read_files([export], Settings(), policy, lambda _: None):
        if isinstance(event, Message) and event.id in gold:
            signals = tuple(Signal(name=name) for name in gold[event.id])
            private = replace(event, visibility="private", signals=signals)
            threads.setdefault(event.thread, []).append(private)
    for messages in threads.values():
        returns = sorted(one.at for one in messages if RETURNS & names_of(one))
        until = max(one.at for one in messages) + 2 * HORIZON
        for look in snapshots(collect(messages), policy, until):
            following = next((at for at in returns if at > look.at), None)
            yield replace(look, escalates_at=following)


def _own_snapshots(settings: Settings) -> Iterator[Snapshot]:
    """Yield the looks at the company's own cases, with what their texts were read to say."""
    state, ledger = StateView(settings.engine.data / STATE_FILE), open_ledger(settings)
    done = set[str]()
    try:
        for verdict in ledger.all_verdicts():
            if verdict.case not in done:
                timeline = state.timeline_of(verdict.case)
                done.update(timeline.versions)
                yield from snapshots(timeline, settings.policy, utc_now())
    finally:
        state.close()
        ledger.close()


def measure(model: RiskModel, seen: Iterable[Snapshot]) -> Measured:
    """Return how good the model's warnings are on looks at cases that it was not fitted on."""
    looks = list(seen)
    told = [model.probability(one.features) for one in looks]
    happened = [one.escalates for one in looks]
    ranked = sorted(zip(told, happened, strict=True), key=lambda one: -one[0])
    precision = {
        share: sum(hit for _, hit in ranked[: max(1, int(share * len(ranked)))])
        / max(1, int(share * len(ranked)))
        for share in TOPS
    }
    alarm = ranked[int(ALARM * len(ranked))][0]
    leads = _leads(looks, told, alarm)
    escalated = {one.case for one in looks if one.escalates_at is not None}
    return Measured(
        looks=len(looks),
        cases=len({one.case for one in looks}),
        escalated=len(escalated),
        usual=sum(happened) / len(happened),
        auc=auc(told, happened),
        ece=calibration_error(bins(told, happened)),
        precision=precision,
        caught=len(leads) / max(1, len(escalated)),
        lead=median(leads) if leads else 0.0,
    )


def _leads(looks: list[Snapshot], told: list[float], alarm: float) -> list[float]:
    """Return for each case that was warned of how many hours passed until it went public."""
    first: dict[str, float] = {}
    for look, risk in zip(looks, told, strict=True):
        if look.escalates_at is not None and risk > alarm and look.case not in first:
            first[look.case] = (look.escalates_at - look.at).total_seconds() / 3_600
    return list(first.values())
