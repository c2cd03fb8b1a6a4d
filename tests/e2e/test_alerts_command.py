"""`ccm alerts`: what it prints and sends, as a user types it."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from pipeline.cli import main
from pipeline.config import EngineSettings, Settings
from pipeline.domain.verdict import Verdict
from pipeline.monitor import Change
from pipeline.wiring import open_ledger
from tests.conftest import REPOSITORY
from tests.deploy.agreement import DEPLOY
from tests.services.answers import Reply
from tests.services.hooks import Posted, Webhook
from tests.services.mailbox import Mailbox
from tests.services.processes import LOOPBACK, Child, free_port
from tests.verdicts import build_verdict

NOW = datetime.now(UTC)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with Webhook() as opened:
        monkeypatch.setenv("CCM_ALERT_ONCALL_URL", f"{opened.url}/hush")
        yield opened


@pytest.fixture
def config(tmp_path: Path, hook: Webhook) -> Path:
    path = tmp_path / "ccm.toml"
    path.write_text(
        '[[alerts.receivers]]\nname = "oncall"\nkind = "slack"\n'
        f'[[alerts.receivers]]\nname = "prom"\nkind = "alertmanager"\nurl = "{hook.url}/am"\n'
        '[[alerts.receivers]]\nname = "off"\nkind = "email"\nenabled = false\n'
    )
    return path


def say(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_a_sample_goes_to_each_receiver(
    config: Path, hook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it is not taken, that is said in words, and the exit status is 1."""
    assert main(["alerts", "test", "--config", str(config)]) == 0
    said = say(capsys)
    assert said.count("ok took a sample") == 2
    assert "off (email) disabled, so not tried" in said
    assert [one.path for one in hook.posted] == ["/hush", "/hush", "/am/api/v2/alerts"]
    hook.instead.append(Reply(status=403, body=b"no_such_team"))
    assert main(["alerts", "test", "oncall", "--config", str(config)]) == 1
    said = say(capsys)
    assert "WRONG" in said
    assert "answered 403 'no_such_team'; renew its address" in said
    assert "hush" not in said


def test_a_wrong_receiver_is_told_and_the_others_are_tried(
    config: Path, hook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each by the key that is to be corrected."""
    with Mailbox() as mailbox:
        config.write_text(
            config.read_text() + '[[alerts.receivers]]\nname = "bad"\nkind = "email"\nhost = "x"\n'
            f'[[alerts.receivers]]\nname = "mail"\nkind = "email"\nhost = "{LOOPBACK}"\n'
            f'port = {mailbox.port}\ntls = "none"\nsender = "ccm@acme.example"\n'
            'to = ["a@b.example"]\n'
        )
        assert main(["alerts", "test", "--config", str(config)]) == 1
    said = say(capsys)
    assert "alerts.receivers.bad.sender: is missing" in said
    assert [one["subject"] for one in mailbox.mails] == [
        "To do: sample: nobody has to do anything",
        "Over: sample: nobody has to do anything",
    ]


def test_a_name_that_nobody_has_and_no_receivers(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told by what to write."""
    assert main(["alerts", "test", "onclal", "--config", str(config)]) == 2
    assert "no receiver is called onclal" in capsys.readouterr().err
    assert main(["alerts", "list", "--data", str(tmp_path / "new")]) == 0
    said = say(capsys)
    assert said.startswith("No case alerts.")
    assert "write [[alerts.receivers]] tables" in said


def test_what_holds_is_listed_with_who_was_told(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages first; brackets in ids are no markup."""
    ledger = open_ledger(Settings(engine=EngineSettings(data=tmp_path / "data")))
    post = NOW - timedelta(hours=5)
    cases = (
        build_verdict("x:[red]1", route="escalated", escalated_at=post, waiting_since=post),
        build_verdict("form:2", waiting_since=post, facts={"threats": 1}),
    )
    ledger.apply([Change(root=one.case, verdicts=(one,), at=NOW) for one in cases])
    ledger.close()
    assert main(["alerts", "list", "--config", str(config), "--data", str(tmp_path / "data")]) == 0
    said = say(capsys)
    assert said.index("page") < said.index("ticket")
    assert "x:[red]1" in said
    assert "nobody" in said


def test_rules_follow_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To stdout or into a file; an objective that no alert could hold is refused."""
    assert main(["alerts", "rules"]) == 0
    assert capsys.readouterr().out == (DEPLOY / "prometheus" / "rules.yaml").read_text()
    config, out = tmp_path / "ccm.toml", tmp_path / "rules.yaml"
    config.write_text("[objective]\nftr = 0.9\n")
    assert main(["alerts", "rules", "--config", str(config), "--out", str(out)]) == 0
    assert "ccm:ftr_failures:ratio / 0.1\n" in out.read_text()
    config.write_text("[objective]\nftr = 0.4\n")
    assert main(["alerts", "rules", "--config", str(config)]) == 2
    assert "the alert could never fire" in capsys.readouterr().err


def test_what_is_sent_is_what_a_chat_takes(config: Path, hook: Webhook) -> None:
    """One JSON object with one text, as Slack's and Mattermost's webhooks want it."""
    main(["alerts", "test", "oncall", "--config", str(config)])
    assert all(set(one.body) == {"text"} for one in hook.posted)
    assert json.dumps(hook.bodies[0]).count("nobody has to do anything") == 1


def test_of_two_processes_one_tells_and_the_other_follows(
    config: Path, tmp_path: Path, hook: Webhook
) -> None:
    """Side by side on one ledger: told once; that it is over tells whoever is left."""
    data = tmp_path / "data"
    config.write_text('[alerts]\nevery = "1 s"\n' + config.read_text())
    keep(data, build_verdict("form:2", waiting_since=NOW, facts={"threats": 1}))
    ports = (free_port(), free_port())
    with ExitStack() as first:
        first.enter_context(alerting(config, data, ports[0]))
        hook.wait_until(lambda posted: len(chats(posted)) == 1)
        with alerting(config, data, ports[1]):
            assert [open_alerts(port) for port in ports] == [1, 0], "the second one waits"
            first.close()
            keep(data, build_verdict("form:2", "resolved_with_effort"))
            hook.wait_until(lambda posted: len(chats(posted)) == 2)
    assert [one.partition(":")[0] for one in chats(hook.posted)] == ["*To do", "*Over"]


def keep(data: Path, verdict: Verdict) -> None:
    """Tell the ledger of a verdict, as a worker does."""
    ledger = open_ledger(Settings(engine=EngineSettings(data=data)))
    ledger.apply([Change(root="r", verdicts=(verdict,), at=NOW)])
    ledger.close()


def chats(posted: Sequence[Posted]) -> list[str]:
    """What was posted to the chat."""
    return [one.body["text"] for one in posted if one.path == "/hush"]


@contextmanager
def alerting(config: Path, data: Path, port: int) -> Iterator[Child]:
    """`ccm alerts run` as a process of its own, once it serves."""
    command: list[str | Path] = [
        sys.executable, "-m", "pipeline.cli", "alerts", "run", "--config", config,
        "--data", data, "--port", str(port),
    ]  # fmt: skip
    child = Child(command, data / f"{port}.out", environment={"PYTHONPATH": str(REPOSITORY)})
    try:
        yield child.wait_until(lambda: is_ready(port))
    finally:
        child.stop()


def is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/readyz", timeout=5):
            return True
    except (URLError, OSError):
        return False


def open_alerts(port: int) -> float:
    """How many alerts hold, as that process says."""
    with urlopen(f"http://{LOOPBACK}:{port}/metrics", timeout=10) as answer:
        found = re.findall(r"^ccm_alerts_open{.+} (.+)$", answer.read().decode(), re.MULTILINE)
    return sum(map(float, found))
