"""The language of the scripts: a journey as data, and the truth that it must lead to.

A step is one line of words::

    [label:] delay side lane [signal[?value] ...] [option ...]

    post: 2d-5d in post complaint prior_contact?web_form

``delay`` counts from the step before, or from a labelled one (``post+2h-9h``), and is drawn
evenly from its range. ``side`` is ``in`` (the customer writes), ``out`` (the company does),
``status`` (the lane is its name), ``feedback`` (the lane is yes, no or a score).

Lanes: ``desk`` (form, mail, chat or telephone, drawn once a journey; its second message from the
customer comes by mail if the first was a form), ``form``, ``mail``, ``chat``, ``post`` (public;
platform drawn once) and ``dm`` (private, same platform). A digit after it (``desk2``) is a
conversation of its own. Values: ``promise?3d`` (due; whole days are a bare date;
``promise?3d/call`` names the deed), ``pace_request?5d``, ``info_request?order+photo``,
``prior_contact?email``.

Options: ``auto`` · ``case=b`` (belongs to another case than ``a``) · ``theme=b`` (another
complaint, with its own topic and order) · ``cites=post`` (replies to that step) · ``late=2d``
(arrives so much later) · ``unsaid`` (the gold signals of this text are given as an empty list).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

Range = tuple[int, int]
"""The shortest and the longest time, in seconds."""

FOREVER: Final = 10**9
UNITS: Final = MappingProxyType({"s": 1, "m": 60, "h": 3600, "d": 86_400})
_TIME = re.compile(r"(\d+)([smhd])")
_OPTIONS: Final = frozenset({"auto", "unsaid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A signal of a step: its name, and the value behind the question mark (empty where none)."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens. ``base`` is the label from which ``delay`` counts."""

    label: str
    base: str
    delay: Range
    side: str
    lane: str
    signals: tuple[Said, ...] = ()
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def case(self) -> str:
        """The label of the case to which it must be counted."""
        return self.options.get("case", "a")

    @property
    def theme(self) -> str:
        """The label of what the customer complains about."""
        return self.options.get("theme", "a")

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it."""
        return self.side in ("in", "out") and self.lane.startswith("post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A kind of journey and its truth.

    Attributes:
        name: what happens, in words joined by underscores.
        rule: the sentence of the definitions from which the truth follows.
        weight: share of the journeys, relative to the other scripts.
        lines: the steps, in the language above.
        rest: time from the last step to the end of the simulation for which the truth holds.
        truth: by case, the keys of the verdict that the script guarantees. A text ``@label`` stands
            for the time of that step, ``@label+14d`` for a time after it, ``case b`` for the id of
            that case, ``>0`` for any greater number.
        link: how the customer's public and private sides are known to be one person: ``any``
            (drawn), ``identity``, ``ref``, ``stated``, ``thread``, ``retracted`` or ``none``.
        refs: whether messages carry the order as a ref: ``drawn`` (journeys of one case only),
            ``always`` or ``never``.
    """

    name: str
    rule: str
    weight: float
    lines: tuple[str, ...]
    rest: str
    truth: Mapping[str, Mapping[str, Any]]
    link: str = "any"
    refs: str = "drawn"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, parsed."""
        return parse_steps(self.lines)

    @property
    def room(self) -> Range:
        """How long before the end of the simulation it may open, in seconds."""
        shortest, longest = _length(self.steps)
        least, most = parse_range(self.rest)
        return longest + least, min(FOREVER, shortest + most)


@lru_cache(maxsize=1024)
def parse_steps(lines: tuple[str, ...]) -> tuple[Step, ...]:
    """Return the steps that ``lines`` tell.

    Raises:
        ValueError: a line is not written in the language of this module.
    """
    return tuple(map(_parse_step, lines))


def parse_range(text: str) -> Range:
    """Return shortest and longest of ``2h-9h``, ``3d``, or ``14d-`` (no end), in seconds."""
    least, dash, most = text.partition("-")
    first = parse_seconds(least)
    if not dash:
        return first, first
    return first, parse_seconds(most) if most else FOREVER


def parse_seconds(text: str) -> int:
    """Return the seconds of ``90m``, ``1d12h`` or ``0``.

    Raises:
        ValueError: it is no such text.
    """
    parts = _TIME.findall(text)
    if text != "0" and ("".join(map("".join, parts)) != text or not text):
        raise ValueError(f"{text!r} is no time; write such as 90m, 1d12h or 0")
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def _parse_step(line: str) -> Step:
    words = line.split()
    label = words.pop(0)[:-1] if words[0].endswith(":") else ""
    if len(words) < 3:
        raise ValueError(f"step {line!r}: expected at least delay, side and lane")
    base, _, delay = words[0].rpartition("+")
    options = [word for word in words[3:] if word in _OPTIONS or "=" in word]
    signals = [word.partition("?") for word in words[3:] if word not in options]
    return Step(
        label=label,
        base=base,
        delay=parse_range(delay),
        side=words[1],
        lane=words[2],
        signals=tuple(Said(name=name, value=value) for name, _, value in signals),
        options={name: value for name, _, value in (option.partition("=") for option in options)},
    )


def _length(steps: tuple[Step, ...]) -> Range:
    """Return the shortest and longest time from the first step to the last in time."""
    return (
        max(offsets(steps, [step.delay[0] for step in steps])),
        max(offsets(steps, [step.delay[1] for step in steps])),
    )


def offsets(steps: tuple[Step, ...], delays: list[int]) -> list[int]:
    """Return when each step happens, in seconds after the opening."""
    labels: dict[str, int] = {}
    result: list[int] = []
    for step, delay in zip(steps, delays, strict=True):
        before = result[-1] if result else 0
        result.append((labels[step.base] if step.base else before) + delay)
        if step.label:
            labels[step.label] = result[-1]
    return result
