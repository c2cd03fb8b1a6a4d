"""A message's text cut where its signals and evidence begin and end, so that both can be marked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

TEXT_SHOWN_MAX: Final = 2_000
"""Characters of a message that are shown at once; the rest unfolds."""

WORD_MAX: Final = 40
_WORD_REST: Final = re.compile(rf"(?:[.,'’-]?\w){{1,{WORD_MAX}}}")
_WORD_END: Final = re.compile(rf"(?:\w[.,'’-]?){{1,{WORD_MAX}}}\Z")


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

    Marks may overlap; what lies outside of the text is cut off, empty marks are left out, and no
    word or amount is cut in two. Joined, the pieces are the text.
    """
    fitting = [_whole(text, one) for one in marks if 0 <= one.start < min(one.end, len(text))]
    edges = {0, len(text)}
    for one in fitting:
        edges |= {one.start, one.end}
    ordered = sorted(edges)
    return tuple(
        _segment(text, start, end, fitting) for start, end in pairwise(ordered) if end > start
    )


def _whole(text: str, mark: Mark) -> Mark:
    """Return the mark with the words whole into which it cuts: "took $3" of "took $307.54"."""
    start, end = mark.start, min(mark.end, len(text))
    before = _WORD_END.search(text, max(0, start - WORD_MAX), start)
    if before and text[start].isalnum():
        start = before.start()
    after = _WORD_REST.match(text, end)
    if after and text[end - 1].isalnum():
        end = after.end()
    return replace(mark, start=start, end=end)


def _segment(text: str, start: int, end: int, marks: Sequence[Mark]) -> Segment:
    over = [one for one in marks if one.start < end and one.end > start]
    labels = tuple(dict.fromkeys(one.label for one in over))
    ending = dict.fromkeys(one.label for one in over if one.end == end)
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
