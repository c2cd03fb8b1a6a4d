"""`ccm report`: the weekly report as HTML, PDF, CSV or JSON."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from pipeline.cli.common import settings_of
from pipeline.errors import ConfigError
from pipeline.report import FORMATS, build_report, render
from pipeline.report.weeks import last_ended
from pipeline.reporting import edition_of, open_sources
from pipeline.wiring import utc_now

SUFFIXES: Final = {".htm": "html"}
"""Suffixes of files that are not the name of their format."""


def main(arguments: Namespace) -> int:
    """Write the report of one week to ``--out``, else to stdout."""
    settings, now = settings_of(arguments), utc_now()
    how = format_of(arguments.format, arguments.out)
    week = arguments.week or last_ended(now, settings.policy.report_zone)
    edition = edition_of(settings, shared=False if arguments.internal else None)
    with open_sources(settings) as (_, sources):
        report = build_report(sources, week, now, settings.policy, edition)
    told = render(report, how)
    if arguments.out is not None:
        arguments.out.write_bytes(told)
        return 0
    if how == "pdf" and sys.stdout.isatty():
        raise ConfigError("a PDF is no text; write --out report.pdf, or redirect the output")
    sys.stdout.buffer.write(told)
    sys.stdout.flush()
    return 0


def format_of(named: str | None, out: Path | None) -> str:
    """Return the format that is named, else that of the file's suffix, else HTML.

    Raises:
        ConfigError: the suffix is that of no format.
    """
    if named is not None:
        return named
    if out is None:
        return "html"
    suffix = out.suffix.lower()
    found = SUFFIXES.get(suffix, suffix.removeprefix("."))
    if found not in FORMATS:
        known = ", ".join(f".{one}" for one in FORMATS)
        raise ConfigError(f"{out}: the suffix is none of {known}; add one of them, or --format")
    return found
