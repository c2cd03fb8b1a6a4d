"""`ccm simulate`: journeys of customers, and what must be said of them."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from pipeline.simulation import QUIET, ROUGH, UNTIL, Plan, simulate


def main(arguments: Namespace) -> int:
    """Write the events and, where asked for, the truth."""
    plan = Plan(
        journeys=max(0, arguments.journeys),
        seed=arguments.seed,
        until=arguments.until or UNTIL,
        noise=ROUGH if arguments.noise == "rough" else QUIET,
        signals=not arguments.unread,
    )
    simulation = simulate(plan)
    events = _write(arguments.out, simulation.lines)
    print(f"{events} events in {arguments.out}", file=sys.stderr)
    if arguments.truth is not None:
        truths = _write(arguments.truth, simulation.truth)
        print(f"truth of {truths} journeys in {arguments.truth}", file=sys.stderr)
    print(f"replay it with --as-of {plan.until:%Y-%m-%dT%H:%M:%SZ}", file=sys.stderr)
    return 0


def _write(path: Path, lines: Iterable[bytes]) -> int:
    count = 0
    with path.open("wb") as file:
        for line in lines:
            file.write(line + b"\n")
            count += 1
    return count
