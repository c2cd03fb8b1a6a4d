"""A message's text cut where its signals and evidence begin and end, so that both can be marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

TEXT_SHOWN_MAX: Final = 2_000
"""Characters of a message that are shown at once; the rest unfolds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Why some words are marked: ``label`` names it, ``title`` says more on hovering."""

    start: int
    end: int
    label: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Some text, and what is to be said of it; plain where ``labels`` is empty.

    ``ends`` lists the labels of the marks whose last words these are: there the page names them.
    """

    text: str
    title: str = ""
    labels: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def segments(text: str, marks: Iterable[Mark]) -> tuple[Segment, ...]:
    """Return ``text`` in pieces, each under the same marks from end to end.

    Marks may overlap; what lies outside of the text is cut off, and empty marks are left out.
    Joined, the pieces are the text.
    """
    fitting = [one for one in marks if 0 <= one.start < min(one.end, len(text))]
    edges = {0, len(text)}
    for one in fitting:
        edges |= {one.start, min(one.end, len(text))}
    ordered = sorted(edges)
    return tuple(
        _segment(text, start, end, fitting) for start, end in pairwise(ordered) if end > start
    )


def _segment(text: str, start: int, end: int, marks: Sequence[Mark]) -> Segment:
    over = [one for one in marks if one.start < end and one.end > start]
    labels = tuple(dict.fromkeys(one.label for one in over))
    ending = dict.fromkeys(one.label for one in over if min(one.end, len(text)) == end)
    title = "; ".join(dict.fromkeys(one.title for one in over))
    return Segment(text=text[start:end], title=title, labels=labels, ends=tuple(ending))


def folded(
    pieces: Sequence[Segment], shown: int = TEXT_SHOWN_MAX
) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Return the pieces to show at once, ``shown`` characters in all, and the rest."""
    first: list[Segment] = []
    rest: list[Segment] = []
    left = shown
    for piece in pieces:
        if len(piece.text) <= left:
            first.append(piece)
        elif left > 0:
            first.append(Segment(text=piece.text[:left], title=piece.title, labels=piece.labels))
            rest.append(
                Segment(
                    text=piece.text[left:], title=piece.title, labels=piece.labels, ends=piece.ends
                )
            )
        else:
            rest.append(piece)
        left = max(0, left - len(piece.text))
    return tuple(first), tuple(rest)


def anchor(event: str) -> str:
    """Return the anchor of an event on the page of its case."""
    return "e-" + "".join(letter if letter.isalnum() else "-" for letter in event)
