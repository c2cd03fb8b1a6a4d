"""Values that nobody may change, at no cost when they are made.

A data class that is frozen at run time fills each field through ``object.__setattr__``, which takes
three times as long as an assignment; of verdicts and events we make tens of thousands a second. So
these are frozen for the type checker, which every line passes, and plain at run time.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=True)
def frozen(cls: type[T]) -> type[T]:
    """Make ``cls`` a data class with slots and keywords that may be hashed, and never assigned."""
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(cls)
