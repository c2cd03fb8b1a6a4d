"""`ccm read`: texts on stdin, what they say on stdout."""

import sys
from argparse import Namespace
from io import TextIOWrapper

from models.lines import read_lines
from pipeline.wiring import build_reader


def main(arguments: Namespace) -> int:
    """Read each line of stdin; say what it says, in the same order."""
    lines = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    for line in read_lines(build_reader(), lines, arguments.json):
        print(line, flush=sys.stdout.isatty())
    return 0
