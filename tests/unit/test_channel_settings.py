"""The ``[[channels]]`` tables: what is read, what is refused, and that secrets stay secret."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import ChannelTable, Secret, load_settings, read_section
from pipeline.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A kind's settings."""

    host: str
    port: int = 993
    folders: tuple[str, ...] = ("INBOX",)
    password: Secret
    token: Secret | None = None


def load(tmp_path: Path, text: str) -> tuple[ChannelTable, ...]:
    path = tmp_path / "ccm.toml"
    path.write_text(text)
    return load_settings(path, {}).channels


def section(values: dict[str, object], environ: dict[str, str]) -> Mailbox:
    return read_section(Mailbox, ChannelTable(name="my-box", kind="x", values=values), environ)


def test_tables_are_read_in_their_order(tmp_path: Path) -> None:
    """What every channel has is typed at once, the rest waits for its kind."""
    first, second = load(
        tmp_path,
        '[[channels]]\nname = "a"\nkind = "imap"\nhost = "h"\nexpect_every = "2 d"\n'
        '[[channels]]\nname = "b"\nkind = "lmtp"\nenabled = false\nsilent_after = "1 h"\n',
    )
    assert (first.name, first.kind, first.enabled) == ("a", "imap", True)
    assert first.values == {"host": "h"}
    assert first.expect_every == timedelta(days=2)
    assert (second.enabled, second.silent_after) == (False, timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channels = 5", "write tables"),
        ("[[channels]]\nkind = 'imap'", "table 1 has the name None"),
        ("[[channels]]\nname = 'A b'\nkind = 'imap'", "lower-case letters"),
        ("[[channels]]\nname = 'a'", "channels.a.kind: is missing"),
        ("[[channels]]\nname='a'\nkind='x'\n[[channels]]\nname='a'\nkind='x'", "two tables"),
        ("[[channels]]\nname='a'\nkind='x'\nsilent_after='soon'", "channels.a.silent_after"),
    ],
)
def test_a_wrong_table_is_told(tmp_path: Path, text: str, told: str) -> None:
    """By its name or number, and with what to write."""
    with pytest.raises(ConfigError, match=told):
        load(tmp_path, text)


def test_a_secret_comes_from_a_variable_of_its_own_name() -> None:
    """Or from one that is named, or from a file."""
    found = section({"host": "h"}, {"CCM_CHANNEL_MY_BOX_PASSWORD": "hush"})
    assert found.password.reveal() == "hush"
    assert found.token is None
    named = section({"host": "h", "password_env": "PW"}, {"PW": "hush"})
    assert named.password.reveal() == "hush"


def test_a_file_is_read_anew_at_each_use(tmp_path: Path) -> None:
    """So that a token that somebody renews is taken without a restart."""
    path = tmp_path / "token"
    path.write_text("one\n")
    found = section({"host": "h", "password_file": str(path)}, {})
    assert found.password.reveal() == "one"
    path.write_text("two\n")
    assert found.password.reveal() == "two"
    path.unlink()
    with pytest.raises(ConfigError, match="password_file"):
        found.password.reveal()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"host": "h"}, "no secret is given; set CCM_CHANNEL_MY_BOX_PASSWORD"),
        ({"host": "h", "password": "hush"}, "does not belong into this file"),
        ({"host": "h", "password_env": "NOPE"}, "the environment has no NOPE"),
        ({"host": "h", "password_file": "nowhere"}, "nowhere cannot be read"),
        ({"host": "h", "port": "x", "password_env": "PW"}, "channels.my-box.port: found 'x'"),
        ({"password_env": "PW"}, "channels.my-box.host: is missing"),
        ({}, "host: is missing.*; channels.my-box.password: no secret is given"),
        ({"hots": "h", "password_env": "PW"}, r"hots: is no setting; did you mean host\? known"),
    ],
)
def test_what_is_wrong_is_told_by_key(values: dict[str, object], told: str) -> None:
    """And never with the secret in the message."""
    with pytest.raises(ConfigError, match=told) as caught:
        section(values, {"PW": "hush"})
    assert "hush" not in str(caught.value)


def test_a_secret_is_not_shown() -> None:
    """However it is printed."""
    found = section({"host": "h"}, {"CCM_CHANNEL_MY_BOX_PASSWORD": "hush"})
    assert "hush" not in f"{found} {found!r} {found.password} {found.password!r}"
