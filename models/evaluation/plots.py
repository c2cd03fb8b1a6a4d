"""Two pictures of the model card; they need matplotlib (the extra ``train``)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from models.evaluation.measures import Figure, calibration
from models.evaluation.slices import load_unseen

DRAWN: Final = (
    "complaint",
    "not_a_complaint",
    "info_supplied",
    "dispute",
    "info_request",
    "handoff",
    "substantive",
    "stock",
)
_TRADE: Final = "trade on the threads: "


def plot_calibration(folder: Path, path: Path, signals: Sequence[str] = DRAWN) -> None:
    """How often a signal was there, against how probable it was said to be, on own unseen texts.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure as Sheet

    judged = load_unseen(folder)
    if not judged:
        return
    sheet = Sheet(figsize=(5, 5))
    axes = sheet.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for signal in signals:
        part = [one for one in judged if signal in one.example.known]
        gold = np.array([signal in one.example.names for one in part])
        parts = calibration(np.array([one.probability[signal] for one in part]), gold, bins=5)
        axes.plot([one[0] for one in parts], [one[1] for one in parts], marker="o", label=signal)
    axes.set_xlabel("said probability, by fifths")
    axes.set_ylabel("share of texts that carry it")
    axes.set_title(f"Calibration on own texts, unseen (n={len(judged):,})")
    axes.legend(fontsize=7)
    sheet.savefig(path, format="svg")


def plot_trade(figures: Sequence[Figure], path: Path) -> None:
    """Mean F1 against texts a second of each way to read, from the figures of the card.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure as Sheet

    told = {one.name: one.value for one in figures if one.name.startswith(_TRADE)}
    sheet = Sheet(figsize=(6, 4))
    axes = sheet.add_subplot()
    for name, score in told.items():
        way = name.removeprefix(_TRADE).removesuffix(", mean F1")
        if not name.endswith(", mean F1"):
            continue
        speed = told[f"{_TRADE}{way}, speed"]
        axes.plot([speed], [score], marker="o")
        axes.annotate(way, (speed, score), textcoords="offset points", xytext=(6, 4), fontsize=8)
    axes.set_xscale("log")
    axes.margins(x=0.35)
    axes.set_xlabel("texts a second, one core")
    axes.set_ylabel("mean F1 on the development threads")
    sheet.savefig(path, format="svg")
