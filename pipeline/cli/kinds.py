"""A kind of channel as a table to copy: its keys, what they mean, and where its secrets come from.

Everything is read off the data class of the kind's settings: names, types and defaults from its
fields, meanings from the `Attributes` of its docstring. So a kind of your own is shown alike.
"""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, timedelta
from pathlib import Path
from textwrap import wrap
from typing import Any, Final, get_args, get_type_hints

from pipeline.config import Secret
from pipeline.config.channels import variable_of
from pipeline.connectors.ports import Kind

WIDTH: Final = 96
_ATTRIBUTE: Final = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_EXAMPLES: Final[Mapping[Any, str]] = {
    str: '"…"', Path: '"…"', int: "0", float: "0.0", bool: "false", date: "2026-11-01",
}  # fmt: skip
_SHARED: Final = (
    '# silent_after = "15 min"  # without contact to the source for so long it is called silent',
    '# expect_every = "2 d"  # and without any event for so long; left out: it may be quiet',
    "# enabled = true",
)


def table_of(name: str, kind: Kind) -> Iterator[str]:
    """Yield the lines of a table of a kind, with every key that it may have.

    What a table needs stands there to be filled in, all else with its default behind a ``#``.
    """
    meanings, hints = meanings_of(kind.settings), get_type_hints(kind.settings)
    items: list[Field[Any]] = list(fields(kind.settings))
    secrets = [one for one in items if Secret in (hints[one.name], *get_args(hints[one.name]))]
    yield f"# {kind.about}"
    yield "[[channels]]"
    yield 'name = "…"'
    yield f"kind = {json.dumps(name)}"
    for item in items:
        if item not in secrets:
            yield from _told(_line(item, hints[item.name]), meanings.get(item.name, ""))
    yield from _SHARED
    if secrets:
        yield "# Secrets do not belong into the file. For a channel called NAME set"
    for item in secrets:
        variable, optional = variable_of("NAME", item.name), item.default is not MISSING
        ways = f"{variable}, or write {item.name}_file" + (" (optional)" if optional else "")
        yield f"#   {ways}"
        yield from (f"#     {line}" for line in wrap(meanings.get(item.name, ""), WIDTH - 6))


def meanings_of(settings: type[Any]) -> Mapping[str, str]:
    """Return what each key means, as the docstring of the settings tells."""
    _, _, told = (inspect.getdoc(settings) or "").partition("Attributes:")
    found = _ATTRIBUTE.findall(told)
    return {key: " ".join(text.replace("``", "`").split()) for key, text in found}


def _told(line: str, meaning: str) -> Iterator[str]:
    """Yield a line with what it means: behind it where there is room, else above."""
    behind = f"{line}  # {meaning}"
    if not meaning or len(behind) <= WIDTH:
        yield behind if meaning else line
        return
    yield from (f"# {part}" for part in wrap(meaning, WIDTH - 2))
    yield line


def _line(item: "Field[Any]", hint: Any) -> str:
    default = item.default
    if default is MISSING and item.default_factory is MISSING:
        return f"{item.name} = {_example(hint)}"
    if item.default_factory is not MISSING:
        default = item.default_factory()
    return f"# {item.name} = {_example(hint) if default in (None, '') else _toml(default)}"


def _example(hint: Any) -> str:
    for one in (hint, *get_args(hint)):
        if one in _EXAMPLES:
            return _EXAMPLES[one]
    return '["…"]'


def _toml(value: Any) -> str:
    """Return a default as TOML has it."""
    if isinstance(value, timedelta):
        return json.dumps(f"{value.total_seconds() / 60:g} min")
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, tuple):
        return json.dumps(list(value))
    return json.dumps(value)
