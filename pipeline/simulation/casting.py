"""Which script a journey follows: drawn by weight from those that have room before the end."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Final

from pipeline.simulation.script import FOREVER, Script
from pipeline.simulation.scripts import SCRIPTS

SPREAD: Final = 14 * 86_400
"""How far before its latest opening a journey opens that had no room in its slot, in seconds."""


class Casting:
    """Draws scripts.

    Args:
        mix: weights by name of script; empty for the scripts' own weights.

    Raises:
        ValueError: ``mix`` names a script that does not exist, or no weight is above zero.
    """

    def __init__(self, mix: Mapping[str, float]) -> None:
        unknown = set(mix) - {script.name for script in SCRIPTS}
        if unknown:
            raise ValueError(
                f"the mix names {', '.join(sorted(unknown))}; expected names of scripts such as "
                f"{SCRIPTS[0].name} (all are in pipeline.simulation.SCRIPTS)"
            )
        self._weighted = [
            (script, weight)
            for script in SCRIPTS
            for weight in (mix.get(script.name, 0.0) if mix else script.weight,)
            if weight > 0
        ]
        if not self._weighted:
            raise ValueError("the mix leaves no script with a weight above zero")

    def draw(self, room: int, rng: Random) -> tuple[Script, int]:
        """Return a script, and how many seconds before the end it opens: ``room`` if it can."""
        scripts, sums = self._by_room[bisect_right(self._edges, room)]
        if scripts:
            return scripts[bisect_right(sums, rng.random() * sums[-1])], room
        script = self.draw_any(rng)
        least, most = script.room
        return script, rng.randint(least, min(most, least + SPREAD))

    def draw_any(self, rng: Random) -> Script:
        """Return a script, by weight alone."""
        scripts = [script for script, _ in self._weighted]
        return rng.choices(scripts, [weight for _, weight in self._weighted])[0]

    @cached_property
    def _edges(self) -> list[int]:
        """The rooms at which the choice of scripts changes."""
        rooms = [script.room for script, _ in self._weighted]
        return sorted({edge for least, most in rooms for edge in (least, most + 1)})

    @cached_property
    def _by_room(self) -> list[tuple[Sequence[Script], list[float]]]:
        """For each interval between the edges the scripts that have room, and their sums."""
        inside = [-1, *self._edges]
        choices: list[tuple[Sequence[Script], list[float]]] = []
        for room in inside:
            fitting = [one for one in self._weighted if one[0].room[0] <= room <= one[0].room[1]]
            sums = list(accumulate(weight for _, weight in fitting))
            choices.append(([script for script, _ in fitting], sums))
        assert self._edges[-1] <= FOREVER + 1
        return choices
