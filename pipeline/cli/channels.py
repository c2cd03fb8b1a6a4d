"""`ccm channels`: what is configured, and whether it works."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Final

from pipeline.cli.common import settings_of
from pipeline.cli.kinds import table_of
from pipeline.config import ChannelTable, Settings
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import KINDS, find_kind, kinds
from pipeline.errors import MonitorError, SourceError
from pipeline.payloads import Finding
from pipeline.wiring import INBOX_FILE, build_channel, open_inbox

_NOTHING: Final = "nothing stored yet"
_CURSOR_CHARS_MAX: Final = 60


def main(arguments: Namespace) -> int:
    """Do what ``arguments.action`` names."""
    return _ACTIONS[arguments.action](arguments, settings_of(arguments))


def _kinds(arguments: Namespace, _settings: Settings) -> int:
    if arguments.kind is not None:
        for line in table_of(arguments.kind, find_kind(arguments.kind, "ccm channels kinds")):
            print(line)
        return 0
    for name, kind in kinds():
        print(f"{name:<12} {kind.about}")
    print("`ccm channels kinds KIND` shows the table of one, to copy")
    return 0


def _list(arguments: Namespace, settings: Settings) -> int:
    if not settings.channels:
        print("no channels: write [[channels]] tables into the settings; see the README")
        return 0
    stored = _stored_in_kafka(settings) if arguments.kafka else _stored(settings)
    for table in settings.channels:
        print(f"{table.name:<20} {table.kind:<12} {_state(table, settings, stored)}")
    return 0


def _stored(settings: Settings) -> dict[str, str]:
    """Return when each connector last stored something, in words."""
    if not (settings.engine.data / INBOX_FILE).exists():
        return {}  # to look must not make a folder
    inbox = open_inbox(settings)
    try:
        return {name: f"last stored at {at:%Y-%m-%d %H:%M} UTC" for name, at in inbox.cursors()}
    finally:
        inbox.close()


def _stored_in_kafka(settings: Settings) -> dict[str, str]:
    """Return behind what each connector goes on; the topic keeps cursors and no times."""
    from pipeline.scaled import open_log
    from pipeline.topology.connecting import read_cursors

    found = read_cursors(open_log(settings, lambda topics: topics.cursors.name))
    return {name: f"goes on behind {value[:_CURSOR_CHARS_MAX]}" for name, value in found.items()}


def _state(table: ChannelTable, settings: Settings, stored: dict[str, str]) -> str:
    if not table.enabled:
        return "disabled"
    try:
        channel = build_channel(table, settings)
    except MonitorError as error:
        return f"wrong: {error}"
    ways = [f"fetches {one.name}, {stored.get(one.name, _NOTHING)}" for one in channel.connectors]
    ways += [f"listens as {one.name}" for one in channel.listeners]
    ways += [f"POST /v1/webhooks/{channel.name}"] if channel.webhook else []
    return "; ".join(ways)


def _check(arguments: Namespace, settings: Settings) -> int:
    unknown = set(arguments.names) - {one.name for one in settings.channels}
    if unknown:
        print(f"ccm: no channel is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [one for one in settings.channels if one.name in (arguments.names or [one.name])]
    if not chosen:
        print("no channels: write [[channels]] tables into the settings; see the README")
    wrong: list[str] = []
    for table in chosen:
        print(f"{table.name} ({table.kind})", flush=True)
        for finding in _findings(table, settings):
            if not finding.is_well and table.name not in wrong:
                wrong.append(table.name)
            print(f"  {'ok   ' if finding.is_well else 'WRONG'}  {finding.found}", flush=True)
            if finding.advice and not finding.is_well and finding.advice not in finding.found:
                print(f"         → {finding.advice}", flush=True)
    if len(chosen) > 1:
        told = f"{len(wrong)} of {len(chosen)} are wrong: {', '.join(wrong)}"
        print(told if wrong else f"all {len(chosen)} are well")
    return 1 if wrong else 0


def _findings(table: ChannelTable, settings: Settings) -> Iterator[Finding]:
    """Yield what a check finds; whatever goes wrong in it is a finding, too."""
    if not table.enabled:
        yield Finding(is_well=True, found="disabled, so not tried")
        return
    try:
        yield from _well(build_channel(table, settings))
    except SourceError as error:
        yield Finding(is_well=False, found=str(error), advice=_ADVICE.get(error.kind, ""))
    except MonitorError as error:
        yield Finding(is_well=False, found=str(error), advice=_correct(table.kind))


def _well(channel: Channel) -> Iterator[Finding]:
    yield Finding(is_well=True, found="the settings are complete")
    if channel.webhook is not None:
        yield Finding(is_well=True, found=f"the source is to POST to …/v1/webhooks/{channel.name}")
    yield from channel.check()


def _correct(kind: str) -> str:
    """Return what to do about a wrong table."""
    shown = f" {kind}" if kind in KINDS else ""
    return f"correct the table; `ccm channels kinds{shown}` shows what there is"


_ADVICE: Final = {
    "unreachable": "are address and port right, is the source up, does a firewall let us out?",
    "access_refused": "renew the credentials, or grant them what they lack",
    "rate_limited": "wait and try again; the monitor itself waits as long as the source asks",
    "garbled": "is this really the address of such a source?",
}
_ACTIONS: Final[dict[str, Callable[[Namespace, Settings], int]]] = {
    "list": _list,
    "check": _check,
    "kinds": _kinds,
}
