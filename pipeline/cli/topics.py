"""`ccm topics`: create what is missing in Kafka, check what is there, describe it to others."""

import json
import sys
from argparse import Namespace

from pipeline.cli.common import settings_of
from pipeline.scaled import topics_of
from pipeline.topology.admin import check_topics, create_topics
from pipeline.topology.asyncapi import build_document


def main(arguments: Namespace) -> int:
    """Print what was done; return 1 where a topic is not as it has to be."""
    settings = settings_of(arguments)
    if arguments.action == "describe":
        print(json.dumps(build_document(settings.kafka), indent=2))
        return 0
    topics, brokers = topics_of(settings), settings.kafka.bootstrap
    if arguments.action == "create":
        for name in create_topics(brokers, topics):
            print(f"created {name}")
    faults = check_topics(brokers, topics)
    for fault in faults:
        print(f"ccm: {fault}", file=sys.stderr)
    if not faults:
        print(f"{len(list(topics))} topics are as they have to be")
    return int(bool(faults))
