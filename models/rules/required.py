"""What a text must hold for a pattern to match, and how near to the start of the match.

Most patterns say nothing of most texts. From a pattern's own syntax tree follows which pieces of
text every match holds, as clauses: of each clause at least one piece stands in any match (the
method is that of RE2's prefilter), and no farther from its start than the clause's reach. So a text
in which a clause has no piece need not be searched, and in others a match can only start shortly
before a piece. Where nothing follows there is no clause, and the pattern is tried everywhere: the
answer is the same, only sooner. A test compares both ways on every own text.
"""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import product
from typing import Any, Final, NamedTuple

EXACT_MAX: Final = 48
"""So many strings that a part may stand for are counted up; more are not followed."""

RATE_MAX: Final = 1 / 60
"""A clause that stands in most texts spares nothing."""

RARE: Final = 4
"""Letters from which a piece is as rare as it gets."""

_LETTERS: Final = 20.0

_parser: Any = import_module("re._parser")
"""The only parser of its kind; it has no public name."""

_ZERO_WIDTH: Final = frozenset({"AT", "ASSERT", "ASSERT_NOT"})
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


class Clause(NamedTuple):
    """Pieces of which one stands in every match, at most ``reach`` characters after its start."""

    pieces: frozenset[str]
    reach: int


class _Known(NamedTuple):
    """What is known of a part: all that it can stand for, if that is little; and its clauses."""

    exact: frozenset[str] | None
    clauses: tuple[Clause, ...] = ()


_NOTHING: Final = _Known(None)
_EMPTY: Final = _Known(frozenset({""}))


def required(pattern: re.Pattern[str]) -> tuple[Clause, ...]:
    """The clauses of a pattern, the rarest first; none where nothing follows."""
    if pattern.flags & (re.IGNORECASE | re.VERBOSE):
        return ()
    known = _of_sequence(_parser.parse(pattern.pattern))
    clauses = {clause for clause in _told(known) if rate(clause) <= RATE_MAX}
    return tuple(sorted(clauses, key=_worth, reverse=True))


def starts_a_word(pattern: re.Pattern[str]) -> bool:
    """Whether every match starts where a word does, or ends."""
    first = next(iter(_parser.parse(pattern.pattern)), None)
    return first is not None and str(first[0]) == "AT" and str(first[1]) == "AT_BOUNDARY"


def is_never_empty(pattern: re.Pattern[str]) -> bool:
    """Whether every match has a character."""
    return bool(_parser.parse(pattern.pattern).getwidth()[0])


def rate(clause: Clause) -> float:
    """How often some piece would stand at one place of random letters; signs are rare."""
    return sum(
        _LETTERS ** -sum(1 if char.isascii() else RARE for char in piece[:RARE])
        for piece in clause.pieces
    )


def _worth(clause: Clause) -> tuple[float, int, list[str]]:
    return (-rate(clause), -clause.reach, sorted(clause.pieces))


def _told(known: _Known) -> tuple[Clause, ...]:
    """The clauses, what it stands for among them; a part that may be empty says nothing."""
    if known.exact is None or "" in known.exact:
        return known.clauses
    return (*known.clauses, _clause(known.exact, 0))


def _clause(pieces: frozenset[str], reach: int) -> Clause:
    """Without the pieces that hold another: whoever holds them holds that, if farther on."""
    kept: list[str] = []
    farther = 0
    for piece in sorted(pieces, key=lambda one: (len(one), one)):
        inside = [piece.index(short) for short in kept if short in piece]
        if inside:
            farther = max(farther, min(inside))
        else:
            kept.append(piece)
    return Clause(frozenset(kept), reach + farther)


def _moved(clauses: Iterable[Clause], by: int) -> list[Clause]:
    return [clause._replace(reach=clause.reach + by) for clause in clauses]


def _of_sequence(parts: Any) -> _Known:
    """Parts in a row: what they stand for is joined as far as it stays little."""
    clauses: list[Clause] = []
    run, run_at, at = frozenset({""}), 0, 0
    whole = True
    for row, (code, argument) in enumerate(parts):
        known = _of_part(str(code), argument)
        clauses += _moved(known.clauses, at)
        if known.exact is not None and len(run) * len(known.exact) <= EXACT_MAX:
            run = frozenset(map("".join, product(run, known.exact)))
        else:
            clauses += _moved(_told(_Known(run)), run_at)
            whole = False
            run = known.exact or frozenset({""})
            run_at = at
            if known.exact is None:
                run_at = at + int(parts[row : row + 1].getwidth()[1])
        at += int(parts[row : row + 1].getwidth()[1])
    if whole:
        return _Known(run, tuple(clauses))
    return _Known(None, (*clauses, *_moved(_told(_Known(run)), run_at)))


def _of_part(code: str, argument: Any) -> _Known:
    if code == "LITERAL":
        return _Known(frozenset({chr(argument)}))
    if code in _ZERO_WIDTH:
        return _EMPTY
    if code == "IN":
        return _of_class(argument)
    if code == "BRANCH":
        return _of_choice([_of_sequence(branch) for branch in argument[1]])
    if code == "SUBPATTERN":
        _, flags, _, parts = argument
        return _NOTHING if flags else _of_sequence(parts)
    if code == "ATOMIC_GROUP":
        return _of_sequence(argument)
    return _of_repeat(*argument) if code in _REPEATS else _NOTHING


def _of_class(members: Sequence[tuple[Any, Any]]) -> _Known:
    if any(str(code) != "LITERAL" for code, _ in members):
        return _NOTHING
    return _Known(frozenset(chr(value) for _, value in members))


def _of_choice(branches: Sequence[_Known]) -> _Known:
    """One of several: all that they stand for, or else the best clause of each, joined."""
    exact = frozenset[str]().union(*(one.exact or () for one in branches))
    if all(one.exact is not None for one in branches) and len(exact) <= EXACT_MAX:
        return _Known(exact)
    best = [max(told, key=_worth) for one in branches if (told := _told(one))]
    if len(best) < len(branches):
        return _NOTHING
    pieces = frozenset[str]().union(*(one.pieces for one in best))
    return _Known(None, (_clause(pieces, max(one.reach for one in best)),))


def _of_repeat(least: int, most: int, parts: Any) -> _Known:
    known = _of_sequence(parts)
    if (least, most) == (1, 1):
        return known
    if least:
        return _Known(None, _told(known))
    if most == 1 and known.exact is not None and len(known.exact) < EXACT_MAX:
        return _Known(known.exact | {""})
    return _NOTHING
