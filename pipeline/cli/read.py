"""`ccm read`: texts on stdin, what they say on stdout."""

import sys
from argparse import Namespace

from models.lines import lines_of, read_lines
from pipeline.config import load_settings
from pipeline.wiring import build_reader


def main(arguments: Namespace) -> int:
    """Read each line of stdin; say what it says, in the same order."""
    settings = load_settings(arguments.config)
    reader = build_reader(settings.policy, settings.reader)
    for line in read_lines(reader, lines_of(sys.stdin.buffer), arguments.json):
        print(line, flush=sys.stdout.isatty())
    return 0
