"""The kinds of channel, and a configured channel built.

A kind is found by its name below, else by ``module:attribute``: your own channel needs no change
here. What a kind imports is loaded only where a table asks for it.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from pipeline.config import ChannelTable, read_section
from pipeline.config.values import meant
from pipeline.connectors.ports import Channel, Kind, Surroundings
from pipeline.errors import ConfigError

KINDS: Final[Mapping[str, str]] = {
    "bluesky": "pipeline.connectors.bluesky:KIND",
    "chatwoot": "pipeline.connectors.mapped_webhooks:CHATWOOT",
    "freshdesk": "pipeline.connectors.freshdesk:KIND",
    "imap": "pipeline.connectors.imap:KIND",
    "lmtp": "pipeline.connectors.lmtp:KIND",
    "mailgun": "pipeline.connectors.mail_webhooks:MAILGUN",
    "mastodon": "pipeline.connectors.mastodon:KIND",
    "meta": "pipeline.connectors.social_webhooks:META",
    "postmark": "pipeline.connectors.mail_webhooks:POSTMARK",
    "reddit": "pipeline.connectors.reddit:KIND",
    "reviews": "pipeline.connectors.reviews:KIND",
    "salesforce": "pipeline.connectors.salesforce:KIND",
    "sendgrid": "pipeline.connectors.mail_webhooks:SENDGRID",
    "ses": "pipeline.connectors.mail_webhooks:SES",
    "webhook": "pipeline.connectors.mapped_webhooks:WEBHOOK",
    "x": "pipeline.connectors.social_webhooks:X",
    "x-messages": "pipeline.connectors.x_messages:KIND",
    "x-posts": "pipeline.connectors.x_posts:KIND",
    "x-stream": "pipeline.connectors.x_stream:KIND",
    "zammad": "pipeline.connectors.mapped_webhooks:ZAMMAD",
    "zendesk": "pipeline.connectors.zendesk:KIND",
}
"""Where each kind is built; sorted by name."""


def kinds() -> Iterator[tuple[str, Kind]]:
    """Yield every kind that comes with us, by name."""
    for name in sorted(KINDS):
        yield name, find_kind(name, "kind")


def find_kind(name: str, key: str) -> Kind:
    """Return a kind by its name or as ``module:attribute``.

    Args:
        name: as the table has it.
        key: of the setting, for the message.

    Raises:
        ConfigError: there is no such kind.
    """
    module, _, attribute = KINDS.get(name, name).partition(":")
    if not attribute:
        raise ConfigError(
            f"{key}: there is no kind {name!r}; {meant(name, KINDS)}known are "
            f"{', '.join(sorted(KINDS))}, or write module:attribute for one of your own"
        )
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{key}: {name} cannot be loaded ({error})") from None
    if not isinstance(found, Kind):
        raise ConfigError(f"{key}: {name} is no Kind but {type(found).__name__}")
    return found


def build_channel(
    table: ChannelTable, surroundings: Surroundings, environ: Mapping[str, str] | None = None
) -> Channel:
    """Return one channel.

    Raises:
        ConfigError: its table is wrong; the message names the key.
    """
    kind = find_kind(table.kind, f"channels.{table.name}.kind")
    parts = kind.build(table.name, read_section(kind.settings, table, environ), surroundings)
    return Channel(
        name=table.name,
        kind=table.kind,
        connectors=parts.connectors,
        listeners=parts.listeners,
        webhook=parts.webhook,
        check=parts.check,
        silent_after=table.silent_after,
        expect_every=table.expect_every,
    )
