"""The tables ``[policy]`` and ``[calendar]``: by which rules we judge, and what is working time."""

import re
from dataclasses import fields, replace
from datetime import date, time
from hashlib import blake2b
from typing import Any, Final, get_type_hints

import msgspec

from pipeline.config.values import check_names, read_value
from pipeline.domain.calendar import OFFICE_WEEK, Calendar, Hours, Shift, load_zone
from pipeline.domain.policy import Policy
from pipeline.errors import ConfigError

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TOPICS_MAX: Final = 20
_SHIFT: Final = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")


def read_policy(table: dict[str, Any], calendar: dict[str, Any]) -> Policy:
    """Return the policy of the two tables, its version stamped by what differs from the defaults.

    Raises:
        ConfigError: a value is unknown or wrong.
    """
    hints = {key: kind for key, kind in get_type_hints(Policy).items() if key != "calendar"}
    check_names(table, tuple(hints), "policy")
    values = {key: read_value(told, hints[key], f"policy.{key}") for key, told in table.items()}
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
    check_names(table, ("zone", "holidays", *DAYS), "calendar")
    hours: Hours = tuple(
        _shifts(table[day], f"calendar.{day}") if day in table else OFFICE_WEEK[number]
        for number, day in enumerate(DAYS)
    )
    return Calendar(
        zone=read_value(table.get("zone", "UTC"), str, "calendar.zone"),
        hours=hours,
        holidays=read_value(table.get("holidays", ()), frozenset[date], "calendar.holidays"),
    )


def _shifts(told: Any, key: str) -> tuple[Shift, ...]:
    texts: tuple[str, ...] = read_value(told, tuple[str, ...], key)
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
