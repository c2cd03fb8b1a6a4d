"""The only reader of files and environment: one TOML file and ``CCM_…`` become typed settings.

Every setting has a default, so that `ccm run` needs no file. An environment variable
``CCM_<TABLE>_<KEY>`` goes before the file (``CCM_SERVER_PORT=9000``; lists with commas). Secrets
are never written into the file: ``intake.token`` comes from ``CCM_INTAKE_TOKEN`` or from the file
that ``intake.token_file`` names. Durations are written ``"30 min"``, ``"72 h"``, ``"14 d"``.
Of the ``[[channels]]`` only what all of them share is read here; whoever knows its kind reads the
rest of each table, and its secrets, by `read_section`.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_type_hints

from pipeline.config.alerts import AlertSettings, ReceiverTable, read_receivers
from pipeline.config.channels import ChannelTable, Secret, read_channels, read_section
from pipeline.config.policy import read_policy
from pipeline.config.report import ReportSettings
from pipeline.config.values import check_names, read_value
from pipeline.domain.objective import Objective
from pipeline.domain.policy import Policy
from pipeline.errors import ConfigError

__all__ = [
    "AlertSettings",
    "ChannelTable",
    "CompanySettings",
    "EngineSettings",
    "IntakeSettings",
    "KafkaSettings",
    "LedgerSettings",
    "LimitSettings",
    "Objective",
    "ReceiverTable",
    "ReportSettings",
    "Secret",
    "ServerSettings",
    "Settings",
    "load_policy",
    "load_settings",
    "read_section",
]

T = TypeVar("T")
MIB: Final = 1024 * 1024
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where the pages and the gateway listen, and by which names they may be called.

    The pages ask for no password. On loopback they therefore answer to loopback's own names alone:
    a page of another site must not read them by pointing its name at this machine. Of the texts
    that they show, personal data are left out unless ``redact`` is false. ``proxies`` are addresses
    or networks whose ``X-Forwarded-For`` is believed: without it all customers behind a proxy would
    share one address, and with that the rate that one address may have.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    redact: bool = True

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The names in ``Host`` that are answered: ``hosts``, else what ``host`` suggests."""
        if self.hosts:
            return self.hosts
        return LOOPBACK if self.host in LOOPBACK else ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySettings:
    """Who "we" are: our name, mail domains, single addresses elsewhere, social accounts.

    ``mail_hosts`` are our mail exchangers as they sign ``Received: … by NAME``: the time in that
    line is when a mail came. Without them the topmost ``Received`` is believed.
    """

    name: str = "us"
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    mail_hosts: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSettings:
    """The gateway: the secret of the bulk ways in, and the bounds that every sender meets."""

    token: str | None = None
    origins: tuple[str, ...] = ()
    form_bytes_max: int = MIB // 4
    events_bytes_max: int = 16 * MIB
    events_lines_max: int = 100_000
    mail_bytes_max: int = 25 * MIB
    complaints_per_minute: int = 20
    requests_per_minute: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """What one event and one timeline may hold."""

    line_bytes_max: int = 1_000_000
    line_depth_max: int = 32
    line_items_max: int = 1_000
    timeline_events_max: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """Who reads texts.

    Attributes:
        model: ``auto`` the model that ships, ``rules`` the rules alone, else a model's folder.
        threads: used by the encoder within one text.
        alike: know a stock answer also by how many others got the like, not by its wording alone.
            Then what a reply is read to say depends on which replies were read before it.
    """

    model: str = "auto"
    threads: int = 1
    alike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """The embedded engine.

    Attributes:
        data: the directory of inbox, state and ledger.
        synchronous: ``full`` survives loss of power, ``normal`` only the death of the process.
        batch_events_max: how many events are settled together at most.
        timelines_cached_max: how many timelines are held decoded in memory.
    """

    data: Path = Path("ccm-data")
    synchronous: Literal["full", "normal"] = "full"
    batch_events_max: int = 1_000
    timelines_cached_max: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """The monitor on Kafka.

    Attributes:
        bootstrap: brokers to begin with, each ``host:port``.
        prefix: begins the names of our topics and of the workers' group.
        partitions: over how many workers the customers may be spread. Cannot be changed later.
        replication: how many brokers keep each record.
        batch_events_max: how many records a worker settles together at most.
        session_seconds: a worker of which nothing was heard for so long is replaced.
        delivery_seconds: how long the gateway waits for the broker before it answers 503.
        stall_seconds: a worker that gets nowhere for so long although there is work ends itself.
        state: the directory of a worker's tables, on a disk of its own machine; several workers of
            one machine may share it.
        tables: ``rocksdb`` keeps them there; ``memory`` reads them from Kafka at every start.
        reading: ``inline`` lets each worker read its texts itself; ``apart`` leaves them to the
            processes of ``ccm reader``, of which there must be one at least.
        texts_at_once_max: how many texts a reader reads together at most.
    """

    bootstrap: tuple[str, ...] = ("127.0.0.1:9092",)
    prefix: str = "ccm"
    partitions: int = 8
    replication: int = 1
    batch_events_max: int = 4_000
    session_seconds: int = 10
    delivery_seconds: int = 5
    stall_seconds: int = 30
    state: Path = Path("ccm-worker")
    tables: Literal["rocksdb", "memory"] = "rocksdb"
    reading: Literal["inline", "apart"] = "inline"
    texts_at_once_max: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """The gateway in front of Kafka, while no broker answers.

    Attributes:
        when_down: ``refuse`` answers 503 with Retry-After; ``spool`` keeps what comes on the disk
            of ``engine.data``, which then has to outlive the process, and sends it in order later.
        spool_bytes_max: how much is kept at most; beyond it the answer is 503.
    """

    when_down: Literal["refuse", "spool"] = "refuse"
    spool_bytes_max: int = 1024 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """Where a process without pages (a worker) tells its metrics and whether it is well.

    Attributes:
        host: the address; loopback unless the scraper is elsewhere.
        port: the port; 0 takes a free one, which the log tells.
    """

    host: str = "127.0.0.1"
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """What a process says on stderr.

    Attributes:
        format: ``text`` for people, ``json`` for machines: one object a line.
        level: the least that is said.
    """

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSettings:
    """Where the verdicts are kept.

    Attributes:
        url: an SQLAlchemy database URL, such as ``postgresql+psycopg://ccm@db/ccm``; a password
            belongs into ``CCM_LEDGER_URL`` or libpq's own files. Empty: SQLite in ``engine.data``.
        publish_seconds: how often whoever serves the pages lays the published figures out in the
            database, for Grafana and SQL; 0 leaves it.
    """

    url: str = ""
    publish_seconds: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that an operator may set."""

    server: ServerSettings = field(default_factory=ServerSettings)
    company: CompanySettings = field(default_factory=CompanySettings)
    intake: IntakeSettings = field(default_factory=IntakeSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    reader: ReaderSettings = field(default_factory=ReaderSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    kafka: KafkaSettings = field(default_factory=KafkaSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    gateway: GatewaySettings = field(default_factory=GatewaySettings)
    health: HealthSettings = field(default_factory=HealthSettings)
    logs: LogSettings = field(default_factory=LogSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    objective: Objective = field(default_factory=Objective)
    report: ReportSettings = field(default_factory=ReportSettings)
    policy: Policy = field(default_factory=Policy)
    channels: tuple[ChannelTable, ...] = ()
    receivers: tuple[ReceiverTable, ...] = ()


_TABLES: Final[dict[str, type[Any]]] = {
    "server": ServerSettings,
    "company": CompanySettings,
    "intake": IntakeSettings,
    "limits": LimitSettings,
    "reader": ReaderSettings,
    "engine": EngineSettings,
    "kafka": KafkaSettings,
    "ledger": LedgerSettings,
    "gateway": GatewaySettings,
    "health": HealthSettings,
    "logs": LogSettings,
    "alerts": AlertSettings,
    "objective": Objective,
    "report": ReportSettings,
}


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a TOML file and of the environment, which goes first.

    Args:
        path: the file; without one the defaults and the environment stand.
        environ: the environment; that of the process by default.

    Raises:
        ConfigError: a file cannot be read, or a setting is unknown or wrong; the message names the
            key, what was found and what to write.
    """
    environ = os.environ if environ is None else environ
    told = {} if path is None else _toml(path)
    check_names(told, ("channels", "policy", "calendar", *_TABLES), "")
    tables = {name: _table(told, name) for name in ("policy", "calendar", *_TABLES)}
    _take_secret(tables, "intake", "token", environ)
    _take_secret(tables, "report", "smtp_password", environ)
    receivers = tables["alerts"].pop("receivers", [])
    for name, kind in _TABLES.items():
        _override(tables[name], name, kind, environ)
    built = {name: _built(kind, tables[name], name) for name, kind in _TABLES.items()}
    return Settings(
        **built,
        policy=read_policy(tables["policy"], tables["calendar"]),
        channels=read_channels(told.get("channels", [])),
        receivers=read_receivers(receivers),
    )


def load_policy(path: Path) -> Policy:
    """Return the policy of a TOML file's tables ``[policy]`` and ``[calendar]``.

    Its version ends in a digest of all values where these differ from the defaults, so that two
    policies never share a stamp.

    Raises:
        ConfigError: the file cannot be read, or a value is unknown or wrong.
    """
    return load_settings(path, {}).policy


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); name a TOML file") from None
    except ValueError as error:
        raise ConfigError(f"{path}: is no TOML ({error}); see the README for an example") from None


def _table(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{name}: found {table!r}; write a table, [{name}]")
    return dict(table)


def _take_secret(
    tables: Mapping[str, dict[str, Any]], name: str, key: str, environ: Mapping[str, str]
) -> None:
    """Put a secret into its table, from the file that is named; `_override` takes it from there."""
    table, variable = tables[name], f"CCM_{name}_{key}".upper()
    if key in table:
        raise ConfigError(
            f"{name}.{key}: a secret does not belong into this file; set {variable}, or let "
            f"{name}.{key}_file name a file that holds it"
        )
    named = environ.get(f"{variable}_FILE", table.pop(f"{key}_file", None))
    if named is not None:
        try:
            table[key] = Path(str(named)).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise ConfigError(f"{name}.{key}_file: {named} cannot be read ({error})") from None


def _override(
    table: dict[str, Any], name: str, kind: type[Any], environ: Mapping[str, str]
) -> None:
    hints = get_type_hints(kind)
    for item in fields(kind):
        told = environ.get(f"CCM_{name}_{item.name}".upper())
        if told is None:
            continue
        if hints[item.name] == tuple[str, ...]:
            table[item.name] = [part.strip() for part in told.split(",") if part.strip()]
        else:
            table[item.name] = _number(told) if hints[item.name] in (int, float) else told


def _number(told: str) -> int | float | str:
    """Return the number that a variable holds; what is none stays, and is told as it was found."""
    try:
        return int(told) if told.isdecimal() else float(told)
    except ValueError:
        return told


def _built(kind: type[T], table: dict[str, Any], name: str) -> T:
    """Return a section with the values of its table, each of the type that the section says."""
    hints = get_type_hints(kind)
    check_names(table, tuple(hints), name)
    values = {key: read_value(told, hints[key], f"{name}.{key}") for key, told in table.items()}
    return kind(**values)
