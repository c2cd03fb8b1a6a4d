"""Every script, told with and without noise, leads to the verdict that the definitions want."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Event
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.errors import InputError
from pipeline.simulation import QUIET, ROUGH, SCRIPTS, Difference, Noise, Plan, check, simulate
from pipeline.wire import decode_event, verdict_line

EACH = 4
"""How often each script is told in one plan."""
EVERY_SCRIPT = Plan(journeys=EACH * len(SCRIPTS), mix={script.name: 1 for script in SCRIPTS})
WORST = Noise(
    duplicates=0.1,
    edits=0.1,
    deletions=0.4,
    conflicts=0.1,
    skewed=0.1,
    auto_replies=0.4,
    bad_lines=0.1,
    late=timedelta(days=30),
    shuffled=True,
)
NOISES = {"quiet": QUIET, "rough": ROUGH, "worst": WORST}


def decoded(lines: Iterable[bytes]) -> Iterable[Event]:
    """The events among the lines; bad ones go where dead letters go."""
    for line in lines:
        try:
            yield decode_event(line)
        except InputError:
            continue


def verdicts(plan: Plan) -> list[bytes]:
    """What the monitor says of a simulation at its end."""
    policy = Policy()
    return [
        verdict_line(verdict)
        for timeline in components(decoded(simulate(plan).lines))
        for verdict in evaluate(timeline, plan.until, policy)
    ]


def differences(plan: Plan) -> list[Difference]:
    """Where the monitor and the truth disagree."""
    return check(simulate(plan).truth, verdicts(plan))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", NOISES)
def test_every_script_leads_to_its_truth(noise: str, seed: int) -> None:
    """Whatever the channel, the link, the times within their ranges, and the noise."""
    found = differences(replace(EVERY_SCRIPT, seed=seed, noise=NOISES[noise]))
    assert not found, (
        "\n"
        + "\n".join(map(str, found[:20]))
        + (f"\nreplay: pytest tests/simulation/test_truth.py -k '{noise} and {seed}'")
    )


@pytest.mark.parametrize("seed", range(2))
def test_the_default_mix_leads_to_its_truth(seed: int) -> None:
    """As `ccm simulate` draws it."""
    found = differences(Plan(journeys=600, seed=seed))
    assert not found, "\n" + "\n".join(map(str, found[:20]))


def test_verdicts_do_not_depend_on_the_order_of_arrival() -> None:
    """The same journeys in order and in none: byte-equal verdicts."""
    shuffled = replace(EVERY_SCRIPT, noise=Noise(shuffled=True))
    assert sorted(verdicts(shuffled)) == sorted(verdicts(EVERY_SCRIPT))


def test_the_checker_would_notice() -> None:
    """With another policy the truth no longer holds: agreement above is no accident."""
    policy = Policy(version="other", confirmation=timedelta(days=3))
    lines = [
        verdict_line(verdict)
        for timeline in components(decoded(simulate(EVERY_SCRIPT).lines))
        for verdict in evaluate(timeline, EVERY_SCRIPT.until, policy)
    ]
    assert check(simulate(EVERY_SCRIPT).truth, lines)


def test_a_robot_raises_no_issue() -> None:
    """News that only an out-of-office notice answers stay company-initiated (§6)."""
    plan = Plan(
        journeys=20, mix={"news_from_the_company": 1}, noise=Noise(auto_replies=1.0, duplicates=0.1)
    )
    assert not check(simulate(plan).truth, verdicts(plan))
