"""The ``[[channels]]`` tables: what is shared by all, and the rest typed by whoever knows the kind.

The receivers of alerts are read alike (`pipeline.config.alerts`).

A secret is never written into the file. For a setting ``password`` of the channel ``support`` it
comes from the environment variable that ``password_env`` names, from the file that
``password_file`` names, else from ``CCM_CHANNEL_SUPPORT_PASSWORD``. Files are read anew at each
use, so that whoever renews a token need not restart us.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Any, ClassVar, Final, TypeVar, get_args, get_type_hints

from pipeline.config.values import check_names, read_value
from pipeline.errors import ConfigError

T = TypeVar("T")
CHANNELS_MAX: Final = 100
SECRET_CHARS_MAX: Final = 100_000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SHARED: Final = ("name", "kind", "enabled", "silent_after", "expect_every")


class Secret:
    """Something that logs, tracebacks and pages never show; `reveal` asks for it anew."""

    __slots__ = ("_ask",)

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask

    def reveal(self) -> str:
        """Return the secret itself.

        Raises:
            ConfigError: the file that holds it cannot be read any more.
        """
        return self._ask()

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table among several of its place: what all of them have, and the rest as it was written.

    Attributes:
        name: how it is called in metrics and logs.
        kind: what it is; its kind knows the other keys.
        enabled: false keeps the table and leaves what it tells of alone.
        values: everything else.
    """

    PLACE: ClassVar[str] = ""
    """The tables in the file."""
    PREFIX: ClassVar[str] = ""
    """Begins the names of the environment variables that hold its secrets."""
    NOUN: ClassVar[str] = ""
    """What such a table tells of, in messages."""

    name: str
    kind: str
    enabled: bool = True
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTable(Section):
    """One ``[[channels]]`` table.

    Attributes:
        name: also in ``/v1/webhooks/{name}``, and part of its cursors.
        kind: such as ``imap``; `ccm channels kinds` lists them.
        silent_after: a fetched channel with no contact to its source for so long is called silent.
        expect_every: it is called silent, too, when no event came for so long; None: may be quiet.
    """

    PLACE: ClassVar[str] = "channels"
    PREFIX: ClassVar[str] = "CCM_CHANNEL"
    NOUN: ClassVar[str] = "channel"

    silent_after: timedelta = timedelta(minutes=15)
    expect_every: timedelta | None = None


def read_channels(told: Any) -> tuple[ChannelTable, ...]:
    """Return the tables in their order.

    Raises:
        ConfigError: one has no name or kind, or shares its name with another.
    """
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise ConfigError(f"channels: found {told!r}; write tables, [[channels]]")
    if len(told) > CHANNELS_MAX:
        raise ConfigError(f"channels: found {len(told)}; write at most {CHANNELS_MAX}")
    tables = tuple(_channel(one, number) for number, one in enumerate(told, 1))
    names = [one.name for one in tables]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"channels.{name}: two tables have this name; choose another for one")
    return tables


def _channel(told: dict[str, Any], number: int) -> ChannelTable:
    name = check_name(told, number, "channels", "imap")
    hints = get_type_hints(ChannelTable)
    hints["expect_every"] = timedelta
    known = {
        key: read_value(told[key], hints[key], f"channels.{name}.{key}")
        for key in _SHARED
        if key in told
    }
    rest = {key: value for key, value in told.items() if key not in _SHARED}
    return ChannelTable(**known, values=rest)


def check_name(told: Mapping[str, Any], number: int, place: str, example: str) -> str:
    """Return the name of the table with that number, once it and its kind are seen to be there.

    Raises:
        ConfigError: it has no name or no kind.
    """
    name = told.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigError(
            f"{place}: table {number} has the name {name!r}; write lower-case letters, digits, - "
            "and _, 40 at most"
        )
    if not isinstance(told.get("kind"), str):
        raise ConfigError(
            f'{place}.{name}.kind: is missing; write, for example, kind = "{example}"'
        )
    return name


def read_section(kind: type[T], table: Section, environ: Mapping[str, str] | None = None) -> T:
    """Return what a table holds beside the shared keys, as the data class of its kind.

    Args:
        kind: a data class; its fields are the keys, those of type `Secret` come from elsewhere.
        table: as it was read.
        environ: the environment; that of the process by default.

    Raises:
        ConfigError: a key is unknown, wrong or missing, or a secret stands in the file.
    """
    environ = os.environ if environ is None else environ
    hints = get_type_hints(kind)
    secrets = [key for key, hint in hints.items() if Secret in (hint, *get_args(hint))]
    sources = [f"{key}_{way}" for key in secrets for way in ("env", "file")]
    where = f"{table.PLACE}.{table.name}"
    _check_no_secrets(table, secrets, where)
    check_names(table.values, (*(key for key in hints if key not in secrets), *sources), where)
    values = {
        key: read_value(told, _plain(hints[key]), f"{where}.{key}")
        for key, told in table.values.items()
        if key in hints
    }
    for key in secrets:
        found = _secret(key, table, environ)
        if found is not None:
            values[key] = found
    missing = [
        item.name
        for item in fields(kind)  # type: ignore[arg-type]  # mypy cannot say "a data class"
        if item.name not in values and item.default is MISSING and item.default_factory is MISSING
    ]
    if missing:
        # All at once: whoever writes a table by trial should not need a try for each key.
        raise ConfigError("; ".join(_missing(key, key in secrets, table) for key in missing))
    return kind(**values)


def _plain(hint: Any) -> Any:
    """Return a type without ``| None``: TOML has no null."""
    kept = [one for one in get_args(hint) if one is not type(None)]
    return kept[0] if isinstance(hint, UnionType) and len(kept) == 1 else hint


def _check_no_secrets(table: Section, secrets: list[str], where: str) -> None:
    for key in secrets:
        if key in table.values:
            raise ConfigError(
                f"{where}.{key}: a secret does not belong into this file; set "
                f"{_variable(table, key)}, or name a variable by {key}_env or a file by {key}_file"
            )


def _variable(table: Section, key: str) -> str:
    return _variable_of(table.PREFIX, table.name, key)


def _variable_of(prefix: str, name: str, key: str) -> str:
    return f"{prefix}_{name}_{key}".upper().replace("-", "_")


def variable_of(channel: str, key: str) -> str:
    """Return the environment variable that holds a secret of a channel where no other is named."""
    return _variable_of(ChannelTable.PREFIX, channel, key)


def _missing(key: str, is_secret: bool, table: Section) -> str:
    where = f"{table.PLACE}.{table.name}.{key}"
    if is_secret:
        return (
            f"{where}: no secret is given; set {_variable(table, key)}, or name a variable by "
            f"{key}_env or a file by {key}_file"
        )
    return f"{where}: is missing; a {table.NOUN} of the kind {table.kind} needs it"


def _secret(key: str, table: Section, environ: Mapping[str, str]) -> Secret | None:
    where = f"{table.PLACE}.{table.name}.{key}"
    if f"{key}_file" in table.values:
        path = read_value(table.values[f"{key}_file"], Path, f"{where}_file")
        found = Secret(lambda: _read(path, f"{where}_file"))
        found.reveal()
        return found
    variable = table.values.get(f"{key}_env", _variable(table, key))
    told = environ.get(read_value(variable, str, f"{where}_env"))
    if told:
        return Secret(lambda: told)
    if f"{key}_env" in table.values:
        raise ConfigError(f"{where}_env: the environment has no {variable}; set it to the secret")
    return None


def _read(path: Path, key: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            told = file.read(SECRET_CHARS_MAX).strip()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{key}: {path} cannot be read ({error})") from None
    if not told:
        raise ConfigError(f"{key}: {path} is empty; write the secret into it")
    return told
