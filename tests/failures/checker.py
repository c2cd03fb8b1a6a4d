"""The checker: the log holds what was acknowledged, and the ledger what is true."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from pipeline.cli.audit import audit_kafka
from pipeline.config import Settings
from pipeline.domain.policy import Policy
from pipeline.embedded.replay import replay
from pipeline.scaled import open_log
from pipeline.simulation import UNTIL, check
from pipeline.topology.batches import Letter, decode_letter
from pipeline.wire import verdict_line
from pipeline.wiring import build_reader, open_ledger, read_files
from tests.failures.system import STATUSES, System


def logged(system: System) -> list[bytes]:
    """Every value of the events topic."""
    log = open_log(system.settings, lambda topics: topics.events.name)
    found = [one.value for one in log.read(log.ends()) if one.value is not None]
    log.close()
    return found


def verdicts(system: System) -> list[bytes]:
    """The lines of the ledger, sorted by case as the batch sorts them."""
    ledger = open_ledger(system.settings)
    lines = sorted((one.case, verdict_line(one)) for one in ledger.all_verdicts())
    ledger.close()
    return [line for _, line in lines]


def letters(system: System) -> Mapping[str, Letter]:
    """The dead letters by origin; one told twice, once."""
    log = open_log(system.settings, lambda topics: topics.dead_letters.name)
    found = [decode_letter(one.value) for one in log.read(log.ends()) if one.value is not None]
    log.close()
    return {one.origin: one for one in found}


def replayed(lines: Iterable[bytes], folder: Path, as_of: datetime = UNTIL) -> list[bytes]:
    """What the batch says of the same lines."""
    path = folder / "acknowledged.jsonl"
    path.write_bytes(b"\n".join(lines))
    return replay(
        read_files([path], Settings(), Policy(), lambda _: None),
        as_of=as_of,
        policy=Policy(),
        reader=build_reader(),
        events_max=20_000,
    ).lines


def assert_nothing_is_lost(system: System, acknowledged: Sequence[bytes]) -> None:
    """Every acknowledged line is in the log, and `ccm audit --kafka` finds no difference."""
    missing = set(acknowledged) - set(logged(system))
    assert not missing, f"{len(missing)} acknowledged lines are not in the log"
    found = audit_kafka(system.settings)
    shown = "\n".join(map(str, found.differences[:10]))
    assert not found.differences, f"{len(found.differences)} differences:\n{shown}"
    assert found.cases > 0
    odd = set(system.statuses()) - STATUSES
    assert not odd, f"workers ended with {odd}\n{system.said()}"


def assert_as_the_batch(
    system: System, acknowledged: Sequence[bytes], as_of: datetime = UNTIL
) -> None:
    """Byte for byte."""
    assert verdicts(system) == replayed(acknowledged, system.home, as_of)


def assert_true(system: System, truth: Sequence[bytes]) -> None:
    """Each verdict is what the simulator knows; so are the number of cases and their outcomes."""
    found = verdicts(system)
    assert [str(one) for one in check(truth, found)] == []
    cases = [case for line in truth for case in msgspec.json.decode(line)["cases"]]
    told = [msgspec.json.decode(line) for line in found]
    assert len(told) == len(cases)
    outcomes = {event: one["outcome"] for one in told for event in one["events"]}
    # Of some journeys the simulator leaves the outcome open.
    known = [case for case in cases if "outcome" in case["verdict"]]
    counted = Counter(outcomes[case["events"][0]] for case in known)
    assert counted == Counter(case["verdict"]["outcome"] for case in known)
