"""Which reader reads: the shipped stack, another artefact, or the rules alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from models.reading import THEMES, Reader
from models.rules import RulesReader
from models.stack.store import BUNDLED, BadArtefact, list_artefacts, load_stack, verify

AUTO: Final = "auto"
RULES: Final = "rules"

__all__ = ["AUTO", "RULES", "BadArtefact", "folder_of", "installed", "load_reader", "warm"]


def load_reader(model: str = AUTO, threads: int = 1, themes: Sequence[str] = THEMES) -> Reader:
    """The reader that a setting names.

    Args:
        model: ``auto`` for the latest artefact that ships, ``rules`` for the rules alone, else the
            folder of an artefact.
        threads: used by the encoder within one text.
        themes: the closed list from which themes are taken.

    Raises:
        BadArtefact: the artefact is missing or damaged. Nothing is put in its place: a monitor that
            silently read worse would be trusted wrongly. ``rules`` is the stated fallback.
    """
    if model == RULES:
        return RulesReader(themes)
    from models.stack.reader import StackReader

    return StackReader(load_stack(folder_of(model)), threads, themes)


def warm(reader: Reader) -> None:
    """Loads what a reader would else load with the first text that needs it: seconds."""
    load = getattr(reader, "warm", None)
    if load is not None:
        load()


def folder_of(model: str) -> Path:
    """The folder of the artefact that ``model`` names: the latest that ships for ``auto``."""
    if model != AUTO:
        return Path(model).expanduser()
    shipped = list_artefacts()
    if not shipped:
        raise BadArtefact(
            f'{BUNDLED}: no model is installed; install the release, or set model = "rules"'
        )
    return shipped[-1]


def installed() -> list[str]:
    """One line a model that ships: version, size, what it was made from.

    Raises:
        BadArtefact: one of them is damaged.
    """
    return [f"{RULES}: patterns alone, no file", *map(_told, list_artefacts())]


def _told(folder: Path) -> str:
    manifest = verify(folder)
    size = sum(file["bytes"] for file in manifest["files"].values()) / 1e6
    examples = ", ".join(f"{count} {name}" for name, count in manifest["examples"].items())
    return f"{manifest['version']}: {size:.1f} MB, {manifest['encoder']}, trained on {examples}"
