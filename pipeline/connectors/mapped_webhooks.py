"""Helpdesks that post their own JSON, read by a mapping file: yours, or one that comes with us."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

from pipeline.channels import mapping
from pipeline.channels.signing import read_signature
from pipeline.config import Secret
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.connectors.signed import SignedWebhook
from pipeline.errors import ConfigError
from pipeline.payloads import Finding

FILE_CHARS_MAX: Final = 200_000


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """One helpdesk that posts JSON.

    Attributes:
        mapping: the mapping file; deploy/helpdesk.example.toml is one.
        key: the secret with which deliveries are signed.
    """

    mapping: Path
    key: Secret


@dataclass(frozen=True, kw_only=True)
class HelpdeskSettings:
    """One helpdesk.

    Attributes:
        key: the secret of the webhook, as the helpdesk shows it.
        basic: for a release that does not sign: the helpdesk is told an address with user and
            password in it, and the key is ``USER:PASSWORD``.
    """

    key: Secret
    basic: bool = False


def _build(name: str, settings: WebhookSettings, around: Surroundings) -> Parts:
    where = f"channels.{name}.mapping"
    try:
        text = settings.mapping.read_text(encoding="utf-8")[:FILE_CHARS_MAX]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"{where}: {settings.mapping} cannot be read ({reason}); name a mapping file, such as "
            "deploy/helpdesk.example.toml, as seen from where ccm is started"
        ) from None
    return _parts(name, text, str(settings.mapping), settings.key, around, is_basic=False)


def _build_known(which: str, name: str, settings: HelpdeskSettings, around: Surroundings) -> Parts:
    text = (files("pipeline.channels") / "mappings" / f"{which}.toml").read_text(encoding="utf-8")
    return _parts(name, text, f"{which}.toml", settings.key, around, is_basic=settings.basic)


def _parts(
    name: str, text: str, file: str, key: Secret, around: Surroundings, *, is_basic: bool
) -> Parts:
    mapped = mapping.read_mapping(text, f"channels.{name}.mapping: {file}")
    told = {"scheme": "basic"} if is_basic else mapped.signature
    signature = read_signature(told, f"channels.{name}.mapping: {file}")
    book = mapping.Book(channel=name, maps=mapped.maps, house=around.mail)
    webhook = SignedWebhook(
        signature=signature,
        key=key,
        split=lambda raw: mapping.split(raw, mapped),
        read=lambda raw: mapping.parse(raw, mapped, book, around.topics),
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
