"""Two pictures of the model card; they need matplotlib (the extra ``train``)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.evaluation.evaluate import Doubting
from models.evaluation.measures import calibration
from models.training.example import Example


def plot_calibration(
    reader: Doubting, examples: Sequence[Example], signals: Sequence[str], path: Path
) -> None:
    """How often a signal was there, against how probable it was said to be.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure as Sheet

    told = [reader.probabilities(one.text) for one in examples]
    sheet = Sheet(figsize=(5, 5))
    axes = sheet.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for signal in signals:
        rows = [row for row, one in enumerate(examples) if signal in one.known and told[row]]
        gold = np.array([signal in examples[row].names for row in rows])
        probability = np.array([told[row][signal] for row in rows])
        parts = calibration(probability, gold, bins=5)
        axes.plot([one[0] for one in parts], [one[1] for one in parts], marker="o", label=signal)
    axes.set_xlabel("said probability, by fifths")
    axes.set_ylabel("share of texts that carry it")
    axes.set_title(f"Calibration on the development threads (n={len(examples)})")
    axes.legend(fontsize=7)
    sheet.savefig(path, format="svg")


def plot_speed(points: Sequence[tuple[str, float, float]], path: Path) -> None:
    """Mean F1 against texts a second: name, texts a second, F1 of each way to read.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure as Sheet

    sheet = Sheet(figsize=(5, 4))
    axes = sheet.add_subplot()
    for name, rate, score in points:
        axes.plot([rate], [score], marker="o")
        axes.annotate(name, (rate, score), textcoords="offset points", xytext=(6, 4), fontsize=8)
    axes.set_xscale("log")
    axes.set_xlabel("texts a second, one core")
    axes.set_ylabel("mean F1 on the development threads")
    sheet.savefig(path, format="svg")
