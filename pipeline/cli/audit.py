"""`ccm audit`: recompute from the log, compare with the ledger."""

from argparse import Namespace
from time import sleep

from pipeline.cli.common import settings_of
from pipeline.config import Settings
from pipeline.embedded.audit import Audit, audit
from pipeline.embedded.view import StateView
from pipeline.wiring import STATE_FILE, build_decode, build_reader, open_inbox, open_ledger

LOOKS_MAX = 3
LOOK_AGAIN_SECONDS = 1.0


def main(arguments: Namespace) -> int:
    """Print every difference; return 1 where there is any."""
    settings = settings_of(arguments)
    found = _audited(settings)
    for one in found.differences:
        print(f"{one.case}: {one.field}: ledger {one.ledger!r}, log {one.log!r}")
    print(f"{found.records} records, {found.cases} cases, {len(found.differences)} differences")
    return int(bool(found.differences))


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
            inbox=inbox,
            offset=state.offset(),
            ledger=ledger.all_verdicts(),
            decode=build_decode(settings, settings.policy),
            policy=settings.policy,
            reader=build_reader(),
            events_max=settings.limits.timeline_events_max,
        )
    finally:
        inbox.close()
        ledger.close()
