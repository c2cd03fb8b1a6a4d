"""`ccm channels` and the channels of `ccm run`, as a user meets them."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from pipeline.cli.run import _greet
from pipeline.config import Settings, load_settings
from pipeline.embedded.inbox import Inbox
from pipeline.payloads import Delivery
from pipeline.wire import decode_event
from tests.contract.rigs import fake
from tests.e2e.test_cli import ccm, running

TABLES = f"""
[[channels]]
name = "desk"
kind = "{fake.RIG.kind}"
board = "a"

[[channels]]
name = "asleep"
kind = "nothing-known"
enabled = false
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KEY_OF_DESK", fake.KEY)
    path = tmp_path / "ccm.toml"
    path.write_text(TABLES.replace('board = "a"', 'board = "a"\nkey_env = "KEY_OF_DESK"'))
    return path


def test_check_tries_each_and_tells(config: Path, tmp_path: Path) -> None:
    """All is well: exit 0, a line for each finding."""
    done = ccm("channels", "check", "--config", config, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"ok     the board has 0 posts" in done.stdout
    assert b"/v1/webhooks/desk" in done.stdout
    assert b"ok     disabled, so not tried" in done.stdout
    assert done.stdout.endswith(b"all 2 are well\n")


def test_check_says_what_is_wrong_and_goes_on(config: Path, tmp_path: Path) -> None:
    """Exit 1; a table that is wrong does not keep the others from being tried."""
    config.write_text('[[channels]]\nname = "odd"\nkind = "pigeon"\n' + config.read_text())
    done = ccm("channels", "check", "--config", config, cwd=tmp_path)
    assert done.returncode == 1
    assert b"WRONG  channels.odd.kind: there is no kind 'pigeon'" in done.stdout
    assert done.stdout.endswith(b"1 of 3 are wrong: odd\n")
    assert b"the board has" in done.stdout
    assert ccm("channels", "check", "desk", "--config", config, cwd=tmp_path).returncode == 0
    assert ccm("channels", "check", "none", "--config", config, cwd=tmp_path).returncode == 2


def test_list_tells_what_is_configured(config: Path, tmp_path: Path) -> None:
    """How each comes in, and when it last did."""
    done = ccm("channels", "list", "--config", config, "--data", tmp_path / "data", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"fetches desk, nothing stored yet; POST /v1/webhooks/desk" in done.stdout
    assert b"disabled" in done.stdout


def test_list_makes_no_folder(config: Path, tmp_path: Path) -> None:
    """To look is not to begin."""
    done = ccm("channels", "list", "--config", config, "--data", tmp_path / "new", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "new").exists()


def test_a_wrong_table_keeps_the_monitor_from_starting(config: Path, tmp_path: Path) -> None:
    """With the key and what to write; nothing runs with half of its channels."""
    config.write_text(config.read_text().replace("board", "bored"))
    done = ccm("run", "--config", config, "--port", "0", cwd=tmp_path)
    assert done.returncode == 2
    assert b"channels.desk.bored: is no setting" in done.stderr


def test_the_monitor_says_what_is_connected(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At its start, by name; where nothing is, how to begin."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        _greet(listener, load_settings(config), is_demo=False)
        assert "  channels         desk\n" in capsys.readouterr().err
        _greet(listener, Settings(), is_demo=False)
        assert "none yet: `ccm channels kinds`" in capsys.readouterr().err


def test_a_running_monitor_takes_what_a_source_sends(config: Path, tmp_path: Path) -> None:
    """Signed: it is in the log; forged: refused; how it fares is in the metrics."""
    data = tmp_path / "data"
    with running(data, tmp_path, "--config", config) as url:
        good = fake.sign(fake.make(1), datetime.now(UTC))
        assert post(f"{url}/v1/webhooks/desk", good) == 200
        assert post(f"{url}/v1/webhooks/desk", good) == 409
        assert post(f"{url}/v1/webhooks/desk", replace(good, raw=b"{}")) == 403
        with urlopen(f"{url}/metrics") as answer:
            metrics = answer.read().decode()
    inbox = Inbox(data / "inbox.db")
    found = [decode_event(one.raw).id for one in inbox.read_after(0, 10)]
    assert [one for one in found if one.startswith("fake:")] == ["fake:1"]
    inbox.close()
    assert 'ccm_connector_events_total{connector="desk/webhook"} 1.0' in metrics
    assert 'ccm_connector_errors_total{connector="desk/webhook",reason="forged"} 2.0' in metrics
    assert 'ccm_connector_state{connector="desk/webhook",state="running"} 1.0' in metrics


def post(url: str, delivery: Delivery) -> int:
    """Send as a source does; return the status."""
    try:
        with urlopen(Request(url, delivery.raw, dict(delivery.headers))) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
