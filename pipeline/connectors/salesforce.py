"""Salesforce by export: a folder into which the files of Data Export or Data Loader are laid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, get_args

from pipeline.channels import salesforce, salesforce_files
from pipeline.connectors.folder import SETTLE_SECONDS, Folder
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.domain.events import StatusName
from pipeline.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class SalesforceSettings:
    """One organisation.

    Attributes:
        path: of the folder.
        states: what states of its own mean: ``{"Awaiting parts" = "pending", …}``.
        poll_seconds: how often the folder is looked at.
        settle_seconds: how long a file has to lie untouched.
    """

    path: Path
    states: Mapping[str, str] = field(default_factory=dict)
    poll_seconds: float = 30.0
    settle_seconds: float = SETTLE_SECONDS


def build(name: str, settings: SalesforceSettings, around: Surroundings) -> Parts:
    """Make the one connector."""
    org = salesforce.Org(house=around.mail, states=read_states(name, settings.states))
    folder = Folder(
        name=name,
        path=settings.path,
        suffixes=(".csv",),
        split=partial(salesforce_files.split, limits=around.mail.limits),
        read=lambda raw: salesforce.parse(raw, org),
        clock=around.clock,
        seconds=settings.poll_seconds,
        settle_seconds=settings.settle_seconds,
    )
    return Parts(connectors=(folder,), check=folder.check)


def read_states(name: str, told: Mapping[str, str]) -> Mapping[str, StatusName]:
    """Return what states of a picklist mean.

    Raises:
        ConfigError: one is said to be what no state is.
    """
    known = get_args(StatusName)
    for key, value in told.items():
        if value not in known:
            raise ConfigError(
                f"channels.{name}.states.{key}: found {value!r}; write one of {', '.join(known)}"
            )
    return {key.lower(): value for key, value in told.items()}  # type: ignore[misc]  # checked above


KIND: Final = Kind(
    about="cases, mails and comments of Salesforce, from a folder of exported files",
    settings=SalesforceSettings,
    build=build,
)
