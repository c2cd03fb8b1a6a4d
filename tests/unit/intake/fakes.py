"""The gateway's neighbours in memory, and a way to build it with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from pipeline.channels import mail, web_form
from pipeline.config import CompanySettings, IntakeSettings, ServerSettings, Settings
from pipeline.domain.events import Event, Message
from pipeline.errors import StoreError
from pipeline.intake import Readers, create_app
from pipeline.intake.ports import FieldError, Webhooks

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


@dataclass
class FakeInbox:
    """Keeps lines in memory; ``broken`` makes it fail."""

    lines: list[tuple[str, bytes]] = field(default_factory=list)
    broken: bool = False

    def append(self, source: str, raw_lines: Sequence[bytes], now: datetime) -> None:
        if self.broken:
            raise StoreError("the disk is full")
        self.lines += [(source, line) for line in raw_lines]


@dataclass
class FakeDeadLetters:
    """Keeps bad input in memory."""

    letters: list[tuple[str, str, str, bytes]] = field(default_factory=list)

    def add(self, reason: str, where: str, origin: str, raw: bytes, now: datetime) -> None:
        self.letters.append((reason, where, origin, raw))


def read_form(
    fields: Mapping[str, Any], *, reference: str, at: datetime
) -> Message | Sequence[FieldError]:
    """The real form, behind the gateway's port."""
    try:
        return web_form.parse(fields, at=at, new_id=reference)[0]
    except web_form.BadForm as error:
        return error.errors


def read_mail(raw: bytes, *, received_at: datetime) -> Sequence[Event]:
    """The real mail reader, behind the gateway's port."""
    return mail.parse(raw, received_at=received_at)


@dataclass
class House:
    """A gateway and its fakes; ``now`` may be moved."""

    inbox: FakeInbox = field(default_factory=FakeInbox)
    dead_letters: FakeDeadLetters = field(default_factory=FakeDeadLetters)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    now: datetime = NOW
    missing: list[str] = field(default_factory=list)

    def app(
        self,
        routes: Sequence[BaseRoute] = (),
        hosts: tuple[str, ...] = (),
        channels: Webhooks | None = None,
        **intake: Any,
    ) -> Starlette:
        """The application, with these settings of the gateway."""
        settings = Settings(
            server=ServerSettings(hosts=hosts),
            company=CompanySettings(name="Acme"),
            intake=replace(IntakeSettings(), **intake),
        )
        return create_app(
            inbox=self.inbox,
            dead_letters=self.dead_letters,
            readers=Readers(form=read_form, mail=read_mail),
            settings=settings,
            registry=self.registry,
            dashboard_routes=routes,
            clock=lambda: self.now,
            ready=lambda: self.missing,
            channels=channels,
        )
