"""What a simulation is: reproducible, complete, valid, and in order of arrival."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest

from pipeline.domain.events import connecting_keys
from pipeline.domain.verdict import OUTCOMES, LeftIn, PromiseState, Route, Why
from pipeline.errors import InputError
from pipeline.simulation import ROUGH, SCRIPTS, Noise, Plan, simulate
from pipeline.wire import decode_event

PLAN = Plan(journeys=300, seed=11)
ROUGH_PLAN = replace(PLAN, noise=ROUGH)


def events(plan: Plan) -> list[dict[str, Any]]:
    """The events as plain objects, of a plan without bad lines."""
    return [json.loads(line) for line in simulate(plan).lines]


def truths(plan: Plan) -> list[dict[str, Any]]:
    """The truth as plain objects."""
    return [json.loads(line) for line in simulate(plan).truth]


@pytest.mark.parametrize(
    "plan", [PLAN, ROUGH_PLAN, replace(ROUGH_PLAN, noise=Noise(shuffled=True))]
)
def test_one_seed_replays_everything(plan: Plan) -> None:
    """Equal plans give equal bytes, however often they are read."""
    simulation = simulate(plan)
    assert list(simulation.lines) == list(simulation.lines) == list(simulate(plan).lines)
    assert list(simulation.truth) == list(simulate(plan).truth)


def test_another_seed_tells_other_journeys() -> None:
    """No line of one seed occurs under another, so that both can be fed to one monitor."""
    one = {event["id"] for event in events(PLAN)}
    other = {event["id"] for event in events(replace(PLAN, seed=12))}
    assert not one & other


def test_every_script_occurs_in_a_plan_of_a_few_thousand() -> None:
    """The default mix leaves nothing out."""
    seen = Counter(truth["script"] for truth in truths(Plan(journeys=4000)))
    assert set(seen) == {script.name for script in SCRIPTS}


def test_most_customers_are_served_in_private() -> None:
    """The default mix is near to life: most are put right, and most of them in private."""
    verdicts = [case["verdict"] for truth in truths(PLAN) for case in truth["cases"]]
    private = [
        one
        for one in verdicts
        if one.get("outcome") in ("first_time_right", "resolved_with_effort")
        and one.get("route") == "private_only"
    ]
    assert 0.55 < len(private) / len(verdicts) < 0.7


def test_every_word_of_the_verdict_is_reached() -> None:
    """Every outcome, route, left_in, state of a promise and reason not to count has a script."""
    said = [truth for script in SCRIPTS for truth in script.truth.values()]
    assert {one.get("outcome") for one in said} >= set(OUTCOMES)
    assert {one.get("route") for one in said} >= set(get_args(Route))
    assert {one.get("left_in") for one in said} >= set(get_args(LeftIn))
    assert {one.get("why") for one in said} >= set(get_args(Why))
    states = {state for one in said for state in one.get("promises", ())}
    states |= {key.partition(".")[2] for one in said for key in one if key.startswith("promises.")}
    assert states >= set(get_args(PromiseState))


@pytest.mark.parametrize("plan", [PLAN, replace(PLAN, signals=False)])
def test_every_line_is_a_valid_event(plan: Plan) -> None:
    """The format's own reader takes each of them."""
    for line in simulate(plan).lines:
        decode_event(line)


def test_bad_lines_are_the_only_bad_ones_and_are_counted() -> None:
    """As many lines are refused as the noise says that it made."""
    simulation = simulate(replace(PLAN, noise=Noise(bad_lines=0.2, edits=0.2, conflicts=0.2)))
    refused = 0
    for line in simulation.lines:
        try:
            decode_event(line)
        except InputError:
            refused += 1
    assert refused == simulation.counts["bad_lines"] > 0


@pytest.mark.parametrize("plan", [PLAN, ROUGH_PLAN])
def test_no_two_journeys_share_a_key(plan: Plan) -> None:
    """Journeys are strangers: nothing in one can belong to a case of another."""
    owners: dict[str, int] = {}
    journey_of = {
        event: truth["journey"]
        for truth in truths(plan)
        for case in truth["cases"]
        for event in case["events"]
    }
    for line in simulate(replace(plan, noise=replace(plan.noise, bad_lines=0))).lines:
        event = decode_event(line)
        journey = journey_of.get(event.id)
        if journey is not None:
            assert all(owners.setdefault(key, journey) == journey for key in connecting_keys(event))


def test_nothing_happens_after_the_end() -> None:
    """`until` is the moment at which the truth holds."""
    for event in events(PLAN):
        assert datetime.fromisoformat(event["at"]) <= PLAN.until


def test_journeys_open_in_the_weeks_before_the_end() -> None:
    """A plan of twelve weeks reaches back twelve weeks."""
    first = min(datetime.fromisoformat(event["at"]) for event in events(PLAN))
    assert timedelta(weeks=11) < PLAN.until - first <= timedelta(weeks=12)


def test_lines_come_in_order_of_arrival() -> None:
    """Without noise, only what was received late comes late."""
    seen = [datetime.fromisoformat(one.get("received_at", one["at"])) for one in events(PLAN)]
    assert all(one - other < timedelta(seconds=90) for one, other in pairwise(seen))


@pytest.mark.parametrize("noise", [Noise(), Noise(shuffled=True)])
def test_a_small_buffer_loses_nothing(noise: Noise) -> None:
    """The buffer decides about the order alone."""
    plan = replace(PLAN, noise=noise)
    small = list(simulate(replace(plan, buffer=20)).lines)
    assert sorted(small) == sorted(simulate(plan).lines)
    assert sorted(small) == sorted(simulate(PLAN).lines)


def test_noise_leaves_what_happened_alone() -> None:
    """The journeys of a noisy plan are those of the quiet one."""
    quiet = {truth["journey"]: truth for truth in truths(PLAN)}
    for truth in truths(ROUGH_PLAN):
        for case, told in zip(truth["cases"], quiet[truth["journey"]]["cases"], strict=True):
            assert case["verdict"] == told["verdict"]
            assert set(told["events"]) <= set(case["events"])


@pytest.mark.parametrize(
    "noise",
    [
        Noise(duplicates=0.3),
        Noise(edits=0.3),
        Noise(deletions=0.9),
        Noise(conflicts=0.3),
        Noise(skewed=0.3),
        Noise(auto_replies=0.5),
        Noise(bad_lines=0.3),
    ],
    ids=lambda noise: next(name for name in Noise.__slots__ if getattr(noise, name)),
)
def test_each_noise_can_be_had_alone(noise: Noise) -> None:
    """And tells how much of it there was."""
    simulation = simulate(replace(PLAN, noise=noise))
    name = next(name for name in Noise.__slots__ if getattr(noise, name))
    more = len(list(simulation.lines)) - len(list(simulate(PLAN).lines))
    assert set(simulation.counts) == {name}
    assert more == (0 if name == "skewed" else simulation.counts[name])


def test_signals_can_be_left_away_and_stay_in_the_truth() -> None:
    """Without signals the texts must be read; the truth still tells what they say."""
    plan = replace(PLAN, signals=False)
    messages = [event for event in events(plan) if event["kind"] == "message"]
    assert not any("signals" in event for event in messages)
    gold = {name: said for truth in truths(plan) for name, said in truth["signals"].items()}
    assert {event["id"] for event in messages} == set(gold)
    assert list(simulate(plan).truth) == list(simulate(PLAN).truth)


@pytest.mark.parametrize("name", ["lapsed", "just_written", "recurrence_after_silence"])
def test_a_mix_is_kept(name: str) -> None:
    """Only what the mix names occurs, even where it has to open before the weeks of the plan."""
    plan = Plan(journeys=40, weeks=1, mix={name: 1})
    assert {truth["script"] for truth in truths(plan)} == {name}


@pytest.mark.parametrize("mix", [{"nonsense": 1.0}, {"lapsed": 0.0}])
def test_a_wrong_mix_is_refused_at_once(mix: dict[str, float]) -> None:
    """Before a single line is made."""
    with pytest.raises(ValueError, match="mix"):
        simulate(Plan(mix=mix))


def test_a_wrong_plan_is_refused() -> None:
    """A plan says what was found and what is expected."""
    with pytest.raises(ValueError, match="expected"):
        Plan(journeys=-1)
    with pytest.raises(ValueError, match="aware"):
        Plan(until=datetime(2026, 1, 1))  # noqa: DTZ001  # the naive time is what is refused


def test_no_journeys_give_no_lines() -> None:
    """The smallest plan is empty."""
    simulation = simulate(Plan(journeys=0))
    assert (list(simulation.lines), list(simulation.truth)) == ([], [])
