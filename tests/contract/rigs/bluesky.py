"""Bluesky by a local Jetstream."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.contract.rigs import Rig
from tests.services.jetstream import JetstreamServer

US = "did:plc:acmeacmeacmeacmeacmeacme"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
START_US = int(START.timestamp() * 1_000_000)
MINUTE = 60_000_000


def person(number: int) -> str:
    """Return the DID of somebody."""
    return f"did:plc:ann{number:021}"


def uri(did: str, rkey: str) -> str:
    """Return the address of a post."""
    return f"at://{did}/app.bsky.feed.post/{rkey}"


def facet(did: str) -> dict[str, Any]:
    """Return a mention as posts hold them."""
    return {
        "index": {"byteStart": 0, "byteEnd": 5},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}],
    }


def post(
    number: int, did: str = "", text: str = "@acme still broken", **more: Any
) -> dict[str, Any]:
    """Return the event of the n-th post, in the shape of Jetstream's first version."""
    record = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-01T00:00:00.000Z",
        "langs": ["en"],
        "text": text,
        "facets": [facet(US)],
        **more,
    }
    return {
        "did": did or person(number),
        "time_us": START_US + number * MINUTE,
        "kind": "commit",
        "commit": {
            "rev": f"3mmo{number}",
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": f"3k{number:04}",
            "record": record,
            "cid": "bafyreia",
        },
    }


def answer(number: int, did: str, parent: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the event of a post that answers another."""
    to = {"cid": "bafyreib", "uri": uri(parent["did"], parent["commit"]["rkey"])}
    return post(number, did, **{"facets": [], "reply": {"root": to, "parent": to}, **more})


def deletion(number: int, of: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a deletion: it names the post and nothing more."""
    commit = {
        "rev": f"3mmo{number}",
        "operation": "delete",
        "collection": "app.bsky.feed.post",
        "rkey": of["commit"]["rkey"],
    }
    return {
        "did": of["did"],
        "time_us": START_US + number * MINUTE,
        "kind": "commit",
        "commit": commit,
    }


def packed(told: Any) -> bytes:
    """Return it as bytes."""
    return json.dumps(told).encode()


BAD = post(0, text="x", facets=[facet(US)])
BAD["time_us"] += MINUTE // 2
BAD["commit"]["record"]["text"] = None
RIG = Rig(
    kind="bluesky",
    values={"did": US, "url": "ws://127.0.0.1:1", "back": "2000 w"},
    make=lambda number: packed(post(number)),
    bad=(b"", b"[]", b"{}", packed({**post(1), "time_us": "now"}), packed(BAD)),
    source=JetstreamServer,
)
