"""The report as one HTML file: no script, nothing loaded, and only its own style sheet applies."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report.charts import draw_control_chart, draw_definitions, draw_gaps
from pipeline.report.content import Report
from pipeline.report.wording import build_view

FOLDER: Final = Path(__file__).parent / "templates"
NARROW_WEEKS: Final = 13


def render_html(report: Report) -> str:
    """Return the page; what customers wrote is text in it and nothing else."""
    view, weeks = build_view(report), report.figures.weeks
    name = "First-time-right by week of opening, in the table below"
    style = _style()
    return _environment().get_template("report.html").render(
        view=view,
        style=Markup(style),  # noqa: S704  # our own file
        style_hash=f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}",
        chart=draw_control_chart(weeks, report.chart, 960, 330, name),
        chart_narrow=draw_control_chart(weeks[-NARROW_WEEKS:], report.chart, 340, 260, name),
        gaps=draw_gaps(report.whole.gaps, 400, "Waits in private and in public, by reach"),
        definitions=draw_definitions(
            report.comparison, 900, "What each definition calls solved, in the table below"
        ),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _style() -> str:
    return (FOLDER / "report.css").read_text("utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
