"""The tables. Times are microseconds since 1970 in UTC: exact, and alike in every database."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA_VERSION: Final = 4
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)

metadata: Final = MetaData()

verdict: Final = Table(
    "ccm_verdict",
    metadata,
    Column("case_id", Text, primary_key=True, comment="id of the first event of the case"),
    Column("root", Text, nullable=False, comment="label of the timeline that holds the case"),
    Column("revision", Integer, nullable=False, comment="how often the verdict really changed"),
    Column("digest", String(32), nullable=False, comment="of the verdict without running clocks"),
    Column("outcome", String(32), nullable=False),
    Column("ftr", String(16)),
    Column("route", String(16), nullable=False),
    Column("left_in", String(32)),
    Column("topic", String(64)),
    Column("final", Boolean, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_week", String(10), nullable=False, comment="ISO week in the report zone"),
    Column("waiting_since", BigInteger),
    Column("escalated_at", BigInteger),
    Column("risk", Float, comment="of going public, as last judged; null where it cannot"),
    Column("who", Text, comment="the customer's pseudonym, as pages show it"),
    Column("channels", Text, comment="where the customer wrote, each between bars: |email|x|"),
    Column("team", Text),
    Column("why", String(32), comment="why it is not counted"),
    Column("confirmed_by", String(16)),
    Column("marks", BigInteger, comment="the conditions it meets: pipeline.domain.members"),
    Column("promises", Text, comment="states of its promises, each between bars"),
    Column("settled_at", BigInteger, comment="where a window has to pass from then on"),
    Column("recurrence_of", Text),
    Column("reach", BigInteger),
    Column("waiting_public_since", BigInteger),
    Column("promise_due", BigInteger, comment="of the oldest promise that is still to be kept"),
    Column("false_pauses", Integer, comment="null where there was none"),
    Column("paused_since", BigInteger, comment="of a false pause that stands now"),
    Column("signature", BigInteger, comment="what it adds to the counts: ccm_signature"),
    Column("private_wait", BigInteger, comment="these five: the seconds it adds to a figure"),
    Column("public_wait", BigInteger),
    Column("avoidance", BigInteger),
    Column("resolution_wall", BigInteger),
    Column("resolution_business", BigInteger),
    Column("line", Text, nullable=False, comment="the whole verdict, a line of ccm replay"),
    Index("ccm_verdict_by_root", "root"),
)
LISTED: Final = (
    "outcome", "route", "left_in", "ftr", "why", "confirmed_by", "final", "topic", "team",
    "channels", "marks", "promises", "settled_at", "reach", "waiting_since",
    "waiting_public_since", "promise_due", "false_pauses", "who",
)  # fmt: skip
COUNTED: Final = (
    "opened_week", "topic", "team", "channels", "signature", "settled_at", "reach", "private_wait",
    "public_wait", "avoidance", "resolution_wall", "resolution_business",
)  # fmt: skip
SCOPED: Final = ("case_id", "topic", "team", "channels", "opened_at")
QUEUED: Final = {
    "waiting": ("waiting_since", "waiting_public_since", *SCOPED),
    "escalation": (
        "route", "outcome", "escalated_at", *SCOPED, "final", "left_in", "ftr", "marks",
        "settled_at",
    ),
    "risk": ("risk", *SCOPED),
}  # fmt: skip
SPARSE: Final = {
    "public_wait": ("waiting_public_since", ("waiting_public_since", "waiting_since", *SCOPED)),
    "promise": ("promise_due", ("promise_due", *SCOPED)),
    "recurrence": ("recurrence_of", ("recurrence_of",)),
    "false_pause": (
        "false_pauses",
        ("opened_at DESC", "case_id", "false_pauses", "final", "paused_since", *SCOPED[1:-1]),
    ),
}
"""A column that few cases have something in, and what an index holds of these cases alone.

SQLite takes such an index for a list only if it has the order of the list.
"""
# A verdict's line is ten times as long as all else that is known of a case. Lists and figures are
# found without reading one: these indexes hold what they ask for.
for _name, _columns in {**QUEUED, "place": COUNTED}.items():
    Index(f"ccm_verdict_by_{_name}", *(verdict.c[column] for column in _columns))
for _name, (_column, _columns) in SPARSE.items():
    _told = verdict.c[_column].is_not(None)
    Index(
        f"ccm_verdict_by_{_name}",
        *(
            verdict.c[column].desc() if falling else verdict.c[column]
            for column, _, falling in (one.partition(" ") for one in _columns)
        ),
        sqlite_where=_told,
        postgresql_where=_told,
    )
Index(
    "ccm_verdict_by_opening",
    verdict.c.opened_at.desc(),
    verdict.c.case_id,
    *(verdict.c[name] for name in LISTED),
)

signature: Final = Table(
    "ccm_signature",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="digest of counts"),
    Column("counts", Text, nullable=False, comment="JSON: the policy, and what a case adds"),
)

restatement: Final = Table(
    "ccm_restatement",
    metadata,
    Column("key", String(32), primary_key=True, comment="digest of what it says: never twice"),
    Column("case_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("outcome_before", String(32), nullable=False),
    Column("outcome_after", String(32), comment="null where the case is no more"),
    Column("ftr_before", String(16)),
    Column("ftr_after", String(16)),
    Column("policy_before", Text, nullable=False),
    Column("policy_after", Text, nullable=False),
    Column("was_final", Boolean, nullable=False),
    Column("causes", Text, nullable=False, comment="JSON list of event ids"),
    Column("changes", Text, nullable=False, comment="JSON object: field to [before, after]"),
    Column("reason", Text, nullable=False),
    Index("ccm_restatement_by_case", "case_id", "at"),
    Index("ccm_restatement_by_time", "at"),
)

shown_event: Final = Table(
    "ccm_shown_event",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False, comment="the event, without personal data in its text"),
    Column("found", Text, nullable=False, comment="JSON list: kind, start, end of what was taken"),
)

shown_reading: Final = Table(
    "ccm_shown_reading",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("message_version", BigInteger, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False, comment="what the message was last read to say"),
)

figure: Final = Table(
    "ccm_figure",
    metadata,
    Column("scope", String(16), primary_key=True, comment="all, mature, week, topic, team …"),
    Column("cell", Text, primary_key=True, comment="which; empty for all and mature"),
    Column("name", String(64), primary_key=True, comment="as in /api/v1/figures"),
    Column("label", Text, nullable=False),
    Column("unit", String(16), nullable=False, comment="share, seconds or contacts"),
    Column("kind", String(16), nullable=False, comment="bounds, rate, range, median or mean"),
    Column("n", BigInteger, nullable=False, comment="over how many cases, or promises"),
    Column("count", BigInteger, comment="the numerator of a share"),
    Column("value", Float, comment="null where n is 0, and where only bounds are known"),
    Column("low", Float),
    Column("high", Float),
    Column("withheld", Boolean, nullable=False, comment="too small for shared reports"),
    Column("mature", Boolean, nullable=False, comment="whether all cases of the cell are"),
    Column("begins_at", BigInteger, comment="of a week: its start in the report zone"),
    Column("policy", Text, nullable=False, comment="versions, with commas; several are mixed"),
    Column("as_of", BigInteger, nullable=False),
    Column("note", Text, nullable=False, comment="what must be said beside the number"),
)

count: Final = Table(
    "ccm_count",
    metadata,
    Column("scope", String(16), primary_key=True),
    Column("cell", Text, primary_key=True),
    Column("what", String(16), primary_key=True, comment="cases, outcome, route, left_in …"),
    Column("state", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("withheld", Boolean, nullable=False, comment="too small for shared reports"),
    Column("begins_at", BigInteger),
    Column("policy", Text, nullable=False),
    Column("as_of", BigInteger, nullable=False),
)

gap: Final = Table(
    "ccm_gap",
    metadata,
    Column("scope", String(16), primary_key=True),
    Column("cell", Text, primary_key=True),
    Column("band", String(32), primary_key=True, comment="followers of who posted"),
    Column("place", Integer, nullable=False, comment="order of the bands"),
    Column("n", BigInteger, nullable=False, comment="escalated cases, the same before and after"),
    Column("private_seconds", Float, comment="median wait before the post"),
    Column("public_seconds", Float, comment="median wait after it"),
    Column("cut_short", BigInteger, comment="private waits that ended with the post"),
    Column("withheld", Boolean, nullable=False, comment="too small for shared reports"),
    Column("policy", Text, nullable=False),
    Column("as_of", BigInteger, nullable=False),
)

suspicion: Final = Table(
    "ccm_suspicion",
    metadata,
    Column("public_case", Text, primary_key=True, comment="began in public"),
    Column("private_case", Text, primary_key=True, comment="what it may continue"),
    Column("points", Integer, nullable=False, comment="weight of the reasons"),
    Column("reasons", Text, nullable=False, comment="JSON list, the strongest first"),
    Column("outcome", String(32), nullable=False, comment="of the case that both would be"),
    Column("line", Text, nullable=False, comment="the verdict of that case"),
    Column("stated", Boolean, nullable=False, comment="the post says it itself: counted already"),
    Column("perhaps", Boolean, nullable=False, comment="it may be, or become, escalation-only"),
    Column("as_of", BigInteger, nullable=False),
)

meta: Final = Table(
    "ccm_meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
)

WIDENED: Final = ("public_wait", "promise", "false_pause")
"""Sparse indexes that since schema 4 hold what work lists ask for."""
MIGRATIONS: Final = {
    1: (
        "ALTER TABLE ccm_verdict ADD COLUMN risk FLOAT",
        "CREATE INDEX ccm_verdict_by_risk ON ccm_verdict (risk)",
    ),
    2: (
        *(
            f"ALTER TABLE ccm_verdict ADD COLUMN {name} {kind}"
            for name, kind in (
                ("who", "TEXT"), ("channels", "TEXT"), ("team", "TEXT"), ("why", "VARCHAR(32)"),
                ("confirmed_by", "VARCHAR(16)"), ("marks", "BIGINT"), ("promises", "TEXT"),
                ("settled_at", "BIGINT"), ("recurrence_of", "TEXT"), ("reach", "BIGINT"),
                ("waiting_public_since", "BIGINT"), ("promise_due", "BIGINT"),
                ("false_pauses", "INTEGER"), ("signature", "BIGINT"), ("private_wait", "BIGINT"),
                ("public_wait", "BIGINT"), ("avoidance", "BIGINT"), ("resolution_wall", "BIGINT"),
                ("resolution_business", "BIGINT"),
            )
        ),
        *(
            f"CREATE INDEX ccm_verdict_by_{name} ON ccm_verdict ({column}) "
            f"WHERE {column} IS NOT NULL"
            for name, (column, _) in SPARSE.items()
        ),
        *(
            f"DROP INDEX IF EXISTS ccm_verdict_by_{name}"
            for name in ("week", "outcome", "opening", *QUEUED)
        ),
        *(
            f"CREATE INDEX ccm_verdict_by_{name} ON ccm_verdict ({', '.join(columns)})"
            for name, columns in {**QUEUED, "place": COUNTED}.items()
        ),
        "CREATE INDEX ccm_verdict_by_opening "
        f"ON ccm_verdict (opened_at DESC, case_id, {', '.join(LISTED)})",
    ),
    3: (
        "ALTER TABLE ccm_verdict ADD COLUMN paused_since BIGINT",
        *(f"DROP INDEX IF EXISTS ccm_verdict_by_{name}" for name in WIDENED),
        *(
            f"CREATE INDEX ccm_verdict_by_{name} ON ccm_verdict ({', '.join(columns)}) "
            f"WHERE {column} IS NOT NULL"
            for name, (column, columns) in SPARSE.items()
            if name in WIDENED
        ),
    ),
}  # fmt: skip
"""What brings a ledger from one schema to the next. The new columns of schema 2 fill as cases are
judged, those of schemas 3 and 4 at once, from the verdicts that are held."""
REFILLED_UNTIL: Final = 2
"""Ledgers of this schema and before have their columns worked out anew from their verdicts."""


def ticks(at: datetime) -> int:
    """Return ``at`` as a column holds it."""
    return (at - EPOCH) // TICK


def ticks_or_none(at: datetime | None) -> int | None:
    """Return ``at`` as a nullable column holds it."""
    return None if at is None else ticks(at)


def moment(number: int) -> datetime:
    """Return the time that a column holds."""
    return EPOCH + timedelta(microseconds=number)
