"""The only reader of files and environment: one TOML file and ``CCM_…`` become typed settings.

Every setting has a default, so that `ccm run` needs no file. An environment variable
``CCM_<TABLE>_<KEY>`` goes before the file (``CCM_SERVER_PORT=9000``; lists with commas). Secrets
are never written into the file: ``intake.token`` comes from ``CCM_INTAKE_TOKEN`` or from the file
that ``intake.token_file`` names. Durations are written ``"30 min"``, ``"72 h"``, ``"14 d"``.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, time, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_type_hints

import msgspec

from pipeline.domain.calendar import OFFICE_WEEK, Calendar, Hours, Shift, load_zone
from pipeline.domain.policy import Policy
from pipeline.errors import ConfigError

T = TypeVar("T")
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TOPICS_MAX: Final = 20
_UNITS: Final = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION: Final = re.compile(r"(\d{1,6})\s*(s|min|h|d|w)")
_SHIFT: Final = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")
MIB: Final = 1024 * 1024
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where the pages and the gateway listen, and by which names they may be called.

    The pages ask for no password. On loopback they therefore answer to loopback's own names alone:
    a page of another site must not read them by pointing its name at this machine.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    hosts: tuple[str, ...] = ()

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The names in ``Host`` that are answered: ``hosts``, else what ``host`` suggests."""
        if self.hosts:
            return self.hosts
        return LOOPBACK if self.host in LOOPBACK else ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySettings:
    """Who "we" are: our name, mail domains, single addresses elsewhere, social accounts."""

    name: str = "us"
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
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
    """

    model: str = "auto"
    threads: int = 1


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
    """

    bootstrap: tuple[str, ...] = ("127.0.0.1:9092",)
    prefix: str = "ccm"
    partitions: int = 8
    replication: int = 1
    batch_events_max: int = 1_000
    session_seconds: int = 10
    delivery_seconds: int = 5
    stall_seconds: int = 30
    state: Path = Path("ccm-worker")
    tables: Literal["rocksdb", "memory"] = "rocksdb"


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
    """Where the verdicts are kept at scale.

    Attributes:
        url: an SQLAlchemy database URL, such as ``postgresql+psycopg://ccm@db/ccm``; a password
            belongs into ``CCM_LEDGER_URL`` or libpq's own files. Empty: SQLite in ``engine.data``.
    """

    url: str = ""


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
    policy: Policy = field(default_factory=Policy)


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
    _check_names(told, ("policy", "calendar", *_TABLES), "")
    tables = {name: _table(told, name) for name in ("policy", "calendar", *_TABLES)}
    _take_token(tables["intake"], environ)
    for name, kind in _TABLES.items():
        _override(tables[name], name, kind, environ)
    built = {name: _built(kind, tables[name], name) for name, kind in _TABLES.items()}
    return Settings(**built, policy=_policy(tables["policy"], tables["calendar"]))


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


def _check_names(told: Mapping[str, Any], known: tuple[str, ...], table: str) -> None:
    for name in told:
        if name not in known:
            key = f"{table}.{name}" if table else name
            raise ConfigError(f"{key}: is no setting; known here are {', '.join(sorted(known))}")


def _take_token(table: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Put the secret into the table, from the file that is named or from the environment."""
    if "token" in table:
        raise ConfigError(
            "intake.token: a secret does not belong into this file; set CCM_INTAKE_TOKEN, or let "
            "intake.token_file name a file that holds it"
        )
    named = environ.get("CCM_INTAKE_TOKEN_FILE", table.pop("token_file", None))
    if named is not None:
        try:
            table["token"] = Path(str(named)).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise ConfigError(f"intake.token_file: {named} cannot be read ({error})") from None


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
            table[item.name] = int(told) if told.isdecimal() and hints[item.name] is int else told


def _built(kind: type[T], table: dict[str, Any], name: str) -> T:
    """Return a section with the values of its table, each of the type that the section says."""
    hints = get_type_hints(kind)
    _check_names(table, tuple(hints), name)
    values = {key: _value(told, hints[key], f"{name}.{key}") for key, told in table.items()}
    return kind(**values)


def _value(told: Any, kind: Any, key: str) -> Any:
    if kind is Path and isinstance(told, str):
        return Path(told).expanduser()
    if kind is timedelta:
        return _duration(told, key)
    try:
        value = msgspec.convert(told, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{key}: found {told!r}; {str(error).lower()}") from None
    if isinstance(value, int) and value < 0:
        raise ConfigError(f"{key}: found {told!r}; write a number from 0")
    return value


def _duration(told: Any, key: str) -> timedelta:
    found = _DURATION.fullmatch(told.strip()) if isinstance(told, str) else None
    if found is None:
        raise ConfigError(f'{key}: found {told!r}; write a duration such as "30 min" or "14 d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _policy(table: dict[str, Any], calendar: dict[str, Any]) -> Policy:
    hints = {key: kind for key, kind in get_type_hints(Policy).items() if key != "calendar"}
    _check_names(table, tuple(hints), "policy")
    values = {key: _value(told, hints[key], f"policy.{key}") for key, told in table.items()}
    policy = Policy(**values, calendar=_calendar(calendar))
    load_zone(policy.report_zone)
    if len(policy.topics) > TOPICS_MAX:
        raise ConfigError(f"policy.topics: found {len(policy.topics)}; write at most {TOPICS_MAX}")
    if replace(policy, version="") == replace(Policy(), version=""):
        return policy
    return replace(policy, version=f"{policy.version}+{_digest(policy)}")


def _digest(policy: Policy) -> str:
    """Return eight characters that stand for every value of the policy but its version."""
    told = {item.name: _plain(getattr(policy, item.name)) for item in fields(policy)}
    told["calendar"] = {
        item.name: _plain(getattr(policy.calendar, item.name)) for item in fields(policy.calendar)
    }
    del told["version"]
    return blake2b(msgspec.json.encode(told, order="sorted"), digest_size=4).hexdigest()


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _calendar(table: dict[str, Any]) -> Calendar:
    _check_names(table, ("zone", "holidays", *DAYS), "calendar")
    hours: Hours = tuple(
        _shifts(table[day], f"calendar.{day}") if day in table else OFFICE_WEEK[number]
        for number, day in enumerate(DAYS)
    )
    return Calendar(
        zone=_value(table.get("zone", "UTC"), str, "calendar.zone"),
        hours=hours,
        holidays=_value(table.get("holidays", ()), frozenset[date], "calendar.holidays"),
    )


def _shifts(told: Any, key: str) -> tuple[Shift, ...]:
    texts: tuple[str, ...] = _value(told, tuple[str, ...], key)
    return tuple(_shift(text, key) for text in texts)


def _shift(text: str, key: str) -> Shift:
    found = _SHIFT.fullmatch(text.strip())
    try:
        if found is not None:
            until = "00:00" if found[2] == "24:00" else found[2]
            return time.fromisoformat(found[1]), time.fromisoformat(until)
    except ValueError:
        pass
    raise ConfigError(f'{key}: found {text!r}; write shifts such as ["09:00-12:30", "13:30-17:00"]')
