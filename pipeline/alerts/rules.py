"""The rules of Prometheus, written from the settings, so that thresholds follow the objective."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.config import AlertSettings, Objective
from pipeline.domain.objective import BURST_HOURS
from pipeline.domain.rates import SURE

DEVIATIONS: Final = 3
"""A burst is so many standard deviations above what is usual: by chance once in 700 looks."""
BURST_MIN: Final = 5
"""Fewer posts are no burst, however quiet it was before."""
LAG_SECONDS: Final = 300
DRAIN_SECONDS: Final = 900
_UNITS: Final = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


def write_rules(objective: Objective, alerts: AlertSettings) -> str:
    """Return the rules as YAML, for a file that ``rule_files`` names."""
    # Prometheus has templates of its own, in double braces.
    environment = Environment(  # noqa: S701 - this writes YAML from our own settings, no HTML
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    square = SURE * SURE
    return environment.get_template("rules.yaml.j2").render(
        aim=_plain(objective.ftr),
        aim_percent=f"{objective.ftr:.1%}".replace(".0%", "%"),
        base=alerts.base_url.rstrip("/"),
        budget=_plain(1 - objective.ftr),
        burn_max=_plain(objective.burn_max),
        burns=[_burn(name, objective) for name in ("fast", "slow")],
        burst_hours=BURST_HOURS // timedelta(hours=1),
        burst_min=BURST_MIN,
        cases_min=objective.cases_min,
        deviations=DEVIATIONS,
        drain_seconds=DRAIN_SECONDS,
        lag_seconds=LAG_SECONDS,
        period=duration(objective.period),
        public_reply=duration(alerts.public_reply),
        public_reply_seconds=int(alerts.public_reply.total_seconds()),
        runbook=alerts.runbook_url,
        z=_plain(SURE),
        z2=_plain(square),
        z2_half=_plain(square / 2),
        z2_quarter=_plain(square / 4),
    )


def duration(told: timedelta) -> str:
    """Return a duration as settings write it: ``7 d``."""
    for size, unit in _UNITS:
        if told >= size and not told % size:
            return f"{told // size} {unit}"
    return f"{told.total_seconds():.0f} s"


def _burn(name: str, objective: Objective) -> tuple[str, str, str, str]:
    return (
        name,
        f"the last {duration(objective.window(name))}",
        _plain(objective.burn(name)),
        _plain(objective.failures_max(name)),
    )


def _plain(number: float) -> str:
    """Return a number without the dust of binary fractions."""
    return f"{number:.6g}"
