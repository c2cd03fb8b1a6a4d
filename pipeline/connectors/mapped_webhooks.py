"""Helpdesks that post their own JSON, read by a mapping file: yours, or one that comes with us."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

from pipeline.channels import mapping
from pipeline.channels.signing import Signature, read_signature
from pipeline.config import Secret
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.domain.events import Event
from pipeline.errors import ConfigError
from pipeline.payloads import Delivery, Finding, Payload, Proof, Webhook

FILE_CHARS_MAX: Final = 200_000


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """``mapping``: the mapping file. ``key``: the secret of its signature."""

    mapping: Path
    key: Secret


@dataclass(frozen=True, kw_only=True)
class HelpdeskSettings:
    """``key``: the secret of the webhook, as the helpdesk shows it."""

    key: Secret


@dataclass(kw_only=True)
class MappedWebhook(Webhook):
    """What one helpdesk posts.

    Attributes:
        mapped: how its JSON becomes events.
        signature: how it signs.
        key: the secret.
        book: what templates may look up.
        topics: the closed list.
    """

    mapped: mapping.Mapped
    signature: Signature
    key: Secret
    book: mapping.Book
    topics: Collection[str]

    def verify(self, delivery: Delivery) -> Proof:
        """Compare the signature."""
        return self.signature.verify(delivery, self.key)

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the things in the delivery."""
        return [
            Payload(raw=raw, where=where, at=delivery.at)
            for where, raw in mapping.split(delivery.raw, self.mapped)
        ]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of one thing."""
        return mapping.parse(payload.raw, self.mapped, self.book, self.topics)


def _build(name: str, settings: WebhookSettings, around: Surroundings) -> Parts:
    where = f"channels.{name}.mapping"
    try:
        text = settings.mapping.read_text(encoding="utf-8")[:FILE_CHARS_MAX]
    except (OSError, ValueError) as error:
        raise ConfigError(f"{where}: {settings.mapping} cannot be read ({error})") from None
    return _parts(name, text, str(settings.mapping), settings.key, around)


def _build_known(which: str, name: str, settings: HelpdeskSettings, around: Surroundings) -> Parts:
    text = (files("pipeline.channels") / "mappings" / f"{which}.toml").read_text(encoding="utf-8")
    return _parts(name, text, f"{which}.toml", settings.key, around)


def _parts(name: str, text: str, file: str, key: Secret, around: Surroundings) -> Parts:
    mapped = mapping.read_mapping(text, f"channels.{name}.mapping: {file}")
    signature = read_signature(mapped.signature, f"channels.{name}.mapping: {file}")
    book = mapping.Book(channel=name, maps=mapped.maps, house=around.mail)
    webhook = MappedWebhook(
        mapped=mapped, signature=signature, key=key, book=book, topics=around.topics
    )

    def check() -> Iterator[Finding]:
        is_old = signature.scheme in {"token", "basic"}
        how = "a shared secret, which signs nothing" if is_old else f"{signature.scheme} signed"
        yield Finding(is_well=True, found=f"{len(mapped.rules)} rules; deliveries are {how}")

    return Parts(webhook=webhook, check=check)


def _known(which: str) -> Callable[[str, HelpdeskSettings, Surroundings], Parts]:
    return partial(_build_known, which)


WEBHOOK: Final = Kind(
    about="any helpdesk that posts JSON, told by a mapping file",
    settings=WebhookSettings,
    build=_build,
)
CHATWOOT: Final = Kind(
    about="messages and states that Chatwoot posts",
    settings=HelpdeskSettings,
    build=_known("chatwoot"),
)
ZAMMAD: Final = Kind(
    about="articles and closures that Zammad's triggers post",
    settings=HelpdeskSettings,
    build=_known("zammad"),
)
