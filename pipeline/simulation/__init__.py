"""Customers' journeys with known truth: generator, noise and checker, kept apart.

One seed replays everything; there is no clock and no global state::

    plan = Plan(journeys=1000, seed=7, noise=ROUGH)
    simulation = simulate(plan)
    simulation.lines                      events in the interchange format, in order of arrival
    simulation.truth                      what must be said of them at ``plan.until``
    check(truth_lines, verdict_lines)     where verdicts say otherwise
    live(plan, now)                       the last weeks at once, then a trickle without end
"""

from pipeline.simulation.checker import Difference, check
from pipeline.simulation.live import live
from pipeline.simulation.plan import QUIET, ROUGH, UNTIL, Noise, Plan
from pipeline.simulation.scripts import SCRIPTS
from pipeline.simulation.stream import Simulation, simulate

__all__ = [
    "QUIET",
    "ROUGH",
    "SCRIPTS",
    "UNTIL",
    "Difference",
    "Noise",
    "Plan",
    "Simulation",
    "check",
    "live",
    "simulate",
]
