"""`ccm erase`: forget a customer. What is asked for stands in the log; whoever folds it forgets."""

import json
from argparse import Namespace
from hashlib import blake2b
from typing import Final

from pipeline.cli.common import settings_of
from pipeline.cli.log import open_any_log
from pipeline.wire import decode_event
from pipeline.wiring import utc_now

SOURCE: Final = "erase"


def main(arguments: Namespace) -> int:
    """Append the request; the engine or the workers carry it out."""
    settings = settings_of(arguments)
    lines = [_line(name) for name in dict.fromkeys(arguments.identifiers)]
    with open_any_log(settings, is_kafka=arguments.kafka) as log:
        log.append(SOURCE, lines)
    for name in dict.fromkeys(arguments.identifiers):
        print(f"{name} will be forgotten: the request is in the log")
    if arguments.kafka:
        print(
            "state, ledger and pages forget; the events topic still holds the lines as they came: "
            "deploy/RUNBOOK.md says how they go, too"
        )
    else:
        print("a running monitor does it at once, one that is stopped when it starts again")
    return 0


def _line(identifier: str) -> bytes:
    """Return the request as a line; one that is no identifier is refused as bad input."""
    at = utc_now().isoformat()
    digest = blake2b(f"{identifier} {at}".encode(), digest_size=12).hexdigest()
    told = {"id": f"erase:{digest}", "kind": "erasure", "at": at, "customer": [identifier]}
    line = json.dumps(told).encode()
    decode_event(line)
    return line
