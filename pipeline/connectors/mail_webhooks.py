"""The kinds of channel by which mail providers post what comes in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.channels.mailgun import MailgunWebhook
from pipeline.channels.postmark import PostmarkWebhook
from pipeline.channels.sendgrid import SendGridWebhook, read_key
from pipeline.channels.ses import SesWebhook
from pipeline.config import Secret
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.errors import ConfigError
from pipeline.payloads import Finding


@dataclass(frozen=True, kw_only=True)
class MailgunSettings:
    """One route.

    Attributes:
        key: the account's HTTP webhook signing key.
    """

    key: Secret


@dataclass(frozen=True, kw_only=True)
class SendGridSettings:
    """One parse setting.

    Attributes:
        public_key: of its security policy, as it is shown there.
    """

    public_key: str


@dataclass(frozen=True, kw_only=True)
class PostmarkSettings:
    """One inbound stream.

    Attributes:
        password: of your choice; it stands in the address which Postmark is told.
        user: of your choice; it stands in that address, too.
    """

    password: Secret
    user: str = "postmark"


@dataclass(frozen=True, kw_only=True)
class SesSettings:
    """One SNS topic.

    Attributes:
        topic_arn: of the topic that the receipt rule's action names, arn:aws:sns:….
    """

    topic_arn: str


def _mailgun(name: str, settings: MailgunSettings, around: Surroundings) -> Parts:
    def check() -> Iterator[Finding]:
        how = "whole" if name.endswith("mime") else "in pieces (whole, if the name ended in mime)"
        yield Finding(is_well=True, found=f"Mailgun will post mails {how}")

    return Parts(webhook=MailgunWebhook(key=settings.key, mail=around.mail), check=check)


def _sendgrid(name: str, settings: SendGridSettings, around: Surroundings) -> Parts:
    key = read_key(settings.public_key, f"channels.{name}.public_key")
    return Parts(webhook=SendGridWebhook(key=key, mail=around.mail))


def _postmark(name: str, settings: PostmarkSettings, around: Surroundings) -> Parts:
    if ":" in settings.user:
        raise ConfigError(f"channels.{name}.user: a colon cannot be part of it; write another")
    webhook = PostmarkWebhook(user=settings.user, password=settings.password, mail=around.mail)

    def check() -> Iterator[Finding]:
        found = f"let Postmark post to https://{settings.user}:PASSWORD@…/v1/webhooks/{name}"
        yield Finding(is_well=True, found=found)

    return Parts(webhook=webhook, check=check)


def _ses(name: str, settings: SesSettings, around: Surroundings) -> Parts:
    if not settings.topic_arn.startswith("arn:"):
        raise ConfigError(
            f"channels.{name}.topic_arn: found {settings.topic_arn!r}; write the topic's ARN, "
            "arn:aws:sns:…"
        )
    return Parts(webhook=SesWebhook(topic=settings.topic_arn, mail=around.mail, fetch=around.fetch))


MAILGUN: Final = Kind(
    about="mails that Mailgun's routes post", settings=MailgunSettings, build=_mailgun
)
SENDGRID: Final = Kind(
    about="mails that SendGrid's Inbound Parse posts", settings=SendGridSettings, build=_sendgrid
)
POSTMARK: Final = Kind(
    about="mails that Postmark's inbound stream posts", settings=PostmarkSettings, build=_postmark
)
SES: Final = Kind(about="mails that Amazon SES posts by SNS", settings=SesSettings, build=_ses)
