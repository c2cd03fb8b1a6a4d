"""The web pages: the overview, the list of cases, the page of a case, and their data as JSON.

They read through the Protocol ``Book`` and take every figure from ``pipeline.domain.figures``.
"""

from pipeline.dashboard.ports import Book, CasePage, Restatement
from pipeline.dashboard.routes import dashboard_routes
from pipeline.domain.scope import CaseFilter

__all__ = ["Book", "CaseFilter", "CasePage", "Restatement", "dashboard_routes"]
