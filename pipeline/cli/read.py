"""`ccm read`: texts on stdin, what they say on stdout."""

import sys
from argparse import Namespace
from collections.abc import Iterator

from models.lines import lines_of, read_lines
from pipeline.config import load_settings
from pipeline.wiring import build_reader


def main(arguments: Namespace) -> int:
    """Read each line of stdin; say what it says, in the same order."""
    settings = load_settings(arguments.config)
    reader = build_reader(settings.policy, settings.reader)
    lines = lines_of(sys.stdin.buffer)
    if not arguments.json:
        lines = _looked_at(lines)
    for line in read_lines(reader, lines, arguments.json):
        print(line, flush=sys.stdout.isatty())
    return 0


def _looked_at(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines; say so where they look like JSON, for nobody writes to a company so."""
    for number, line in enumerate(lines):
        if number == 0 and line.startswith('{"'):
            print(
                "ccm read: the first line looks like JSON and is read as plain text; "
                "for JSON lines use: ccm read --json",
                file=sys.stderr,
            )
        yield line
