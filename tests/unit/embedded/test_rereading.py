"""A better model reads the log anew: by command, with what it moves, and with the reason logged."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.cli import main, models_reread
from pipeline.domain.events import Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.texts import texts_of
from pipeline.domain.timeline import Timeline, collect
from pipeline.embedded.rereading import reread
from pipeline.reading import read_texts
from tests.unit.embedded.parts import AT, NOW, Model, parts

OPENING = Message(
    id="m:0",
    at=AT,
    customer=("x:ada",),
    channel="email",
    visibility="private",
    direction="inbound",
    text="It is broken.",
    signals=(Signal(name="complaint"),),
)
CLAIM = Message(
    id="m:1",
    at=AT + timedelta(hours=1),
    customer=("x:ada",),
    channel="email",
    visibility="private",
    direction="outbound",
    text="We have mended it.",
    signals=(Signal(name="substantive"), Signal(name="resolution_claim")),
)
WORD = Message(
    id="m:2",
    at=AT + timedelta(hours=2),
    customer=("x:ada",),
    channel="email",
    visibility="private",
    direction="inbound",
    text="Well, thank you so much.",
)


def timeline(*models: Model) -> Timeline:
    """The case of Ada, read by each model in turn."""
    made = collect([OPENING, CLAIM, WORD])
    for model in models:
        made = collect([*made.all(), *read_texts(texts_of(made, Policy()), model)])
    return made


def test_only_what_differs_is_revised() -> None:
    """And the cases that it moves are named, with what was said before."""
    old, new = Model("m-1", "dispute"), Model("m-2", "thanks")
    (same,) = reread([timeline(old)], Model("m-9", "dispute"), Policy(), NOW)
    assert (same.texts, same.readings, same.moves) == (1, (), ())
    (found,) = reread([timeline(old)], new, Policy(), NOW)
    (reading,) = found.readings
    assert (reading.version, reading.model, found.models) == (1, "m-2", ("m-1",))
    (move,) = found.moves
    assert move.before is not None
    assert move.after is not None
    assert (move.before.ftr, move.after.ftr) == ("no", "yes")
    (again,) = reread([collect([*timeline(old).all(), reading])], new, Policy(), NOW)
    assert again.readings == ()


def test_what_nobody_has_read_is_read_for_the_first_time() -> None:
    """For logs from before there were readings; texts before ``since`` are left alone."""
    (found,) = reread([timeline()], Model("m-1", "thanks"), Policy(), NOW)
    assert [one.version for one in found.readings] == [0]
    assert found.models == (None,)
    later = list(
        reread([timeline()], Model("m-1", "thanks"), Policy(), NOW, AT + timedelta(days=1))
    )
    assert [one.texts for one in later] == [0]


def test_the_command_moves_the_ledger_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """First a dry run, which writes nothing; the restatement names both models."""
    with parts(tmp_path, Model("m-1", "dispute")) as one:
        one.feed(OPENING, CLAIM, WORD)
        before = one.verdicts()
    monkeypatch.setattr(models_reread, "build_reader", lambda *_: Model("m-2", "thanks"))
    monkeypatch.setattr(models_reread, "utc_now", lambda: NOW)
    told = "m:0: unresolved, first-time-right no -> first_time_right, first-time-right yes"
    assert main(["models", "reread", "--dry-run", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert told in said
    assert "1 texts: m-1 became m-2" in said
    assert "1 texts read, 1 say something else, 1 cases would be moved" in said
    with parts(tmp_path, Model("m-2", "thanks")) as one:
        one.engine.drain()
        assert one.verdicts() == before
    assert main(["models", "reread", "--data", str(tmp_path)]) == 0
    assert "1 cases are moved" in capsys.readouterr().out
    with parts(tmp_path, Model("m-2", "thanks")) as one:
        one.engine.drain()
        (verdict,) = one.ledger.all_verdicts()
        (logged,) = one.ledger.restatements("m:0")
    assert verdict.outcome == "first_time_right"
    assert logged.reason.startswith("texts were read anew (m-1 became m-2): unresolved became")
    assert logged.causes == ("m:2",)
    assert main(["models", "reread", "--data", str(tmp_path)]) == 0
    assert "1 texts read, 0 say something else, 0 cases are moved" in capsys.readouterr().out
