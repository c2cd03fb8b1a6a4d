"""Current verdicts and the log of what was restated, in SQL: what every published number is from.

SQLite for one process, PostgreSQL at scale: one code base on SQLAlchemy Core. What differs between
the two lives in ``engines``; ``restating`` decides, purely, what changed and why; ``batch`` turns
changes into rows; ``queries`` are the questions, ``keeping`` keeps figures for a while; ``book``
reads and writes; ``publishing`` lays the figures out for SQL, ``publisher`` keeps them fresh.
"""

from pipeline.domain.scope import CaseFilter
from pipeline.ledger.alerting import AlertBook
from pipeline.ledger.book import Ledger
from pipeline.ledger.engines import build_engine, open_engine
from pipeline.ledger.publisher import Publisher
from pipeline.ledger.restating import Restatement
from pipeline.ledger.texts import Shown, ShownEvents

__all__ = [
    "AlertBook",
    "CaseFilter",
    "Ledger",
    "Publisher",
    "Restatement",
    "Shown",
    "ShownEvents",
    "build_engine",
    "open_engine",
]
