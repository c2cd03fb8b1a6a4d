"""A kind of channel as a table to copy: every key, with its meaning, as TOML that can be read."""

import re
import tomllib
from dataclasses import fields

import pytest

from pipeline.cli.kinds import meanings_of, table_of
from pipeline.connectors.registry import find_kind, kinds
from pipeline.errors import ConfigError

KEY = re.compile(r"(?:# )?[a-z_]+ = ")


@pytest.mark.parametrize("name", [name for name, _ in kinds()])
def test_every_kind_shows_a_table_that_can_be_copied(name: str) -> None:
    """It is TOML, also with what is optional taken in; every key is there, and told."""
    kind = find_kind(name, "kind")
    lines = list(table_of(name, kind))
    every = [line.removeprefix("# ") for line in lines if KEY.match(line)]
    assert tomllib.loads("\n".join(lines))["channels"][0]["kind"] == name
    assert tomllib.loads("\n".join(every))
    shown = "\n".join(lines)
    for item in fields(kind.settings):
        assert f"{item.name} = " in shown or f"CCM_CHANNEL_NAME_{item.name.upper()}" in shown


def test_meanings_come_from_the_settings_themselves() -> None:
    """Behind the key where there is room, above it where not; secrets by where they come from."""
    lines = list(table_of("imap", find_kind("imap", "kind")))
    assert 'host = "…"  # of the server.' in lines
    assert "# port = 993  # 993 with TLS from the start." in lines
    assert "#   CCM_CHANNEL_NAME_PASSWORD, or write password_file (optional)" in lines
    told = list(table_of("bluesky", find_kind("bluesky", "kind")))
    assert '# back = "60 min"' in "\n".join(told)


def test_no_setting_is_without_a_meaning() -> None:
    """Who writes a new one says what it is for."""
    for name, kind in kinds():
        known = meanings_of(kind.settings)
        assert not {item.name for item in fields(kind.settings) if item.name not in known}, name


def test_a_typing_error_is_met_with_the_name_that_was_meant() -> None:
    """Of a kind as of a key."""
    with pytest.raises(ConfigError, match=r"no kind 'imapp'; did you mean imap\? known are"):
        find_kind("imapp", "channels.support.kind")
