"""Alerts from end to end: ccm, Prometheus and Alertmanager as they are, heard on a webhook."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from pipeline.alerts import write_rules
from pipeline.config import Settings
from tests.conftest import REPOSITORY, skip_or_fail
from tests.services.hooks import Posted, Webhook
from tests.services.processes import LOOPBACK, Child, ServiceAbsent, free_port
from tests.services.prometheus import AlertmanagerServer, PrometheusServer

ROUTES = REPOSITORY / "deploy" / "alertmanager" / "alertmanager.yaml"
ALWAYS = "weekdays: ['sunday:saturday']\n        times: [{start_time: '00:00', end_time: '24:00'}]"
SECRET = "hush-hush"


@contextmanager
def alertmanager(hook: Webhook, folder: Path, hours: str = ALWAYS) -> Iterator[AlertmanagerServer]:
    """The configuration of deploy/, but for secrets on our own disk and seconds for minutes."""
    text = ROUTES.read_text()
    for name in ("oncall", "desk"):
        (folder / f"{name}_url").write_text(f"{hook.url}/{name}")
    text = text.replace("/run/secrets/", f"{folder}/")
    text = re.sub(r"group_wait: \d+s", "group_wait: 1s", text)
    text = re.sub(r"group_interval: \w+", "group_interval: 1s", text)
    text, found = re.subn(r"weekdays: .*\n +times: .*", hours, text)
    assert found == 1
    try:
        with AlertmanagerServer(text) as server:
            yield server
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as opened:
        yield opened


def alert(name: str, severity: str, *, ended: bool = False, **labels: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    ends = now if ended else now + timedelta(minutes=5)
    return {
        "labels": {"alertname": name, "severity": severity, **labels},
        "annotations": {
            "summary": f"{name} {labels.get('case', '')}", "description": "five lines",
            "link": "https://monitor.example/cases/1", "runbook_url": f"RUNBOOK.md#{name.lower()}",
        },
        "startsAt": now.isoformat(),
        "endsAt": ends.isoformat(),
    }  # fmt: skip


def said(posted: Posted) -> str:
    """What a message says, as a Slack-compatible webhook has it."""
    (attachment,) = posted.body["attachments"]
    return f"{attachment['title']}\n{attachment['text']}"


def to(who: str, *words: str) -> Callable[[Sequence[Posted]], bool]:
    """Whether one message to somebody has all these words."""
    return lambda posted: any(
        one.path == f"/{who}" and all(word in said(one) for word in words) for one in posted
    )


# ----------------------------------------------------------------------------------- Alertmanager


def test_cases_with_one_trouble_are_one_message_and_end_in_one(
    hook: Webhook, tmp_path: Path
) -> None:
    """Grouped by what they are; it says what to do, and that it is over."""
    with alertmanager(hook, tmp_path) as server:
        server.tell(
            [alert("CcmCasePublicUnanswered", "page", case=f"case-{n}") for n in range(3)]
            + [alert("CcmConnectorSilent", "page", connector="support")]
        )
        hook.wait_until(to("oncall", "CcmConnectorSilent"))
        hook.wait_until(to("oncall", "CcmCasePublicUnanswered: 3", "case-0", "case-1", "case-2"))
        told = [said(one) for one in hook.posted if "CcmCasePublic" in said(one)]
        assert len(told) == 1
        assert "what to do: RUNBOOK.md#ccmcasepublicunanswered" in told[0]
        assert "https://monitor.example/cases/1" in told[0]
        server.tell(
            [
                alert("CcmCasePublicUnanswered", "page", case=f"case-{n}", ended=True)
                for n in range(3)
            ]
        )
        hook.wait_until(to("oncall", "CcmCasePublicUnanswered is over", "Over: "))
    assert {one.path for one in hook.posted} == {"/oncall"}


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("CcmIngestLag", "CcmPublicEscalationUnanswered"),
        ("CcmIngestLag", "CcmCaseThreat"),
        ("CcmCasePublicUnanswered", "CcmPublicEscalationUnanswered"),
        ("CcmLedgerUnavailable", "CcmFtrBudgetBurnFast"),
        ("CcmFtrBudgetBurnFast", "CcmFtrBudgetBurnSlow"),
    ],
)
def test_what_another_alert_explains_is_not_told(
    hook: Webhook, tmp_path: Path, source: str, target: str
) -> None:
    """It is there, suppressed, while the other fires."""
    with alertmanager(hook, tmp_path) as server:
        server.tell([alert(source, "page"), alert(target, "ticket"), alert("Else", "ticket")])
        hook.wait_until(to("oncall", source))
        hook.wait_until(to("desk", "Else"))
        assert server.states() == {source: "active", target: "suppressed", "Else": "active"}
    assert not any(target in said(one) for one in hook.posted)


def test_tickets_wait_for_working_hours_and_pages_do_not(hook: Webhook, tmp_path: Path) -> None:
    """Two days from now the desk works again; until then only pages are told."""
    day = (datetime.now(UTC) + timedelta(days=2)).strftime("%A").lower()
    hours = f"weekdays: ['{day}']\n        times: [{{start_time: '09:00', end_time: '17:00'}}]"
    with alertmanager(hook, tmp_path, hours) as server:
        server.tell([alert("CcmCaseThreat", "ticket")])
        server.tell([alert("CcmConnectorSilent", "page")])
        hook.wait_until(to("oncall", "CcmConnectorSilent"))
        # Its group has been flushed by now as often as that of the page.
        server.tell([alert("CcmConnectorSilent", "page", ended=True)])
        hook.wait_until(to("oncall", "CcmConnectorSilent is over"))
        assert server.states()["CcmCaseThreat"] == "active"
    assert not any(one.path == "/desk" for one in hook.posted)


# -------------------------------------------------------------------------------------- the whole


def event(
    at: datetime, number: int, direction: str, *signals: str, public: bool = False, who: str = "ada"
) -> bytes:
    return json.dumps({
        "id": f"desk:{number}", "kind": "message", "at": at.isoformat(), "customer": [f"x:{who}"],
        "channel": "x" if public else "email", "visibility": "public" if public else "private",
        "direction": direction, "text": "Call +44 20 7946 0958, nobody answers!",
        "refs": [f"order:{who}"], "signals": [{"name": name} for name in signals],
    }).encode()  # fmt: skip


class Monitor:
    """`ccm run` as its own process, told what happens over HTTP."""

    def __init__(self, folder: Path, receivers: str, chat: str) -> None:
        self.port = free_port()
        self.folder = folder
        self._chat = chat
        (folder / "ccm.toml").write_text(
            f'[alerts]\nevery = "1 s"\nbase_url = "https://monitor.example"\n{receivers}'
        )

    @contextmanager
    def running(self, log: str) -> Iterator["Child"]:
        command: list[str | Path] = [
            sys.executable, "-m", "pipeline.cli", "run", "--config", self.folder / "ccm.toml",
            "--data", self.folder / "data", "--port", str(self.port),
        ]  # fmt: skip
        environment = {
            "PYTHONPATH": str(REPOSITORY),
            "CCM_READER_MODEL": "rules",
            "CCM_ALERT_CHAT_URL": f"{self._chat}/{SECRET}",
        }
        child = Child(command, self.folder / log, environment=environment)
        try:
            yield child.wait_until(self._is_ready)
        finally:
            child.stop()

    def take(self, *lines: bytes) -> None:
        asked = Request(
            f"http://{LOOPBACK}:{self.port}/v1/events",
            data=b"\n".join(lines) + b"\n",
            headers={"content-type": "application/x-ndjson"},
        )
        with urlopen(asked, timeout=10) as answer:
            assert answer.status == 202

    def holds(self) -> float:
        """How many customers who went public wait, as the process last looked."""
        with urlopen(f"http://{LOOPBACK}:{self.port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        found = re.search(
            r'^ccm_alerts_open{name="CcmCasePublicUnanswered"} (.+)$', text, re.MULTILINE
        )
        assert found is not None
        return float(found[1])

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://{LOOPBACK}:{self.port}/readyz", timeout=5):
                return True
        except (URLError, OSError):
            return False


def test_a_post_that_nobody_answers_is_told_until_somebody_does(
    hook: Webhook, tmp_path: Path
) -> None:
    """ccm tells of the case, Prometheus of the count, which the first inhibits; a reply ends both.

    A restart in between repeats nothing, and old cases wake nobody.
    """
    now = datetime.now(UTC)
    rules = write_rules(Settings().objective, Settings().alerts)
    with alertmanager(hook, tmp_path) as manager:
        monitor = Monitor(
            tmp_path,
            f'[[alerts.receivers]]\nname = "am"\nkind = "alertmanager"\nurl = "{manager.url}"\n'
            '[[alerts.receivers]]\nname = "chat"\nkind = "slack"\n',
            hook.url,
        )
        target, address = f"{LOOPBACK}:{monitor.port}", manager.url.removeprefix("http://")
        with PrometheusServer([target], rules, address) as prometheus:
            with monitor.running("first.out"):
                monitor.take(
                    event(now - timedelta(hours=20), 1, "inbound", "complaint"),
                    event(now - timedelta(hours=15), 2, "outbound", "stock"),
                    event(now - timedelta(hours=5), 3, "inbound", public=True),
                )
                # Of a year ago, unanswered to this day: nobody is woken for it.
                old = now - timedelta(days=365)
                monitor.take(
                    event(old, 11, "inbound", "complaint", who="eva"),
                    event(old + timedelta(hours=5), 12, "inbound", public=True, who="eva"),
                )
                hook.wait_until(to("oncall", "CcmCasePublicUnanswered: 1", "went public"))
                hook.wait_until(lambda all_: any(SECRET in one.path for one in all_))
                _until(lambda: "CcmPublicEscalationUnanswered" in prometheus.firing())
                _until(
                    lambda: manager.states().get("CcmPublicEscalationUnanswered") == "suppressed"
                )
            with monitor.running("again.out"):
                _until(lambda: monitor.holds() == 1)
                monitor.take(event(now, 4, "outbound", "substantive"))
                hook.wait_until(to("oncall", "CcmCasePublicUnanswered is over"))
                hook.wait_until(lambda all_: sum(SECRET in one.path for one in all_) >= 2)
                _until(lambda: not prometheus.firing())
    told = [one.body["text"] for one in hook.posted if SECRET in one.path]
    assert len(told) == 2, "told once, and once that it is over"
    assert "https://monitor.example/cases/desk%3A1" in told[0]
    assert told[1].startswith("*Over: ")
    everything = json.dumps([one.body for one in hook.posted])
    assert "7946" not in everything
    assert "desk%3A11" not in everything
    for log in ("first.out", "again.out"):
        assert SECRET not in (tmp_path / log).read_text()


def _until(holds: Callable[[], bool]) -> None:
    """Wait for something that can only be asked for."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
