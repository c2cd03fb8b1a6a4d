"""The channels that stand as comments in the example file can be used as they stand."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors.registry import KINDS, build_channel
from tests.unit.connectors.test_mastodon import AROUND

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "deploy" / "ccm.example.toml"
UNTOLD = {"chatwoot", "zammad", "postmark", "sendgrid", "ses"}
"""Kinds of which the README tells all there is: a secret, or an address."""


class Secrets(Mapping[str, str]):
    """An environment that has every secret which a comment of the file names, and no other."""

    def __init__(self, text: str) -> None:
        self._names = set(re.findall(r"\bCCM_CHANNEL_[A-Z_]+\b", text))

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        return "secret-of-the-example"

    def __iter__(self) -> Any:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def tables() -> list[dict[str, Any]]:
    """Return the tables, with the signs of comment taken away."""
    text = EXAMPLE.read_text(encoding="utf-8")
    start = text.index("# [[channels]]")
    plain = "\n".join(line.removeprefix("# ") for line in text[start:].splitlines() if line != "#")
    return list(tomllib.loads(plain)["channels"])


@pytest.mark.parametrize("table", tables(), ids=lambda one: one["name"])
def test_an_example_can_be_used_as_it_stands(
    table: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the secrets that its comment names."""
    monkeypatch.chdir(REPOSITORY)
    values = {key: value for key, value in table.items() if key not in {"name", "kind"}}
    values = {
        key: value for key, value in values.items() if key not in {"silent_after", "expect_every"}
    }
    secrets = Secrets(EXAMPLE.read_text(encoding="utf-8"))
    built = build_channel(
        ChannelTable(name=table["name"], kind=table["kind"], values=values), AROUND, secrets
    )
    assert built.connectors or built.webhook or built.listeners


def test_every_kind_is_shown() -> None:
    """Whoever wants to connect something finds it in the file."""
    assert KINDS.keys() - {one["kind"] for one in tables()} == UNTOLD
    names = [one["name"] for one in tables()]
    assert len(set(names)) == len(names)
