"""One value of a setting, of the type that the setting has; what is wrong is told by its key."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

from pipeline.errors import ConfigError

_UNITS: Final = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION: Final = re.compile(r"(\d{1,6})\s*(s|min|h|d|w)")


def check_names(told: Mapping[str, Any], known: tuple[str, ...], table: str) -> None:
    """Let only known keys pass.

    Raises:
        ConfigError: one is unknown; the message lists those that are known.
    """
    for name in told:
        if name not in known:
            key = f"{table}.{name}" if table else name
            raise ConfigError(
                f"{key}: is no setting; {meant(name, known)}known here are "
                f"{', '.join(sorted(known))}"
            )


def meant(told: str, known: Iterable[str]) -> str:
    """Return the question whether a name like this one was meant; empty where there is none."""
    near = get_close_matches(told.lower(), known, n=1)
    return f"did you mean {near[0]}? " if near else ""


def read_value(told: Any, kind: Any, key: str) -> Any:
    """Return a value of the type that a setting has.

    Raises:
        ConfigError: it is of another; the message names the key and what was found.
    """
    if kind is Path and isinstance(told, str):
        return Path(told).expanduser()
    if kind is timedelta:
        return _duration(told, key)
    if get_origin(kind) is Literal and told not in get_args(kind):
        choices = ", ".join(str(one) for one in get_args(kind))
        raise ConfigError(f"{key}: found {told!r}; write one of {choices}")
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
