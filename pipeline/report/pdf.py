"""The report as PDF, set by typst: tagged for screen readers, fonts embedded, drawings as vectors.

The page is a template of ours; what it says is handed in as data, so that nothing that a customer
wrote is ever read as markup.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import typst

from pipeline.report.charts import draw_control_chart, draw_definitions, draw_gaps, standalone
from pipeline.report.content import Report
from pipeline.report.wording import build_view
from pipeline.wire import plain

FOLDER: Final = Path(__file__).parent / "templates"
STANDARD: Final[Literal["ua-1"]] = "ua-1"
"""PDF/UA-1: the accessible kind. Typst refuses what would not be."""


def render_pdf(report: Report) -> bytes:
    """Return the PDF; the same report gives the same bytes where the same fonts are at hand.

    Typst brings the font of the text along. Letters that it lacks come from the fonts of the
    system, where there are any.
    """
    pages: Any = typst.compile(_template(), format="pdf", pdf_standards=STANDARD, **_how(report))
    return bytes(pages)


def render_pages(report: Report, dots_per_inch: float = 96) -> list[bytes]:
    """Return the pages as PNG, to look at."""
    pages: Any = typst.compile(_template(), format="png", ppi=dots_per_inch, **_how(report))
    return pages if isinstance(pages, list) else [pages]


def _template() -> bytes:
    return (FOLDER / "report.typ").read_bytes()


def _how(report: Report) -> dict[str, Any]:
    return {
        "sys_inputs": {"report": json.dumps(_inputs(report))},
        "timestamp": int(report.as_of.timestamp()),
    }


def _inputs(report: Report) -> dict[str, Any]:
    style, weeks = _style(), report.figures.weeks
    name = "First-time-right by week of opening"
    return {
        "view": plain(build_view(report)),
        "author": report.company or "Complaint-channel monitor",
        "paper": report.paper,
        "chart": standalone(draw_control_chart(weeks, report.chart, 960, 330, name), style),
        "gaps": standalone(draw_gaps(report.whole.gaps, 400, "Waits by reach"), style),
        "definitions": standalone(
            draw_definitions(report.comparison, 900, "Definitions compared"), style
        ),
    }


@lru_cache(maxsize=1)
def _style() -> str:
    return (FOLDER / "print.css").read_text("utf-8")
