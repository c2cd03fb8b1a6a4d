"""Texts a second of each way to read, on one core, in a process of its own."""

from typing import Any

from models.evaluation.speed import speed_figures
from models.stack.store import list_artefacts


def reading(tweets: int, mails: int) -> dict[str, Any]:
    """The figures of `models.evaluation.speed`, as the model card prints them."""
    figures = speed_figures(list_artefacts()[-1], (tweets, mails))
    return {
        one.name: {"value": one.value, "shown": one.shown, "aim": one.aim, "n": one.n}
        for one in figures
    }
