"""Every figure of the model card, from a reader and the sets that judge it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from models.evaluation.measures import (
    Figure,
    calibration_error,
    error_by_chance,
    f1,
    macro_f1,
    macro_f1_of,
)
from models.evaluation.sets import HELD_OUT, load_2015, load_acl2019, load_threads
from models.reading import PRESENT, RESPONSE_CLASSES, Reader, Reading, Text
from models.stack.outputs import FLAGS
from models.training.example import LABELS, Example

POSITIVES_MIN: Final = 15
"""A signal with fewer positives says little; it is left out of the mean."""

CALIBRATED_MIN: Final = 100
"""Examples from which the calibration of a signal is told."""

Log = Callable[[str], None]


class Doubting(Reader, Protocol):
    """A reader that also tells the probability of what is not present."""

    def probabilities(self, text: Text) -> dict[str, float]:
        """Each signal's probability."""
        ...


def evaluate(
    reader: Reader, data: Path, log: Log = lambda _told: None, held_out: bool = True
) -> list[Figure]:
    """The figures on the sets below ``data``; none of them was seen in training.

    Args:
        reader: to be judged.
        data: the directory of the public sets.
        log: told of each set.
        held_out: whether the set is asked that was not looked at while building, either. Ask it
            once, when everything is chosen: what is looked at while choosing is held out no more.
    """
    figures: list[Figure] = []
    for name, load in (("acl2019", load_acl2019), ("complaints-2015", load_2015)):
        examples = load(data)
        log(f"{name}: {len(examples)} tweets")
        figures += complaint_figures(name, examples, read_all(reader, examples))
    if held_out:
        unseen = load_threads(data, HELD_OUT)
        log(f"held-out threads: {len(unseen)} messages")
        figures += signal_figures("held out", unseen, read_all(reader, unseen))
    threads = load_threads(data)
    log(f"development threads: {len(threads)} messages")
    readings = read_all(reader, threads)
    figures += signal_figures("threads", threads, readings)
    if isinstance(getattr(reader, "probabilities", None), Callable):  # type: ignore[arg-type]  # a Protocol's own check would import more
        figures += calibration_figures("threads", threads, reader)  # type: ignore[arg-type]  # just seen to be one
    return figures


def mean_f1(reader: Reader, examples: Sequence[Example]) -> float:
    """Mean F1 over the signals with enough positives."""
    return float(np.mean([one.value for one in _signals("", examples, read_all(reader, examples))]))


def read_all(reader: Reader, examples: Sequence[Example]) -> list[Reading]:
    """What the reader says of each example's text."""
    return reader.read([one.text for one in examples])


def complaint_figures(
    name: str, examples: Sequence[Example], readings: Sequence[Reading]
) -> list[Figure]:
    """Complaint or not: macro F1 of all, of those directed at a company, and of each domain."""
    found, told = _found(readings, "complaint"), _told(examples, "complaint")
    slices: list[tuple[str, NDArray[np.bool_]]] = [("all", np.ones(len(told), dtype=bool))]
    for kind in ("directed", "domain"):
        values = [dict(one.slices).get(kind) for one in examples]
        for value in sorted({str(value) for value in values if value not in (None, "False")}):
            label = "directed" if kind == "directed" else value
            slices.append((label, np.array([one == value for one in values])))
    aims = {("acl2019", "all"): 0.82, ("complaints-2015", "all"): 0.80}
    return [
        Figure(
            name=f"{name}: complaint or not, macro F1, {label}",
            value=macro_f1(found[rows], told[rows]),
            n=int(rows.sum()),
            positives=int(told[rows].sum()),
            aim=aims.get((name, label)),
        )
        for label, rows in slices
    ]


def signal_figures(
    name: str, examples: Sequence[Example], readings: Sequence[Reading]
) -> list[Figure]:
    """F1 of each signal with enough positives, their mean, and how often the class is right."""
    figures = list(_signals(name, examples, readings))
    mean = float(np.mean([one.value for one in figures])) if figures else 0.0
    rows = [row for row, one in enumerate(examples) if one.response is not None]
    right = [_response(readings[row]) == examples[row].response for row in rows]
    classes = macro_f1_of(
        [str(_response(readings[row])) for row in rows],
        [str(examples[row].response) for row in rows],
        RESPONSE_CLASSES,
    )
    return [
        *figures,
        Figure(name=f"{name}: mean F1 of these", value=mean, n=len(examples), aim=0.82),
        Figure(
            name=f"{name}: response class, accuracy",
            value=float(np.mean(right)) if right else 0.0,
            n=len(rows),
            aim=0.85,
        ),
        Figure(name=f"{name}: response class, macro F1", value=classes, n=len(rows)),
    ]


def _signals(
    name: str, examples: Sequence[Example], readings: Sequence[Reading]
) -> Iterator[Figure]:
    for signal in (*LABELS["inbound"], *FLAGS, *RESPONSE_CLASSES):
        rows = np.array([signal in one.known for one in examples])
        told = _told(examples, signal)[rows]
        if told.sum() >= POSITIVES_MIN:
            found = _found(readings, signal)[rows]
            yield Figure(
                name=f"{name}: {signal}, F1",
                value=f1(found, told),
                n=int(rows.sum()),
                positives=int(told.sum()),
            )


def calibration_figures(name: str, examples: Sequence[Example], reader: Doubting) -> list[Figure]:
    """Calibration error of each signal with enough examples of both kinds."""
    told = [reader.probabilities(one.text) for one in examples]
    figures = []
    for signal in (*LABELS["inbound"], *FLAGS, *RESPONSE_CLASSES):
        rows = [row for row, one in enumerate(examples) if signal in one.known and told[row]]
        gold = np.array([signal in examples[row].names for row in rows])
        if len(rows) < CALIBRATED_MIN or gold.sum() < POSITIVES_MIN:
            continue
        probability = np.array([told[row][signal] for row in rows])
        figures.append(
            Figure(
                name=f"{name}: {signal}, calibration error",
                value=calibration_error(probability, gold),
                n=len(rows),
                positives=int(gold.sum()),
                aim=0.05,
            )
        )
        figures.append(
            Figure(
                name=f"{name}: {signal}, calibration error of true probabilities, by chance",
                value=error_by_chance(probability),
                n=len(rows),
            )
        )
    return figures


def _found(readings: Sequence[Reading], signal: str) -> NDArray[np.bool_]:
    return np.array(
        [
            any(one.name == signal and one.probability >= PRESENT for one in reading.signals)
            for reading in readings
        ]
    )


def _told(examples: Sequence[Example], signal: str) -> NDArray[np.bool_]:
    return np.array([signal in one.names for one in examples])


def _response(reading: Reading) -> str | None:
    return next((one.name for one in reading.signals if one.name in RESPONSE_CLASSES), None)
