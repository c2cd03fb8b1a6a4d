"""`ccm models evaluate`: every figure of the model card, measured now."""

import sys
from argparse import Namespace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.evaluation.measures import Figure
from models.readers import RULES, BadArtefact, folder_of, load_reader
from pipeline.errors import ConfigError


def main(arguments: Namespace) -> int:
    """Measure on the sets below ``--data``; print a table, and write the card where asked."""
    from models.evaluation.evaluate import evaluate

    data = data_of(arguments.data)
    try:
        reader = load_reader(arguments.model)
        sections = [(f"{reader.version}", evaluate(reader, data, _log))]
        if arguments.model != RULES:
            sections.append(("The rules alone", evaluate(load_reader(RULES), data, _log)))
    except BadArtefact as error:
        raise ConfigError(str(error)) from None
    sections.append(("Baselines on the same training texts", _baselines(data)))
    for title, figures in sections:
        Console().print(table_of(title, figures))
    if arguments.card is not None:
        _write_card(arguments, sections)
    return 0


def data_of(given: Path | None) -> Path:
    """Return the directory of the public sets.

    Raises:
        ConfigError: it is not named, or holds none of them.
    """
    if given is None or not (given / "twcs").is_dir():
        raise ConfigError(
            f"--data: found {given}; name the directory that holds the public sets (complaints-"
            "acl2019/, complaints-2015/, twcs/); they are not part of this project"
        )
    return given


def _baselines(data: Path) -> list[Figure]:
    try:
        from models.evaluation.baselines import baseline_figures

        return baseline_figures(data, _log)
    except ImportError as error:
        _log(f"SKIPPED the baselines: {error.name} is missing (the extra `train`)")
        return []


def _write_card(arguments: Namespace, sections: list[tuple[str, list[Figure]]]) -> None:
    from models.evaluation.card import write_card

    folder = folder_of(arguments.model)
    notes = folder / "notes.md"
    told = notes.read_text("utf-8") if notes.exists() else ""
    arguments.card.write_text(write_card(folder, sections, told), "utf-8")
    _plot(arguments)
    _log(f"wrote {arguments.card}")


def _plot(arguments: Namespace) -> None:
    """Draw calibration and speed beside the card."""
    from models.evaluation.evaluate import mean_f1, rate_of
    from models.evaluation.sets import load_threads
    from models.stack.reader import StackReader
    from models.stack.store import load_stack

    try:
        from models.evaluation.plots import plot_calibration, plot_speed

        threads = load_threads(arguments.data)
        stack = load_stack(folder_of(arguments.model))
        reader = StackReader(stack)
        usual = ("complaint", "not_a_complaint", "info_supplied", "info_request", "handoff")
        plot_calibration(reader, threads, usual, arguments.card.parent / "calibration.svg")
        always = StackReader(stack, always_encode=True)
        points = [
            (name, rate_of(one, threads), mean_f1(one, threads))
            for name, one in (
                ("rules", load_reader(RULES)),
                ("cascade", reader),
                ("encoder always", always),
            )
        ]
        plot_speed(points, arguments.card.parent / "speed.svg")
    except ImportError as error:
        _log(f"SKIPPED the plots: {error.name} is missing (the extra `train`)")


def table_of(title: str, figures: list[Figure]) -> Table:
    """Return the figures as a table for the terminal."""
    table = Table(title=title, title_justify="left")
    for name in ("figure", "value", "n", "positives", "aim"):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for one in figures:
        table.add_row(
            one.name,
            f"{one.value:.3f}",
            f"{one.n:,}",
            "" if one.positives is None else str(one.positives),
            "" if one.aim is None else f"{one.aim}",
        )
    return table


def _log(told: str) -> None:
    print(told, file=sys.stderr)
