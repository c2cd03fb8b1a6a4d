"""The journeys that are simulated, as data: what happens, and what must be said of it.

The truths come from the definitions, never from the code that is checked with them.
"""

from typing import Final

from pipeline.simulation.script import Script
from pipeline.simulation.scripts.effort import WITH_EFFORT
from pipeline.simulation.scripts.endings import COME_AGAIN, NEVER_FINISHED, NOT_COUNTED, NOT_YET
from pipeline.simulation.scripts.escalated import ESCALATION_ONLY
from pipeline.simulation.scripts.near_misses import RESOLVED_AFTER, STILL_OUT_THERE
from pipeline.simulation.scripts.private import FIRST_TIME_RIGHT
from pipeline.simulation.scripts.promises import PROMISES
from pipeline.simulation.scripts.public import LINKED, PARALLEL, PUBLIC_FIRST

SCRIPTS: Final[tuple[Script, ...]] = (
    *FIRST_TIME_RIGHT,
    *WITH_EFFORT,
    *PROMISES,
    *ESCALATION_ONLY,
    *RESOLVED_AFTER,
    *STILL_OUT_THERE,
    *PUBLIC_FIRST,
    *PARALLEL,
    *LINKED,
    *NOT_COUNTED,
    *NEVER_FINISHED,
    *NOT_YET,
    *COME_AGAIN,
)

__all__ = ["SCRIPTS"]
