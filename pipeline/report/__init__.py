"""The weekly report: what an executive reads of a week, as HTML, PDF, CSV and JSON, by mail.

``build`` makes it of one pass over the verdicts, reading through the Protocol ``Sources``; every
number is a figure of ``pipeline.domain``. ``sentence`` writes the finding, ``wording`` the rest of
the words, ``charts`` the drawings; ``html``, ``pdf``, ``csv`` and ``data`` are its forms;
``mailing`` sends it and ``schedule`` knows when.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from pipeline.report.build import Edition, build_report
from pipeline.report.content import Report
from pipeline.report.csv import render_csv
from pipeline.report.data import render_json
from pipeline.report.html import render_html
from pipeline.report.pdf import render_pdf
from pipeline.report.ports import Sources

__all__ = ["FORMATS", "Edition", "Report", "Sources", "build_report", "render"]

_TEXTS: Final[MappingProxyType[str, Callable[[Report], str]]] = MappingProxyType(
    {"html": render_html, "csv": render_csv, "json": render_json}
)
FORMATS: Final = (*_TEXTS, "pdf")


def render(report: Report, how: str) -> bytes:
    """Return the report in one of `FORMATS`, as it is written to a file."""
    return render_pdf(report) if how == "pdf" else _TEXTS[how](report).encode()
