"""From a receiver's table to the receiver: one entry a kind."""

from collections.abc import Callable
from typing import Final

from pipeline.alerts.alertmanager import AlertmanagerReceiver, AlertmanagerTable
from pipeline.alerts.email import EmailReceiver, EmailTable
from pipeline.alerts.ports import Receiver
from pipeline.alerts.slack import SlackReceiver, SlackTable
from pipeline.config import ReceiverTable, read_section
from pipeline.config.alerts import check_url
from pipeline.errors import ConfigError


def build_receiver(table: ReceiverTable) -> Receiver:
    """Return the receiver that a table tells of; nothing is sent yet.

    Raises:
        ConfigError: the table is wrong; the message names the key.
    """
    build = KINDS.get(table.kind)
    if build is None:
        known = ", ".join(KINDS)
        raise ConfigError(
            f"{table.PLACE}.{table.name}.kind: found {table.kind!r}; known are {known}"
        )
    return build(table)


def _alertmanager(table: ReceiverTable) -> Receiver:
    told = read_section(AlertmanagerTable, table)
    check_url(told.url, f"{table.PLACE}.{table.name}.url")
    return AlertmanagerReceiver(name=table.name, table=told)


def _slack(table: ReceiverTable) -> Receiver:
    told = read_section(SlackTable, table)
    check_url(told.url.reveal(), f"{table.PLACE}.{table.name}.url")
    return SlackReceiver(name=table.name, table=told)


def _email(table: ReceiverTable) -> Receiver:
    return EmailReceiver(name=table.name, table=read_section(EmailTable, table))


KINDS: Final[dict[str, Callable[[ReceiverTable], Receiver]]] = {
    "alertmanager": _alertmanager,
    "slack": _slack,
    "email": _email,
}
