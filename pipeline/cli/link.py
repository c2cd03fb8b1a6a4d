"""`ccm link`: probable links between a public complaint and a private one, decided by a person."""

from argparse import Namespace
from collections.abc import Iterator
from shlex import quote
from typing import Final

from pipeline.cli.common import settings_of
from pipeline.cli.log import Log, open_any_log
from pipeline.config import Settings
from pipeline.domain.suspecting import Suspicion, confirming, rejecting
from pipeline.domain.verdict import Verdict
from pipeline.embedded.suspector import Suspector
from pipeline.errors import InputError
from pipeline.masks import pseudonym
from pipeline.wire import encode_event
from pipeline.wiring import utc_now

SOURCE: Final = "link"


def main(arguments: Namespace) -> int:
    """Do what ``arguments.action`` names."""
    settings = settings_of(arguments)
    if arguments.action == "list":
        return _list(settings, arguments)
    return _decide(settings, arguments)


def _list(settings: Settings, arguments: Namespace) -> int:
    with open_any_log(settings, is_kafka=arguments.kafka) as log:
        found = Suspector(log.ledger, log.events_of, settings.policy).find(utc_now())
    for one in found[: arguments.limit]:
        print("\n".join(_told(one)))
    print(f"{len(found)} probable links; `ccm link confirm|reject PUBLIC PRIVATE` decides one")
    return 0


def _told(one: Suspicion) -> Iterator[str]:
    yield f"{quote(one.public.case)}  {quote(one.private.case)}"
    yield f"    {', '.join(one.reasons)}"
    yield f"    {_side(one.public)} after {_side(one.private)}"
    yield f"    if confirmed: {one.verdict.outcome}, route {one.verdict.route}"


def _side(verdict: Verdict) -> str:
    channels = " and ".join(verdict.channels)
    return f"{pseudonym(verdict.customer)} by {channels} on {verdict.opened_at:%Y-%m-%d}"


def _decide(settings: Settings, arguments: Namespace) -> int:
    make = confirming if arguments.action == "confirm" else rejecting
    with open_any_log(settings, is_kafka=arguments.kafka) as log:
        one, other = (_verdict(log, case) for case in (arguments.public, arguments.private))
        if arguments.action == "confirm" and not set(one.customer).isdisjoint(other.customer):
            print("the customers of these cases are one already")
            return 0
        event = make(one, other, utc_now())
        log.append(SOURCE, [encode_event(event)])
    done = "are one customer from now on" if arguments.action == "confirm" else "stay apart"
    print(f"{pseudonym(one.customer)} and {pseudonym(other.customer)} {done} ({event.id})")
    return 0


def _verdict(log: Log, case: str) -> Verdict:
    found = log.ledger.verdict(case)
    if found is None:
        raise InputError(f"there is no case {case}; `ccm link list` names those that may be linked")
    if not found.customer:
        raise InputError(f"the customer of {case} was erased; nobody can be linked with him")
    return found
