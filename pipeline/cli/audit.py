"""`ccm audit`: recompute from the log, compare with the ledger."""

from argparse import Namespace
from dataclasses import replace
from time import sleep

from pipeline.cli.common import settings_of
from pipeline.config import Settings
from pipeline.embedded.audit import Audit, audit, lines_of
from pipeline.embedded.view import StateView
from pipeline.ledger import Ledger
from pipeline.scaled import open_log
from pipeline.wiring import STATE_FILE, build_decode, open_inbox, open_ledger

LOOKS_MAX = 3
LOOK_AGAIN_SECONDS = 1.0


def main(arguments: Namespace) -> int:
    """Print every difference; return 1 where there is any."""
    settings = settings_of(arguments)
    found = audit_kafka(settings) if arguments.kafka else _audited(settings)
    for one in found.differences:
        print(f"{one.case}: {one.field}: ledger {one.ledger!r}, log {one.log!r}")
    print(f"{found.records} records, {found.cases} cases, {len(found.differences)} differences")
    return int(bool(found.differences))


def audit_kafka(settings: Settings) -> Audit:
    """Audit the shared ledger against the events topic, up to where it ended at the beginning.

    Workers go on meanwhile: cases that they are busy with differ, others at each look. So what
    differs is looked at again, and only a case that differs at every look is a finding.
    """
    ledger = open_ledger(settings)
    try:
        found = _audit_kafka(settings, ledger)
        for _ in range(LOOKS_MAX - 1):
            if not found.differences:
                break
            sleep(LOOK_AGAIN_SECONDS)
            found = lasting(found, _audit_kafka(settings, ledger))
        return found
    finally:
        ledger.close()


def lasting(before: Audit, after: Audit) -> Audit:
    """Return the later look with those differences alone whose case differed before, too."""
    suspects = {one.case for one in before.differences}
    return replace(
        after, differences=tuple(one for one in after.differences if one.case in suspects)
    )


def _audit_kafka(settings: Settings, ledger: Ledger) -> Audit:
    """Look once, with a consumer of its own: no look inherits what another one had fetched."""
    log = open_log(settings, lambda topics: topics.events.name)
    try:
        return audit(
            lines=log.lines(log.ends()),
            ledger=ledger.all_verdicts(),
            decode=build_decode(settings, settings.policy),
            policy=settings.policy,
            events_max=settings.limits.timeline_events_max,
        )
    finally:
        log.close()


def _audited(settings: Settings) -> Audit:
    """Audit; while the engine is running, a batch at hand may show, so look again."""
    state = StateView(settings.engine.data / STATE_FILE)
    before, found = state.offset(), _audit(settings, state)
    for _ in range(LOOKS_MAX - 1):
        if not found.differences:
            break
        sleep(LOOK_AGAIN_SECONDS)
        before, found = state.offset(), _audit(settings, state)
        if state.offset() == before:
            break
    state.close()
    return found


def _audit(settings: Settings, state: StateView) -> Audit:
    inbox, ledger = open_inbox(settings), open_ledger(settings)
    try:
        return audit(
            lines=lines_of(inbox, state.offset()),
            ledger=ledger.all_verdicts(),
            decode=build_decode(settings, settings.policy),
            policy=settings.policy,
            events_max=settings.limits.timeline_events_max,
        )
    finally:
        inbox.close()
        ledger.close()
