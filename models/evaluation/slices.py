"""Figures by industry, channel and region, on own texts that nothing had been fitted on.

Our own texts say where they come from; the public sets do not. What is judged here was said in
training of texts outside of the encoder's part, by weighings fitted on other conversations
(``unseen.npz`` of an artefact), with every layer asked. What the exits cost is told beside it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.evaluation.measures import Figure, calibration_error, f1
from models.reading import Direction
from models.stack.store import STAGES, UNSEEN, load_stack
from models.stack.telling import choose
from models.stack.weighing import NAMES, probabilities
from models.training.corpora import load_own
from models.training.example import Example
from models.training.exits import MAIN

KINDS: Final = ("industry", "channel", "region")
SLICE_MIN: Final = 60
"""A slice of fewer texts is not told."""

POSITIVES_MIN: Final = 15
CALIBRATED_MIN: Final = 100
_DIRECTIONS: Final[tuple[Direction, ...]] = ("inbound", "outbound")


class Judged(NamedTuple):
    """A text, what was said of it, and what was told of that."""

    example: Example
    logits: NDArray[np.float32]
    probability: dict[str, float]
    chosen: frozenset[str]


def load_unseen(folder: Path, stage: str = STAGES[-1]) -> list[Judged]:
    """What an artefact keeps of own texts that nothing had been fitted on, as one of its stages
    reads them."""
    own = {one.text.id: one for one in load_own()}
    found: list[Judged] = []
    if not (folder / UNSEEN).exists():  # artefacts made before it was kept
        return found
    with np.load(folder / UNSEEN, allow_pickle=False) as kept:
        for way in _DIRECTIONS:
            for name, row in zip(kept[f"{way}-ids"], kept[f"{way}-{stage}"], strict=True):
                if (one := own.get(str(name))) is not None:
                    logits = row.astype(np.float32)
                    probability = probabilities(way, logits)
                    chosen = frozenset(choose(way, probability))
                    found.append(Judged(one, logits, probability, chosen))
    return found


def unseen_figures(folder: Path) -> list[Figure]:
    """F1 and calibration of each signal on own texts, then their means in each slice."""
    judged = load_unseen(folder)
    figures = [*_signals(judged), *_calibrations(judged)]
    for kind in KINDS:
        figures += _slices(judged, kind)
    return figures


def exit_figures(folder: Path) -> Iterator[Figure]:
    """F1 where every text stops at one stage, and where the exits decide; and how many stop where.

    Mean F1 over all signals, and over those that most rests on (`models.training.exits.MAIN`).
    """
    ways: dict[str, list[Judged]] = {
        f"{stage} for every text": load_unseen(folder, stage) for stage in STAGES
    }
    if not ways[f"{STAGES[0]} for every text"]:
        return
    paths = _paths(folder, list(ways.values()))
    ways["the exits decide"] = [
        ways[f"{path} for every text"][row] for row, path in enumerate(paths)
    ]
    for name, judged in ways.items():
        each = {one.name: one.value for one in _signals(judged)}
        main = [value for told, value in each.items() if told.split(": ")[1][:-4] in MAIN]
        for what, values in (("all signals", list(each.values())), ("the main ones", main)):
            yield Figure(
                name=f"own, unseen, {name}: mean F1 of {what}",
                value=float(np.mean(values)),
                n=len(judged),
            )
    for stage in STAGES:
        yield Figure(
            name=f"own, unseen: share left after {stage}",
            value=paths.count(stage) / len(paths),
            n=len(paths),
        )


def _paths(folder: Path, stages: Sequence[Sequence[Judged]]) -> list[str]:
    """Where each text is left: after the first stage whose exit takes it."""
    stack = load_stack(folder)
    found = []
    for told in zip(*stages, strict=True):
        way = told[0].example.direction
        path = STAGES[-1]
        for stage, leave, one in zip(STAGES, stack.exits[way], told, strict=False):
            if leave.leaves(way, one.logits):
                path = stage
                break
        found.append(path)
    return found


def _signals(judged: Sequence[Judged]) -> Iterator[Figure]:
    for name in dict.fromkeys(name for way in _DIRECTIONS for name in NAMES[way]):
        told, found, _ = _of(judged, name)
        if told.sum() >= POSITIVES_MIN:
            yield Figure(
                name=f"own, unseen: {name}, F1",
                value=f1(found, told),
                n=len(told),
                positives=int(told.sum()),
            )


def _calibrations(judged: Sequence[Judged]) -> Iterator[Figure]:
    for name in dict.fromkeys(name for way in _DIRECTIONS for name in NAMES[way]):
        told, _, probability = _of(judged, name)
        if len(told) >= CALIBRATED_MIN and told.any():
            yield Figure(
                name=f"own, unseen: {name}, calibration error",
                value=calibration_error(probability, told),
                n=len(told),
                positives=int(told.sum()),
                aim=0.05,
            )


def _slices(judged: Sequence[Judged], kind: str) -> Iterator[Figure]:
    values = [dict(one.example.slices).get(kind, "") for one in judged]
    for value in sorted(set(values) - {""}):
        part = [one for one, its in zip(judged, values, strict=True) if its == value]
        if len(part) < SLICE_MIN:
            continue
        scores = [one.value for one in _signals(part)]
        if scores:
            yield Figure(
                name=f"own, unseen, {kind} {value}: mean F1 of {len(scores)} signals",
                value=float(np.mean(scores)),
                n=len(part),
            )
        classed = [one for one in part if one.example.response is not None]
        if len(classed) >= SLICE_MIN:
            right = [one.example.response in one.chosen for one in classed]
            yield Figure(
                name=f"own, unseen, {kind} {value}: response class, accuracy",
                value=float(np.mean(right)),
                n=len(classed),
            )
        yield _error(part, f"own, unseen, {kind} {value}: calibration error, all signals")


def _error(part: Sequence[Judged], name: str) -> Figure:
    """Over every pair of a text and a signal."""
    pairs = [
        (probability, signal in one.example.names)
        for one in part
        for signal, probability in one.probability.items()
    ]
    told = np.array([is_there for _, is_there in pairs])
    probability = np.array([said for said, _ in pairs])
    return Figure(name=name, value=calibration_error(probability, told), n=len(part))


def _of(
    judged: Sequence[Judged], name: str
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    """Of a signal: whether it is there, whether it was told, how probable it was said to be."""
    part = [one for one in judged if name in one.example.known]
    told = np.array([name in one.example.names for one in part], dtype=np.bool_)
    found = np.array([name in one.chosen for one in part], dtype=np.bool_)
    return told, found, np.array([one.probability[name] for one in part])
