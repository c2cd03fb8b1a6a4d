"""`ccm replay`: files in, verdict lines out."""

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.cli.common import progress, total_size
from pipeline.config import load_policy, load_settings
from pipeline.embedded.replay import Replayed, replay, write_dead_letters
from pipeline.wiring import build_reader, read_files

NAMELESS = Path("replay.dead.jsonl")
"""Where bad lines go when the verdicts go to stdout."""


def main(arguments: Namespace) -> int:
    """Replay the files and write verdicts and dead letters."""
    settings = load_settings(arguments.config)
    policy = load_policy(arguments.policy) if arguments.policy else settings.policy
    with progress(total_size(arguments.paths)) as advance:
        result = replay(
            read_files(arguments.paths, settings, policy, advance),
            as_of=arguments.as_of or datetime.now(UTC),
            policy=policy,
            reader=build_reader(policy, settings.reader),
            events_max=settings.limits.timeline_events_max,
            alike=settings.reader.alike,
        )
    _write(result, arguments.out)
    return 0


def _write(result: Replayed, path: Path | None) -> None:
    if path is None:
        _write_lines(result.lines, sys.stdout.buffer)
    else:
        with path.open("wb") as file:
            _write_lines(result.lines, file)
    is_file = path is not None and path.is_file()  # not /dev/null, nor a pipe
    letters = path.with_name(path.name + ".dead.jsonl") if path and is_file else NAMELESS
    if is_file or result.bad:
        with letters.open("wb") as file:
            write_dead_letters(result.bad, file)
    bad = f"{len(result.bad)} bad lines" + (f" written to {letters}" if result.bad else "")
    print(
        f"{result.events} events, {len(result.lines)} cases, {bad}",
        file=sys.stderr,
    )


def _write_lines(lines: list[bytes], out: BinaryIO) -> None:
    out.writelines(line + b"\n" for line in lines)
    out.flush()
