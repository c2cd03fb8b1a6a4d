"""What to simulate: how many journeys, from which seed, over which weeks, with which noise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

UNTIL: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
"""The default end of a simulation, so that the same command always gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What goes wrong between the source and us. None of it may change a verdict.

    The shares are of events (0 to 1), except where said; `Simulation.counts` tells how many there
    really were.

    Attributes:
        duplicates: sent a second time, byte by byte.
        edits: sent again as version 1 with a corrected text.
        deletions: share of the public posts that are deleted later (version 1, ``deleted``).
        conflicts: sent a second time under the same id and version with another text.
        skewed: told with a clock that runs ahead; ``received_at`` tells the real time.
        auto_replies: share of the company's mails that an out-of-office notice answers.
        bad_lines: lines that are no events at all, as a share of the good ones.
        late: longest extra time from happening to arrival; zero keeps the order of happening.
        shuffled: no order at all: any event may come before any other.
    """

    duplicates: float = 0.0
    edits: float = 0.0
    deletions: float = 0.0
    conflicts: float = 0.0
    skewed: float = 0.0
    auto_replies: float = 0.0
    bad_lines: float = 0.0
    late: timedelta = timedelta(0)
    shuffled: bool = False


QUIET: Final = Noise()
ROUGH: Final = Noise(
    duplicates=0.05,
    edits=0.03,
    deletions=0.1,
    conflicts=0.01,
    skewed=0.02,
    auto_replies=0.05,
    bad_lines=0.01,
    late=timedelta(days=2),
)
"""All kinds of noise at once, in amounts that a bad week shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a simulation depends on: equal plans give equal bytes.

    Attributes:
        journeys: how many journeys of customers.
        seed: replays everything.
        until: the moment at which the truth holds; nothing happens after it.
        weeks: the journeys open within so many weeks before ``until``. Journeys that cannot reach
            their end in that time open earlier, if the mix holds no others.
        noise: what goes wrong on the way.
        signals: whether events carry their gold signals; without them the texts must be read.
        mix: weights by name of script in place of the scripts' own; scripts not named do not occur.
        buffer: most lines that are held back to bring them into order of arrival (or out of it).
            Larger simulations come in roughly this order.
    """

    journeys: int = 1000
    seed: int = 0
    until: datetime = UNTIL
    weeks: int = 12
    noise: Noise = QUIET
    signals: bool = True
    mix: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    buffer: int = 100_000

    def __post_init__(self) -> None:
        if self.journeys < 0 or self.weeks < 1 or self.buffer < 1:
            raise ValueError(
                f"found journeys={self.journeys}, weeks={self.weeks}, buffer={self.buffer}; "
                "expected 0 journeys or more, and 1 or more of the others"
            )
        if self.until.tzinfo is None:
            raise ValueError(f"until={self.until} has no time zone; give an aware datetime")
