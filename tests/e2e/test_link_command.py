"""`ccm link` and `ccm erase` as an operator meets them: a decision stands in the log."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.config import EngineSettings, Settings
from pipeline.wiring import build_embedded, utc_now

POST, MAIL = "x:9", "email:<1@example.org>"
START = utc_now().replace(microsecond=0) - timedelta(days=20)


def line(name: str, hours: float, customer: str, *signals: str, **more: Any) -> bytes:
    told = {
        "id": name,
        "kind": "message",
        "at": (START + timedelta(hours=hours)).isoformat(),
        "customer": [customer],
        "channel": customer.partition(":")[0],
        "visibility": "public" if customer.startswith("x:") else "private",
        "direction": "inbound",
        "text": "The kettle leaks.",
        "topic": "product",
        "signals": [{"name": one} for one in signals],
    }
    return json.dumps(told | more).encode()


ADA, POSTER = "email:ada.lovelace@example.org", "x:ada_lovelace"
LINES = [
    line(MAIL, 0, ADA, "complaint"),
    line("email:<2@us.example>", 1, ADA, "stock", direction="outbound"),
    line(POST, 30, POSTER, "complaint", "prior_contact", text="Nobody answers, @us!"),
    line("x:10", 31, POSTER, "substantive", "resolution_claim", direction="outbound"),
    line("x:11", 32, POSTER, "accepts"),
]


def settled(data: Path, *lines: bytes) -> dict[str, Any]:
    """Let the monitor take what is new; return its verdicts by case."""
    embedded = build_embedded(Settings(engine=EngineSettings(data=data)))
    embedded.inbox.append("test", lines, utc_now())
    embedded.engine.drain()
    found = {one.case: one for one in embedded.ledger.all_verdicts()}
    embedded.close()
    return found


def ccm(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command; return what it printed."""
    assert main([*words, "--data", str(data)]) == 0
    return capsys.readouterr().out


def test_a_probable_link_is_listed_confirmed_and_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It moves no figure before somebody says so; then the case is what it really was."""
    before = settled(tmp_path, *LINES)
    assert {one.route for one in before.values()} == {"private_only", "public_first"}
    listed = ccm(tmp_path, capsys, "link", "list")
    assert f"{POST}  '{MAIL}'" in listed
    assert "goes by exactly the same name" in listed
    assert "if confirmed: escalation_only, route escalated" in listed
    assert "ada" not in listed.lower().replace(POST, "")
    ccm(tmp_path, capsys, "link", "confirm", POST, MAIL)
    (after,) = settled(tmp_path).values()
    assert (after.outcome, after.route, after.left_in) == ("escalation_only", "escalated", "stock")
    assert any(one.rule == "linked_by_identity" for one in after.evidence)
    assert ccm(tmp_path, capsys, "link", "list").startswith("0 probable")
    assert after.customer == (ADA, POSTER)


def test_a_rejected_pair_stays_apart_and_is_not_shown_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The decision stands in the log, so that a ledger built anew knows it."""
    before = settled(tmp_path, *LINES)
    ccm(tmp_path, capsys, "link", "reject", POST, MAIL)
    assert settled(tmp_path).keys() == before.keys()
    assert ccm(tmp_path, capsys, "link", "list").startswith("0 probable")
    assert ccm(tmp_path, capsys, "audit").endswith(" 0 differences\n")


def test_a_case_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do."""
    settled(tmp_path, *LINES)
    assert main(["link", "confirm", "x:404", MAIL, "--data", str(tmp_path)]) == 2
    assert "there is no case x:404; `ccm link list`" in capsys.readouterr().err


def test_a_customer_is_forgotten_and_stays_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Texts and identifiers go from log and ledger; the verdict stays; nonsense is refused."""
    before = settled(tmp_path, *LINES)
    told = ccm(tmp_path, capsys, "erase", POSTER)
    assert "will be forgotten" in told
    after = settled(tmp_path)
    assert {case: one.outcome for case, one in after.items()} == {
        case: one.outcome for case, one in before.items()
    }
    assert after[POST].customer == ()
    assert after[MAIL].customer == (ADA,)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("*.db"))
    assert b"Nobody answers" not in held
    assert main(["erase", "nobody", "--data", str(tmp_path)]) == 2
    assert "nobody" in capsys.readouterr().err
