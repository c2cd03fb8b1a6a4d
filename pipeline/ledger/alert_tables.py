"""The tables behind alerts: new ones beside the ledger's own, so that no schema changes."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from pipeline.ledger.tables import metadata

stirred: Final = Table(
    "ccm_stirred_case",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False, comment="from when on it may alert, at the latest"),
    Index("ccm_stirred_case_by_time", "at"),
)
"""The few cases that may alert without another event; see `pipeline.domain.alerting.stirred_at`."""

alert_told: Final = Table(
    "ccm_alert_told",
    metadata,
    Column("receiver", String(64), primary_key=True),
    Column("key", String(32), primary_key=True, comment="digest of name and case"),
    Column("name", String(64), nullable=False),
    Column("case_id", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)
"""Of what a receiver was told, and not yet that it is over."""

alert_lease: Final = Table(
    "ccm_alert_lease",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", Text, nullable=False, comment="the process that may tell"),
    Column("until", BigInteger, nullable=False),
)
