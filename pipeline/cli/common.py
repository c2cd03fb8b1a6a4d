"""What several commands share."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline.channels.files import Advance
from pipeline.config import KafkaSettings, Settings, load_settings


def settings_of(arguments: Namespace) -> Settings:
    """Return the settings of ``--config``, with ``--data`` before them.

    A worker's tables go there too, unless they have a place of their own.
    """
    settings = load_settings(arguments.config)
    if arguments.data is None:
        return settings
    kafka = settings.kafka
    if kafka.state == KafkaSettings().state:
        kafka = replace(kafka, state=arguments.data / "tables")
    return replace(settings, engine=replace(settings.engine, data=arguments.data), kafka=kafka)


def total_size(paths: Iterable[Path]) -> int:
    """Return how many bytes are to be read of files, and of all files of directories."""
    files = (file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]))
    return sum(file.stat().st_size for file in files if file.is_file())


@contextmanager
def progress(total: int) -> Iterator[Advance]:
    """Show on a terminal how many bytes are done; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda count: bar.advance(task, count)
