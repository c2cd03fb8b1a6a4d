"""`ccm models evaluate`: every figure of the model card, measured now."""

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.evaluation.measures import Figure
from models.readers import RULES, BadArtefact, folder_of, load_reader
from pipeline.errors import ConfigError

SPEED_OF = (300, 40)
"""Tweets and mails that are read for the figures of speed."""

Sections = list[tuple[str, list[Figure]]]


def main(arguments: Namespace) -> int:
    """Measure on the sets below ``--data``; print a table, and write the card where asked."""
    data = data_of(arguments.data)
    try:
        sections = _sections(arguments, data)
    except BadArtefact as error:
        raise ConfigError(str(error)) from None
    for title, figures in sections:
        Console().print(table_of(title, figures))
    if arguments.card is not None:
        _write_card(arguments, sections)
    return 0


def _sections(arguments: Namespace, data: Path) -> Sections:
    """Return every section of the card, in its order."""
    from models.evaluation.evaluate import evaluate

    reader = load_reader(arguments.model)
    sections = [(f"{reader.version}", evaluate(reader, data, _log, arguments.held_out))]
    if arguments.model == RULES:
        return sections
    folder = folder_of(arguments.model)
    rules = load_reader(RULES)
    sections.append(("The rules alone", evaluate(rules, data, _log, arguments.held_out)))
    sections.append(("Own texts that nothing was fitted on", _unseen(folder)))
    sections.append(("Baselines on the same training texts", _baselines(data)))
    if arguments.in_domain is not None:
        begun = "the base encoder" if arguments.start is None else "an encoder tuned on our texts"
        title = f"In domain, ten folds, {arguments.tuned} layers tuned from {begun}"
        sections.append((title, _in_domain(data, arguments)))
    sections.append(("Speed, one core", _speed(folder, data)))
    return [(title, figures) for title, figures in sections if figures]


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


def _unseen(folder: Path) -> list[Figure]:
    from models.evaluation.slices import exit_figures, unseen_figures

    _log("own texts, by stage, industry, channel and region")
    return [*exit_figures(folder), *unseen_figures(folder)]


def _speed(folder: Path, data: Path) -> list[Figure]:
    from models.evaluation.speed import speed_figures
    from models.evaluation.trade import trade_figures

    _log("speed")
    return [*trade_figures(folder, data), *speed_figures(folder, SPEED_OF)]


def _baselines(data: Path) -> list[Figure]:
    try:
        from models.evaluation.baselines import baseline_figures

        return baseline_figures(data, _log)
    except ImportError as error:
        _log(f"SKIPPED the baselines: {error.name} is missing (the extra `train`)")
        return []


def fine_tuned(data: Path, arguments: Namespace, keep: Path) -> list[Figure]:
    """Return what `ccm models bench` prints; folds that ``keep`` holds are not trained again.

    Raises:
        ImportError: the extra ``train`` is not installed.
    """
    from models.evaluation.indomain import RECIPE, InDomain, in_domain_figures

    recipe = replace(RECIPE, tuned=arguments.tuned, epochs=arguments.epochs, seed=arguments.seed)
    plan = InDomain(recipe=recipe, keep=keep, start=arguments.start)
    return in_domain_figures(data, plan, _log)


def _in_domain(data: Path, arguments: Namespace) -> list[Figure]:
    try:
        return fine_tuned(data, arguments, arguments.in_domain)
    except ImportError as error:
        _log(f"SKIPPED the folds in domain: {error.name} is missing (the extra `train`)")
        return []


def _write_card(arguments: Namespace, sections: Sections) -> None:
    """Write the card, what it was made from beside it, and its pictures."""
    from models.evaluation.card import save_figures, write_card

    folder = folder_of(arguments.model)
    notes = folder / "notes.md"
    told = notes.read_text("utf-8") if notes.exists() else ""
    save_figures(arguments.card.parent, sections)
    arguments.card.write_text(write_card(folder, sections, told), "utf-8")
    _plot(folder, arguments.card.parent, sections)
    _log(f"wrote {arguments.card}")


def _plot(folder: Path, out: Path, sections: Sections) -> None:
    """Draw calibration and speed beside the card."""
    try:
        from models.evaluation.plots import plot_calibration, plot_trade

        plot_calibration(folder, out / "calibration.svg")
        plot_trade([one for _, figures in sections for one in figures], out / "speed.svg")
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
            one.shown,
            f"{one.n:,}",
            "" if one.positives is None else str(one.positives),
            "" if one.aim is None else f"{one.aim:g}",
        )
    return table


def _log(told: str) -> None:
    print(told, file=sys.stderr)
