"""`ccm report`: the weekly report as HTML, PDF, CSV or JSON."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from pipeline.cli.common import settings_of
from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.report import FORMATS, build_report, render
from pipeline.report.clerk import note_of
from pipeline.report.mailing import mail_report
from pipeline.report.weeks import last_ended
from pipeline.reporting import LedgerJournal, edition_of, open_sources, schedule_of
from pipeline.wiring import utc_now

SUFFIXES: Final = {".htm": "html"}
"""Suffixes of files that are not the name of their format."""


def main(arguments: Namespace) -> int:
    """Write the report of one week to ``--out``, else to stdout."""
    settings, now = settings_of(arguments), utc_now()
    if arguments.mail:
        return _mail(settings, arguments.week)
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


def _mail(settings: Settings, week: str | None) -> int:
    """Mail the report of a week; without one that of the last week that is due, once."""
    told, now = settings.report, utc_now()
    if not told.recipients:
        raise ConfigError("report.recipients: is empty; write to whom the report is to be mailed")
    with open_sources(settings) as (ledger, sources):
        journal, due = LedgerJournal(ledger), schedule_of(settings).last_due(now)
        last = journal.last()
        if week is None and due.number <= last:
            print(f"the report of {due.week} was mailed before", file=sys.stderr)
            return 0
        note = "" if week is not None or last < 0 else note_of(due, last, now)
        edition = edition_of(settings, note=note)
        report = build_report(sources, week or due.week, now, settings.policy, edition)
        mail_report(report, told, now)
        if week is None:
            journal.note(due.number)
    print(f"mailed the report of {report.week} to {len(told.recipients)}", file=sys.stderr)
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
