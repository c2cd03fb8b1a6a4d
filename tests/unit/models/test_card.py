"""A model card holds no figure that one command does not print."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.evaluation.card import load_figures, save_figures, write_card
from models.evaluation.measures import Figure, error_by_chance
from models.evaluation.slices import exit_figures, load_unseen, unseen_figures
from models.stack.store import STAGES, UNSEEN, list_artefacts
from models.stack.weighing import NAMES
from models.training.corpora import load_own
from pipeline.cli.models_evaluate import table_of

SHIPPED = list_artefacts()[-1]
SECTIONS = [
    ("stack-9", [Figure(name="threads: complaint, F1", value=0.7251, n=342, positives=134)]),
    (
        "Speed, one core",
        [
            Figure(name="speed, tweets: cascade", value=1234.4, n=300, unit="texts/s"),
            Figure(name="start-up of the reader", value=2.24, n=1, unit="s", aim=3.0),
        ],
    ),
]


def test_every_figure_of_a_card_is_printed_by_the_command() -> None:
    """The rows of its tables are the rows of the terminal's tables, string for string."""
    card = write_card(SHIPPED, SECTIONS, "")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| ([\d,]+) \|", card, re.MULTILINE)
    printed = []
    for title, figures in SECTIONS:
        columns = [list(column.cells) for column in table_of(title, figures).columns]
        printed += list(zip(*columns[:3], strict=True))
    assert rows == printed
    assert len(printed) == 3


def test_a_card_can_be_made_again_from_its_figures(tmp_path: Path) -> None:
    """What is kept beside it is all that it was made from."""
    save_figures(tmp_path, SECTIONS)
    assert load_figures(tmp_path) == SECTIONS


def test_slices_by_industry_channel_and_region(tmp_path: Path) -> None:
    """A reader that is always right scores 1 in each slice, and is calibrated."""
    own = load_own()
    kept: dict[str, Any] = {}
    for way, signals in NAMES.items():
        part = [one for one in own if one.direction == way]
        told = [[8.0 if name in one.names else -8.0 for name in signals] for one in part]
        kept[f"{way}-ids"] = np.array([one.text.id for one in part])
        kept |= {f"{way}-{stage}": np.array(told, dtype=np.float16) for stage in STAGES}
    np.savez(tmp_path / UNSEEN, **kept)
    assert len(load_unseen(tmp_path)) == len(own)
    figures = unseen_figures(tmp_path)
    for kind in ("industry", "channel", "region"):
        names = [one.name for one in figures if f"unseen, {kind} " in one.name]
        assert {name.split(": ")[-1].split(" of ")[0] for name in names} == {
            "mean F1",
            "response class, accuracy",
            "calibration error, all signals",
        }
    for one in figures:
        if "calibration" in one.name:
            assert one.value < 0.01
        elif "accuracy" not in one.name:
            assert one.value > 0.99


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.1234, "", "0.123"), (1234.4, "texts/s", "1,234 texts/s"), (2.25, "s", "2.2 s")],
)
def test_a_figure_is_shown_one_way(value: float, unit: str, shown: str) -> None:
    """Shares with three digits, the rest with its unit."""
    assert Figure(name="x", value=value, n=1, unit=unit).shown == shown


def test_true_probabilities_show_an_error_by_chance() -> None:
    """The fewer the texts the larger, and none where all is certain."""
    few, many = (np.tile([0.2, 0.5, 0.7], count) for count in (40, 4000))
    assert 0.03 < error_by_chance(few) < 0.15
    assert error_by_chance(many) < 0.01
    assert error_by_chance(np.array([0.0, 1.0, 1.0])) == 0


def test_the_shipped_card_is_what_the_command_wrote() -> None:
    """Nobody typed a figure into it: it is made anew from the figures beside it, and what is told
    in words has none."""
    notes = (SHIPPED / "notes.md").read_text("utf-8")
    card = (SHIPPED / "CARD.md").read_text("utf-8")
    assert card == write_card(SHIPPED, load_figures(SHIPPED), notes)
    assert not re.search(r"\d[.,]\d|\d ?%|^\|", notes, re.MULTILINE)


def test_what_an_exit_costs_is_told_for_each_stage() -> None:
    """Of the shipped model: F1 of every stage alone and of all with the exits, which lose at most
    half a point to the whole encoder."""
    told = {one.name.removeprefix("own, unseen, "): one.value for one in exit_figures(SHIPPED)}
    for what in ("all signals", "the main ones"):
        each = [told[f"{stage} for every text: mean F1 of {what}"] for stage in STAGES]
        assert each[0] < each[-1]
        assert told[f"the exits decide: mean F1 of {what}"] > each[-1] - 0.01
    shares = [value for name, value in told.items() if "share left" in name]
    assert sum(shares) == pytest.approx(1)
