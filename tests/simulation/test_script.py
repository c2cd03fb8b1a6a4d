"""The language of the scripts, and what every script must be."""

from itertools import pairwise

import pytest

from pipeline.domain.events import INBOUND_SIGNALS, OUTBOUND_SIGNALS, RESPONSE_CLASSES
from pipeline.simulation import SCRIPTS
from pipeline.simulation.script import FOREVER, Script, parse_range, parse_seconds, parse_steps

DAY = 86_400


def test_a_step_is_read_word_by_word() -> None:
    """Label, delay, side, lane, signals with values, options."""
    (step,) = parse_steps(("post: ask+2d-5d in post complaint prior_contact?email late=1h",))
    assert (step.label, step.base, step.delay) == ("post", "ask", (2 * DAY, 5 * DAY))
    assert (step.side, step.lane, step.is_public) == ("in", "post", True)
    assert [(said.name, said.value) for said in step.signals] == [
        ("complaint", ""),
        ("prior_contact", "email"),
    ]
    assert step.options == {"late": "1h"}
    assert (step.case, step.theme) == ("a", "a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", (0, 0)),
        ("90m", (5400, 5400)),
        ("1d12h-2d", (129_600, 172_800)),
        ("14d-", (14 * DAY, FOREVER)),
    ],
)
def test_ranges_of_time(text: str, expected: tuple[int, int]) -> None:
    """One time is a range of its own; an open end is forever."""
    assert parse_range(text) == expected


@pytest.mark.parametrize("text", ["", "5", "d", "3 d", "2w", "1h!"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """A slip in a script is loud."""
    with pytest.raises(ValueError, match="is no time"):
        parse_seconds(text)


def test_a_step_without_a_lane_is_refused() -> None:
    """So is a step that is cut short."""
    with pytest.raises(ValueError, match="expected at least"):
        parse_steps(("1h in",))


def test_names_are_unique() -> None:
    """A difference names one script."""
    names = [script.name for script in SCRIPTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_is_well_formed(script: Script) -> None:
    """Known sides and signals, one response class at most, a truth for each case, a rule."""
    assert script.rule
    assert script.weight > 0
    assert {step.case for step in script.steps} == set(script.truth)
    for step in script.steps:
        assert step.side in {"in", "out", "status", "feedback"}
        names = {said.name for said in step.signals}
        if step.side == "in":
            assert names <= INBOUND_SIGNALS
        if step.side == "out":
            assert names <= OUTBOUND_SIGNALS
            assert len(names & RESPONSE_CLASSES) <= 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_steps_keep_apart_unless_they_are_a_burst(script: Script) -> None:
    """Two messages of one customer in one lane lie 31 minutes apart, or the script is a burst."""
    if script.name.startswith("split_"):
        return
    for one, other in pairwise(script.steps):
        if one.side == other.side == "in" and one.lane == other.lane and not other.base:
            assert other.delay[0] > 30 * 60


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_truth_names_labels_of_its_script(script: Script) -> None:
    """Times and cases in the truth can be resolved."""
    labels = {step.label for step in script.steps}
    for truth in script.truth.values():
        for value in truth.values():
            if isinstance(value, str) and value.startswith("@"):
                assert value[1:].partition("+")[0] in labels
