"""Values stay as they were made: the type checker sees to it, not the running program."""

from dataclasses import replace
from pathlib import Path

import pytest
from mypy import api

from pipeline.domain.frozen import frozen

CHANGED = """
from pipeline.domain.frozen import frozen

@frozen
class Point:
    x: int = 0

point = Point(x=1)
point.x = 2
Point(3)
"""


@frozen
class Point:
    """A value."""

    x: int = 0


def test_who_changes_a_value_is_told_by_the_type_checker(tmp_path: Path) -> None:
    """So is who makes one without naming its fields."""
    file = tmp_path / "changed.py"
    file.write_text(CHANGED)
    told, _, status = api.run([str(file), "--cache-dir", str(tmp_path), "--strict"])
    assert status == 1
    assert 'Property "x" defined in "Point" is read-only' in told
    assert "Too many positional arguments" in told


def test_equal_values_are_one_in_a_set_and_are_replaced_not_changed() -> None:
    """They have slots: nothing can be hung on them."""
    assert {Point(x=1), Point(x=1)} == {Point(x=1)}
    assert replace(Point(x=1), x=2) == Point(x=2) != Point(x=1)
    with pytest.raises(AttributeError):
        object.__setattr__(Point(x=1), "y", 3)
