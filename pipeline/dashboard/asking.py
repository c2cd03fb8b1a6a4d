"""What an address asks for: scope, filters, pages and limits, checked before anything is read.

One parser (`asked_of`) and one writer (`Asked.at`): whatever a page shows can be kept as its
address. A range may be relative (``last=4``: this ISO week and the three before), so that a kept
address moves along.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from pipeline.domain.calendar import iso_week, week_bounds
from pipeline.domain.members import MEMBERS, Part
from pipeline.domain.scope import EVERY_CASE, CaseFilter, Scope
from pipeline.domain.tally import BAND_ORDER
from pipeline.domain.verdict import Ftr, LeftIn, Outcome, PromiseState, Route, Why
from pipeline.errors import InputError

PAGE_SIZE: Final = 50
PAGE_MAX: Final = 100_000
LIMIT: Final = 50
LIMIT_MAX: Final = 200
WEEKS_MAX: Final = 520
NAME_MAX: Final = 100
WORDS_MAX: Final = 200
CLOSED: Final[Mapping[str, tuple[str, ...]]] = {
    "outcome": get_args(Outcome),
    "route": get_args(Route),
    "left_in": get_args(LeftIn),
    "ftr": get_args(Ftr),
    "why": get_args(Why),
    "confirmed_by": ("explicit", "silent"),
    "promise": get_args(PromiseState),
    "band": BAND_ORDER,
    "figure": tuple(MEMBERS),
}
"""Filters whose values are known, by their name in the address."""
SCOPES: Final = {
    "channel": "channel", "topic": "theme", "team": "team", "since": "from", "until": "to",
}  # fmt: skip
"""Fields of a scope, and what an address calls them."""
SWITCHES: Final = {
    "unfinished": "open", "waiting": "waiting", "promised": "promised",
    "false_pause": "false_pause",
}  # fmt: skip
FORMATS: Final = ("json", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for.

    Attributes:
        which: the filter, its scope in ISO weeks.
        last: the range as it was written, where that was relative.
        page: the page of a list, from 1.
    """

    which: CaseFilter = EVERY_CASE
    last: int | None = None
    page: int = 1

    @property
    def scope(self) -> Scope:
        """Over which cases figures and lists are taken."""
        return self.which.scope

    @property
    def is_scoped(self) -> bool:
        """Whether the scope leaves anything out."""
        return self.scope != Scope()

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return self.which != EVERY_CASE

    def narrowed(self, **changes: Any) -> "Asked":
        """Return the same with fields of the scope changed."""
        scope = replace(self.scope, **changes)
        return replace(self, which=replace(self.which, scope=scope))

    def at(self, path: str, **changes: Any) -> str:
        """Return the address of ``path`` that asks for the same, with fields changed.

        Fields are those of `CaseFilter` and `Scope`, ``last`` and ``page``; a page is only kept
        where it is given.
        """
        told = {**query_of(self), "page": None, **_named(changes)}
        if {"since", "until"} & changes.keys():
            told["last"] = changes.get("last")
        elif changes.get("last"):
            told["from"] = told["to"] = None
        ordered = sorted(told.items(), key=lambda one: _ORDER.get(one[0], len(_ORDER)))
        query = urlencode({name: str(value) for name, value in ordered if value})
        mark = "&" if "?" in path else "?"
        return f"{path}{mark}{query}" if query else path

    def within(self, path: str, **changes: Any) -> str:
        """Return the address of ``path`` in the same scope, with the fields that are given."""
        return replace(self, which=CaseFilter(scope=self.scope)).at(path, **changes)


def query_of(asked: Asked) -> dict[str, str]:
    """Return the fields of an address that asks for the same, page apart."""
    which, scope = asked.which, asked.scope
    told = _named({item.name: getattr(scope, item.name) for item in fields(scope)})
    told |= _named({item.name: getattr(which, item.name) for item in fields(which)})
    if asked.last is not None:
        told |= {"from": None, "to": None, "last": str(asked.last)}
    return {name: str(value) for name, value in told.items() if value}


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields by their names in an address, with values as an address has them."""
    told: dict[str, Any] = {}
    for name, value in values.items():
        if name in SWITCHES:
            told[SWITCHES[name]] = "1" if value else None
        elif name in ("public", "paused"):
            told[name] = None if value is None else str(int(value))
        elif name == "part":
            told[name] = None if value == "all" else value
        elif name != "scope":
            told[{**SCOPES, "words": "q"}.get(name, name)] = value or None
    return told


_ORDER: Final = {
    name: place
    for place, name in enumerate((
        *SCOPES.values(), "last", "outcome", "route", "left_in", "ftr", "why", "confirmed_by",
        "promise", "band", "figure", "part", *SWITCHES.values(), "public", "paused", "q", "page",
    ))
}  # fmt: skip
"""One order of the fields, so that equal questions have equal addresses."""


def asked_of(asked: Mapping[str, str], now: datetime, zone: str) -> Asked:
    """Return what an address asks for; empty values count as not named, unknown names as absent.

    Raises:
        InputError: a value that none can have; the message says what to write.
    """
    last = _number(asked, "last", 0, WEEKS_MAX) or None
    scope = Scope(
        channel=_name(asked, "channel"),
        topic=_name(asked, "theme"),
        team=_name(asked, "team"),
        since=_since(asked, last, now, zone),
        until=_week(asked, "to", zone) if last is None else None,
    )
    if scope.since and scope.until and scope.since > scope.until:
        raise InputError(
            f"from is {scope.since} and to is {scope.until}; write the earlier week first"
        )
    closed = {name: _one_of(asked, name, known) for name, known in CLOSED.items()}
    switches = {field: _one_of(asked, name, ("0", "1")) == "1" for field, name in SWITCHES.items()}
    part = _part(asked, closed["figure"])
    which = CaseFilter(
        scope=scope,
        **closed,
        **switches,
        part=part,
        public=_either(asked, "public"),
        paused=_either(asked, "paused"),
        words=" ".join(asked.get("q", "")[:WORDS_MAX].split()),
    )
    return Asked(which=which, last=last, page=_number(asked, "page", 1, PAGE_MAX))


def limit_of(asked: Mapping[str, str]) -> int:
    """Return how many items are asked for at most.

    Raises:
        InputError: it is no number from 1 to `LIMIT_MAX`.
    """
    return _number(asked, "limit", LIMIT, LIMIT_MAX)


def format_of(asked: Mapping[str, str]) -> str:
    """Return in which form data are asked for.

    Raises:
        InputError: in one that there is not.
    """
    return _one_of(asked, "format", FORMATS) or "json"


def _part(asked: Mapping[str, str], figure: str | None) -> Part:
    part = _one_of(asked, "part", get_args(Part)) or "all"
    if figure is None or part in MEMBERS[figure]:
        return cast(Part, part)
    raise InputError(
        f"part is {part!r}, but {figure} has no such part; write {' or '.join(MEMBERS[figure])}"
    )


def _number(asked: Mapping[str, str], name: str, default: int, most: int) -> int:
    told = asked.get(name, "")
    if not told:
        return default
    if not (told.isascii() and told.isdecimal() and 1 <= int(told[:9]) <= most):
        raise InputError(f"{name} is {told[:40]!r}; write a number from 1 to {most}")
    return int(told)


def _one_of(asked: Mapping[str, str], name: str, known: tuple[str, ...]) -> Any:
    told = asked.get(name, "")
    if told and told not in known:
        raise InputError(f"{name} is {told[:40]!r}; write one of {', '.join(known)}")
    return told or None


def _either(asked: Mapping[str, str], name: str) -> bool | None:
    told = _one_of(asked, name, ("0", "1"))
    return None if told is None else told == "1"


def _name(asked: Mapping[str, str], name: str) -> str | None:
    told = asked.get(name, "").strip()
    if len(told) > NAME_MAX or not told.isprintable():
        raise InputError(f"{name} is {told[:40]!r}; write a name of at most {NAME_MAX} letters")
    return told or None


def _since(asked: Mapping[str, str], last: int | None, now: datetime, zone: str) -> str | None:
    if last is not None:
        return iso_week(now - timedelta(weeks=last - 1), zone)
    return _week(asked, "from", zone)


def _week(asked: Mapping[str, str], name: str, zone: str) -> str | None:
    """Return a week: of ``from`` and ``to``, else of ``week``, which stands for both."""
    week = asked.get(name, "").strip() or asked.get("week", "").strip()
    if not week:
        return None
    return iso_week(week_bounds(week, zone)[0], zone)
