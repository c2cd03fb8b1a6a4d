"""`ccm alerts`: what holds, whether receivers can be told, the rules of Prometheus, and telling."""

import logging
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry
from rich.console import Console
from rich.table import Table

from pipeline.alerts import Alerter, Notice, build_receiver, write_rules
from pipeline.alerts.notices import runbook_of
from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.cli.serving import build_server, listen, url_of, with_address
from pipeline.config import ReceiverTable, Settings
from pipeline.domain.alerting import CONDITIONS
from pipeline.errors import ConfigError, MonitorError
from pipeline.telling import build_alerter, build_alerting_app, build_risk, follow_alerter
from pipeline.wiring import open_ledger, utc_now

_LOG: Final = logging.getLogger("ccm.alerts")
NO_RECEIVERS: Final = "no receivers: write [[alerts.receivers]] tables; see ccm alerts --help"


def main(arguments: Namespace) -> int:
    """Do what ``arguments.action`` names."""
    return _ACTIONS[arguments.action](arguments, settings_of(arguments))


def _list(_arguments: Namespace, settings: Settings) -> int:
    ledger, now = open_ledger(settings), utc_now()
    try:
        alerter = Alerter(
            ledger.alerts, (), settings.alerts.rules, build_risk(settings),
            clock=utc_now, every=settings.alerts.every, holder="",
        )  # fmt: skip
        found = alerter.look(now)
        told = {
            table.name: {one.key for one in ledger.alerts.told(table.name)}
            for table in settings.receivers
        }
    finally:
        ledger.close()
    table = Table("", "since (UTC)", title="Alerts on cases")
    table.add_column("case", overflow="fold")  # to be copied whole
    table.add_column("because it")
    table.add_column("told")
    for one in found:
        knowing = [name for name, keys in told.items() if one.key in keys]
        meaning = CONDITIONS[one.name].meaning
        since = f"{one.since:%Y-%m-%d %H:%M}"
        table.add_row(one.severity, since, one.case, meaning, ", ".join(knowing) or "nobody yet")
    console = Console(markup=False)
    console.print(table if found else "No case alerts.")
    if not settings.receivers:
        console.print(NO_RECEIVERS)
    return 0


def _test(arguments: Namespace, settings: Settings) -> int:
    unknown = set(arguments.names) - {one.name for one in settings.receivers}
    if unknown:
        print(f"ccm: no receiver is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [one for one in settings.receivers if one.name in (arguments.names or [one.name])]
    if not chosen:
        print(NO_RECEIVERS)
    results = [_try(table, settings) for table in chosen]
    return 0 if all(results) else 1


def _try(table: ReceiverTable, settings: Settings) -> bool:
    """Send a sample to one receiver, and that it is over; say how it went."""
    print(f"{table.name} ({table.kind})", flush=True)
    if not table.enabled:
        print("  disabled, so not tried")
        return True
    sample, now = _sample(settings), utc_now()
    try:
        receiver = build_receiver(table)
        receiver.send([sample], [], now)
        if not receiver.repeats:  # what is told again and again is over by itself without
            receiver.send([], [sample], utc_now())
    except MonitorError as error:
        print(f"  WRONG  {error}", flush=True)
        if isinstance(error, ConfigError):
            print("         → correct the setting", flush=True)
        return False
    print("  ok     took a sample: look whether it arrived", flush=True)
    return True


def _sample(settings: Settings) -> Notice:
    base = settings.alerts.base_url.rstrip("/")
    return Notice(
        key="sample",
        name="CcmSample",
        severity="ticket",
        since=utc_now(),
        headline="sample: nobody has to do anything",
        lines=("`ccm alerts test` sent this, to see whether it arrives.",),
        link=f"{base}/",
        runbook=runbook_of(settings.alerts.runbook_url, "CcmSample"),
    )


def _rules(arguments: Namespace, settings: Settings) -> int:
    text = write_rules(settings.objective, settings.alerts)
    if arguments.out is None:
        sys.stdout.write(text)
    else:
        arguments.out.write_text(text, "utf-8")
    return 0


def _run(arguments: Namespace, settings: Settings) -> int:
    """Tell until SIGTERM or Ctrl-C; serve nothing but what machines ask."""
    settings = with_address(settings, arguments)
    set_up_logs(settings)
    listener = listen(settings)
    registry = CollectorRegistry()
    ledger = open_ledger(settings)
    try:
        alerter = build_alerter(settings, ledger)
        follow_alerter(registry, alerter)
        server = build_server(build_alerting_app(settings, ledger, registry))
        names = ", ".join(one.name for one in settings.receivers if one.enabled)
        if not names:
            _LOG.warning("nobody is told: %s", NO_RECEIVERS)
        print(
            f"Telling {names}; metrics at {url_of(listener)}/metrics", file=sys.stderr, flush=True
        )
        alerter.start()
        try:
            server.run(sockets=[listener])
        finally:
            alerter.stop()
    finally:
        ledger.close()
        listener.close()
    return 0


_ACTIONS: Final[dict[str, Callable[[Namespace, Settings], int]]] = {
    "list": _list,
    "test": _test,
    "rules": _rules,
    "run": _run,
}
