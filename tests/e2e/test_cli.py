"""`ccm` as a user meets it: real processes, real files, a real port."""

import base64
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from pipeline.cli import build_parser
from pipeline.simulation import ROUGH, UNTIL, Plan, simulate

GOLDEN = Path(__file__).parent.parent / "golden" / "events-v1.jsonl"
SAMPLE = Path(__file__).parent.parent.parent / "deploy" / "sample"
AS_OF = "2027-01-01T00:00:00Z"
KEYS = {
    "as_of", "attempts", "avoidance_seconds", "business_seconds", "case", "channels",
    "confirmed_at", "confirmed_by", "customer", "escalated_at", "events", "evidence",
    "false_pauses", "final", "first_reply_at", "first_substantive_at", "flags", "ftr",
    "ftr_reasons", "left_in", "opened_at", "outcome", "paused_seconds", "policy", "promises",
    "recurrence_of", "resolved_at", "revisit_at", "route", "run_around", "stated_escalation",
    "wall_seconds", "why",
}  # fmt: skip


def ccm(
    *arguments: str | Path, cwd: Path, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "pipeline.cli", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, input=stdin, capture_output=True, check=False, env=environment()
    )


def environment() -> dict[str, str]:
    """Return an environment in which this checkout is found from anywhere."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CCM_")}
    return clean | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)}


def test_help_teaches_and_is_quick(tmp_path: Path) -> None:
    """No heavy import before it is needed."""
    done = ccm("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert b"ccm run --demo" in done.stdout
    loaded = ccm_modules(tmp_path)
    assert not loaded & {"uvicorn", "starlette", "sqlalchemy", "rich", "transformers", "faust"}


def ccm_modules(cwd: Path) -> set[str]:
    """Return what is imported once the parser is built."""
    code = "import sys, pipeline.cli; pipeline.cli.build_parser(); print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, check=True, env=environment()
    )
    return set(done.stdout.decode().split())


@pytest.mark.parametrize("command", ["run", "replay", "read", "simulate", "audit", "dead-letters"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And ends well."""
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([command, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out) > 200


def test_replay_keeps_its_contract(tmp_path: Path) -> None:
    """One verdict a line with every key, sorted by case; bad lines beside it; exit 0."""
    events = tmp_path / "events.jsonl"
    events.write_bytes(GOLDEN.read_bytes() + b"not json\n\n" + b'{"kind": "message"}\n')
    out = tmp_path / "verdicts.jsonl"
    done = ccm("replay", events, "--as-of", AS_OF, "--out", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    verdicts = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [one["case"] for one in verdicts] == sorted(one["case"] for one in verdicts)
    assert all(set(one) >= KEYS for one in verdicts)
    assert {one["as_of"] for one in verdicts} == {AS_OF}
    letters = read_lines(tmp_path / "verdicts.jsonl.dead.jsonl")
    lines = len(GOLDEN.read_bytes().splitlines())
    assert [one["line"] for one in letters] == [lines + 1, lines + 3]
    assert base64.b64decode(letters[0]["raw"]) == b"not json"
    assert "2 bad lines" in done.stderr.decode()


def test_replay_writes_to_stdout(tmp_path: Path) -> None:
    """For pipes; without bad lines no other file is made."""
    done = ccm("replay", GOLDEN, "--as-of", AS_OF, cwd=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 3
    assert list(tmp_path.iterdir()) == []


def test_replay_does_not_depend_on_the_order_of_lines_and_files(tmp_path: Path) -> None:
    """Byte for byte, with duplicates, edits, skewed clocks and bad lines among them."""
    lines = list(simulate(Plan(journeys=120, seed=5, noise=ROUGH)).lines)
    whole, parts = tmp_path / "whole.jsonl", tmp_path / "parts"
    whole.write_bytes(b"\n".join(lines))
    parts.mkdir()
    for number in range(3):
        (parts / f"{number}.jsonl").write_bytes(b"\n".join(reversed(lines[number::3])))
    as_of = f"{UNTIL:%Y-%m-%dT%H:%M:%SZ}"
    one = ccm("replay", whole, "--as-of", as_of, cwd=tmp_path)
    other = ccm("replay", parts, "--as-of", as_of, cwd=tmp_path)
    assert one.stdout == other.stdout
    assert len(one.stdout.splitlines()) >= 120


def test_a_policy_changes_the_stamp(tmp_path: Path) -> None:
    """So that figures of two policies cannot be confused."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[policy]\nhorizon = "10 d"\n', "utf-8")
    done = ccm("replay", GOLDEN, "--as-of", AS_OF, "--policy", policy, cwd=tmp_path)
    assert {json.loads(line)["policy"][:7] for line in done.stdout.splitlines()} == {"2026.1+"}


def test_wrong_usage_is_told_in_words(tmp_path: Path) -> None:
    """No traceback, exit 2."""
    for arguments, words in (
        (("replay", "nowhere.jsonl"), "nowhere.jsonl"),
        (("replay", str(GOLDEN), "--as-of", "noon"), "write a time with an offset"),
        (("replay", str(GOLDEN), "--policy", "none.toml"), "none.toml: cannot be read"),
        (("replay", str(GOLDEN), "--out", "no/such/dir/out"), "no/such/dir/out"),
        (("run", "--port", "99999999"), "choose another with --port"),
    ):
        done = ccm(*arguments, cwd=tmp_path)
        assert done.returncode == 2, arguments
        assert words in done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()


def test_read_says_what_texts_say(tmp_path: Path) -> None:
    """One line out for each line in, in order."""
    done = ccm("read", cwd=tmp_path, stdin=b"Still no refund, third time!\n\nDanke\n")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "2", "3"]
    assert not done.stderr
    text = b'{"id": "a", "text": "We are sorry.", "direction": "outbound"}\nbroken\n'
    done = ccm("read", "--json", cwd=tmp_path, stdin=text)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "2"]
    forgotten = ccm("read", cwd=tmp_path, stdin=text)
    assert b"use: ccm read --json" in forgotten.stderr
    assert len(forgotten.stdout.splitlines()) == 2


@contextmanager
def running(data: Path, cwd: Path, *more: str | Path) -> Iterator[str]:
    """Run the monitor on a free port; yield its address; SIGTERM must stop it cleanly."""
    command = [sys.executable, "-m", "pipeline.cli", "run", "--data", str(data), "--port", "0"]
    command += map(str, more)
    process = subprocess.Popen(command, cwd=cwd, stderr=subprocess.PIPE, env=environment())
    assert process.stderr is not None
    try:
        url = ""
        while not url:
            line = process.stderr.readline().decode()
            assert line, "the monitor ended before it said where it listens"
            found = re.search(r"dashboard +(http://\S+)/", line)
            url = found[1] if found else ""
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def post(url: str, body: bytes, content_type: str) -> Any:
    """Send a body; return the JSON of the answer."""
    with urlopen(Request(url, body, {"Content-Type": content_type}), timeout=10) as answer:
        return json.load(answer)


def wait_for_cases(url: str, number: int) -> list[dict[str, Any]]:
    """Return the cases once there are so many."""
    items: list[dict[str, Any]] = []
    for _ in range(200):
        with urlopen(f"{url}/api/v1/cases", timeout=10) as answer:
            items = json.load(answer)["items"]
        if len(items) >= number:
            return items
        time.sleep(0.05)
    raise AssertionError(f"{len(items)} cases after ten seconds, expected {number}")


def test_run_takes_complaints_and_survives_a_restart(tmp_path: Path) -> None:
    """Sent by HTTP, seen as cases, there again after a stop; and the audit finds no difference."""
    data = tmp_path / "data"
    with running(data, tmp_path) as url:
        answer = post(f"{url}/v1/events", GOLDEN.read_bytes(), "application/x-ndjson")
        assert answer["accepted"] == len(GOLDEN.read_bytes().splitlines())
        fields = {"text": "My parcel never came.", "email": "zoe@example.org", "name": "Zoe"}
        post(f"{url}/v1/complaints", json.dumps(fields).encode(), "application/json")
        before = wait_for_cases(url, 4)
        audit = ccm("audit", "--data", data, cwd=tmp_path)
        assert audit.returncode == 0, audit.stdout.decode()
    with running(data, tmp_path) as url:
        after = wait_for_cases(url, 4)
    assert {one["case"] for one in before} == {one["case"] for one in after}
    audit = ccm("audit", "--data", data, cwd=tmp_path)
    assert audit.returncode == 0
    assert b"4 cases, 0 differences" in audit.stdout


def test_the_sample_story_is_seen_as_resolved_only_in_public(tmp_path: Path) -> None:
    """Raw mails and a social export, nothing labelled: the verdict and why, as on the dashboard."""
    files = ("--load", SAMPLE / "mails", SAMPLE / "tweets.csv")
    with running(tmp_path / "data", tmp_path, "--config", SAMPLE / "ccm.toml", *files) as url:
        (case,) = wait_for_cases(url, 1)
        with urlopen(f"{url}/cases/{quote(case['case'], safe='')}", timeout=10) as answer:
            page = answer.read().decode()
    assert (case["outcome"], case["route"]) == ("escalation_only", "escalated")
    assert (case["left_in"], case["channels"]) == ("stock", ["email", "x"])
    rules = {one["rule"]: one["event"] for one in case["evidence"]}
    assert rules["opened"] == "email:m1@example.org"
    assert rules["public_escalation"] == "x:901"
    assert rules["first_substantive_reply"] == "x:902"
    assert rules["confirmed_explicit"] == "x:903"
    assert ">still no refund</mark>" in page
    assert "only gets me stock answers" in page


def test_loading_twice_adds_nothing_and_bad_files_cost_nothing_else(tmp_path: Path) -> None:
    """A row that cannot be used is a dead letter; the rest of the file is taken."""
    tweets = tmp_path / "tweets.csv"
    tweets.write_bytes((SAMPLE / "tweets.csv").read_bytes() + b"904,ada_park,True,noon,Hello?,,\n")
    for _ in range(2):
        with running(tmp_path / "data", tmp_path, "--load", tweets) as url:
            assert len(wait_for_cases(url, 1)) == 1
    listed = ccm("dead-letters", "list", "--data", tmp_path / "data", cwd=tmp_path)
    assert listed.stdout.count(b"tweets.csv:5") == 1
    assert b"created_at" in listed.stdout


def test_audit_finds_a_ledger_that_was_tampered_with(tmp_path: Path) -> None:
    """One changed word in one verdict is enough."""
    data = tmp_path / "data"
    with running(data, tmp_path) as url:
        post(f"{url}/v1/events", GOLDEN.read_bytes(), "application/x-ndjson")
        wait_for_cases(url, 3)
    ledger = sqlite3.connect(data / "ledger.db")
    query = 'UPDATE ccm_verdict SET line = replace(line, \'"ftr":"no"\', \'"ftr":"yes"\')'
    assert ledger.execute(query).rowcount
    ledger.commit()
    ledger.close()
    audit = ccm("audit", "--data", data, cwd=tmp_path)
    assert audit.returncode == 1
    assert b"ftr: ledger 'yes', log 'no'" in audit.stdout


def test_dead_letters_are_listed_shown_and_retried(tmp_path: Path) -> None:
    """A record that cannot be read stands still until its cause is mended."""
    data = tmp_path / "data"
    weather = json.loads(GOLDEN.read_bytes().splitlines()[0]) | {"text": "x" * 3000}
    with running(data, tmp_path) as url:
        request = b'{"kind": "message"}\n' + json.dumps(weather).encode()
        post(f"{url}/v1/events", request, "application/x-ndjson")
        wait_for_cases(url, 1)
    listed = ccm("dead-letters", "--data", data, "list", cwd=tmp_path)
    assert b"field `id`: found nothing" in listed.stdout
    shown = ccm("dead-letters", "--data", data, "show", "1", cwd=tmp_path)
    assert b'{"kind": "message"}' in shown.stdout
    retried = ccm("dead-letters", "--data", data, "retry", cwd=tmp_path)
    assert retried.returncode == 1
    assert b"field `id`: found nothing" in retried.stdout
    missing = ccm("dead-letters", "--data", data, "show", "99", cwd=tmp_path)
    assert missing.returncode == 2
    assert b"no dead letter 99" in missing.stderr


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the JSON objects of a file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]
