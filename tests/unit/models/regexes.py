"""A static look at regular expressions: what could make one work more than linearly.

A pattern tried at every place of a text does at most (places) x (work at one place). The work at
one place is bounded when nothing in the pattern repeats without bound, and small when repetitions
whose bodies vary in length are not nested: then backtracking cannot multiply.
"""

import re
import types
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Final

parser: Any = import_module("re._parser")
"""The only parser of its kind; it has no public name."""

WAYS_MAX: Final = 64
"""How often the innermost of nested repetitions may come in all, where bodies vary in length."""

_REPEATS: Final = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def patterns_of(package: types.ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every compiled pattern that a module of the package holds, with where it stands.

    Training needs an extra (torch) and reads no stranger's text: left out where it is not there.
    """
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        try:
            module = import_module(info.name)
        except ModuleNotFoundError as missing:
            if str(missing.name).startswith(package.__name__):
                raise
            continue
        for name, value in vars(module).items():
            if getattr(value, "__module__", info.name) == info.name or not callable(value):
                yield from _patterns(f"{info.name}.{name}", value)


def _patterns(place: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _patterns(f"{place}[{key!r}]", item)
    elif isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from _patterns(f"{place}[{number}]", item)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for name in value.__dataclass_fields__:
            yield from _patterns(f"{place}.{name}", getattr(value, name))


def unbounded(pattern: str, flags: int = 0) -> list[str]:
    """What repeats without bound."""
    return [f"{low}..: {item!r:.80}" for low, high, item in _repeats(pattern, flags) if _open(high)]


def ways(pattern: str, flags: int = 0) -> int:
    """The largest product of bounds of nested repetitions that vary in length."""
    return _ways(parser.parse(pattern, flags))


def _open(high: Any) -> bool:
    return high is parser.MAXREPEAT or str(high) == "MAXREPEAT"


def _repeats(pattern: str, flags: int) -> Iterator[tuple[int, Any, Any]]:
    todo = [parser.parse(pattern, flags)]
    while todo:
        for op, argument in todo.pop():
            if str(op) in _REPEATS:
                yield argument
            todo += list(_children(argument))


def _children(argument: object) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for item in argument:
            yield from _children(item)


def _ways(node: Any) -> int:
    most = 1
    for op, argument in node:
        inner = max((_ways(child) for child in _children(argument)), default=1)
        if str(op) in _REPEATS:
            low, high, body = argument
            body_low, body_high = body.getwidth()
            varies = low != high and (inner > 1 or body_low != body_high)
            inner = inner * (int(high) if varies and not _open(high) else 1)
            if low != high and not varies:
                inner = max(inner, 2)
        most = max(most, inner)
    return most
