"""Lines of older versions of the interchange format, brought up to the present one.

A line tells its version in ``format``; where it tells none, it is of version 1. A change that older
readers would misread raises `SCHEMA`, writes ``format`` from then on, and puts a step into
`UPCASTS`; lines that are in the log already are never rewritten. A newer field that older readers
may leave alone needs none of this: unknown fields are kept.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from pipeline.errors import BadEvent
from pipeline.wire.schema import SCHEMA

FORMAT: Final = "format"
Object = dict[str, Any]
Upcast = Callable[[Object], Object]
"""Returns the object as the next version writes it."""
UPCASTS: Final[Mapping[int, Upcast]] = MappingProxyType({})
"""By the version from which each leads to the next. There has been no version before 1."""


def upcast(found: Object, upcasts: Mapping[int, Upcast] = UPCASTS, newest: int = SCHEMA) -> Object:
    """Return a line's object as the newest version would have written it.

    Args:
        found: the object as it came.
        upcasts: a step for each older version.
        newest: the version that is read.

    Raises:
        BadEvent: its version is none, or one of the future.
    """
    version = found.get(FORMAT)
    if version is None:
        version = 1
    if type(version) is not int or version < 1:
        raise BadEvent(
            f"field `format`: found {version!r}, expected the version of the interchange format, "
            f"a number from 1 to {newest}; leave it out for 1"
        )
    if version > newest:
        raise BadEvent(
            f"field `format`: found an event of version {version}, this ccm reads up to {newest}; "
            "update it, and then `ccm dead-letters retry`"
        )
    for older in range(version, newest):
        found = upcasts[older](found)
    return found
