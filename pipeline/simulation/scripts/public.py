"""Public from the start, or in parallel; stated escalations; and what links public to private."""

from typing import Any, Final

from pipeline.simulation.script import Script
from pipeline.simulation.scripts.effort import EFFORT
from pipeline.simulation.scripts.escalated import ONLY, PUBLIC_ANSWER
from pipeline.simulation.scripts.escalated import SILENT as SILENT_ONLY
from pipeline.simulation.scripts.private import RIGHT, SILENT

PUBLIC: Final[dict[str, Any]] = {"route": "public_first", "stated_escalation": False}

PUBLIC_FIRST: Final = (
    Script(
        name="public_one_answer",
        rule="§4 public_first: the earliest contact is public",
        weight=5,
        lines=(
            "ask: 0 in post complaint",
            "claim: 30m-20h out post substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, **PUBLIC, "attempts": 1}},
    ),
    Script(
        name="public_then_private_details",
        rule="§6 one information round; a DM is private by its audience (§2)",
        weight=4,
        lines=(
            "ask: 0 in post complaint",
            "30m-5h out post info_request?order handoff apology",
            "20m-5h in dm info_supplied?order",
            "claim: 1h-20h out dm substantive resolution_claim",
            "yes: 20m-1d in dm accepts thanks",
        ),
        rest="0-",
        truth={
            "a": {
                **RIGHT,
                **PUBLIC,
                "confirmed_by": "explicit",
                "attempts": 2,
                "resolved_at": "@claim",
                "confirmed_at": "@yes",
            }
        },
    ),
    Script(
        name="split_post",
        rule="§3 a post in two parts (1/2, 2/2) is one contact",
        weight=1,
        lines=(
            "ask: 0 in post complaint",
            "30s-5m in post complaint",
            "claim: 1h-20h out post substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, **PUBLIC, "attempts": 1}},
    ),
    Script(
        name="public_chased",
        rule="§6 first_time_right allows no chase, in public either",
        weight=2,
        lines=(
            "ask: 0 in post complaint",
            "26h-3d in post chase",
            "claim: 1h-20h out post substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, **PUBLIC, "attempts": 2, "avoidance_seconds": ">0"}},
    ),
    Script(
        name="public_then_mail",
        rule="§8 of the routes the first that applies: public_first before escalated",
        weight=1,
        lines=(
            "ask: 0 in post complaint",
            "1h-9h out post info_request?order handoff apology",
            "2h-1d in mail complaint",
            "1d-3d in post chase",
            "claim: 2h-1d out mail substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, **PUBLIC, "attempts": 3, "left_in": None}},
    ),
    Script(
        name="stated_escalation",
        rule="§4 a public contact with `prior_contact` and no private attempt linked",
        weight=2,
        lines=(
            "ask: 0 in post complaint prior_contact?web_form",
            "claim: 1h-20h out post substantive resolution_claim",
        ),
        rest="14d-",
        truth={
            "a": {
                "route": "public_first",
                "stated_escalation": True,
                "escalated_at": None,
                "confirmed_by": "silent",
                "left_in": None,
            }
        },
    ),
    Script(
        name="stated_escalation_nobody_linked",
        rule="§4 it widens the range of escalations, never the headline",
        weight=1,
        lines=(
            "ask: 0 in mail complaint",
            "other: 3d-6d in post complaint prior_contact?email case=b",
            "claimb: 1h-20h out post substantive resolution_claim case=b",
            "claim: 1h-20h out mail substantive resolution_claim",
        ),
        rest="14d-",
        link="none",
        truth={
            "a": {**RIGHT, **SILENT, "attempts": 1},
            "b": {
                "route": "public_first",
                "stated_escalation": True,
                "escalated_at": None,
                "confirmed_by": "silent",
                "resolved_at": "@claimb",
            },
        },
    ),
    Script(
        name="public_never_answered",
        rule="§6 avoidance: beyond 24 h in public",
        weight=1,
        lines=("ask: 0 in post complaint", "2d-4d in post chase"),
        rest="42d-",
        truth={
            "a": {
                "outcome": "unresolved",
                "ftr": "no",
                "route": "public_first",
                "left_in": None,
                "avoidance_seconds": ">0",
                "first_reply_at": None,
            }
        },
    ),
    Script(
        name="public_waiting",
        rule="§6 open",
        weight=2,
        lines=("ask: 0 in post complaint",),
        rest="0-20d",
        truth={
            "a": {
                "outcome": "open",
                "ftr": "undetermined",
                "route": "public_first",
                "final": False,
                "attempts": 1,
            }
        },
    ),
)

PARALLEL: Final = (
    Script(
        name="mail_and_post_at_once",
        rule="§4 parallel: public within 60 min of the first private attempt",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "2m-60m in post complaint",
            "claim: 2h-20h out mail substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "route": "parallel", "attempts": 2}},
    ),
    Script(
        name="mail_and_post_never_answered",
        rule="§6 unresolved; the route is parallel all the same",
        weight=1,
        lines=("ask: 0 in desk complaint", "2m-60m in post complaint"),
        rest="42d-",
        truth={
            "a": {
                "outcome": "unresolved",
                "ftr": "no",
                "route": "parallel",
                "left_in": None,
                "escalated_at": None,
            }
        },
    ),
)

_LINKED_LINES: Final = (
    "ask: 0 in mail complaint",
    "5h-1d out mail stock",
    "post: 2d-4d in post complaint",
    *PUBLIC_ANSWER,
)
_LINKED_TRUTH: Final = {"a": {**ONLY, **SILENT_ONLY, "left_in": "stock"}}

LINKED: Final = (
    Script(
        name="linked_by_assertion",
        rule="§4 evidence: an `identity` assertion",
        weight=0.7,
        lines=_LINKED_LINES,
        rest="14d-",
        link="identity",
        truth=_LINKED_TRUTH,
    ),
    Script(
        name="linked_by_order",
        rule="§8 a shared `ref` joins the case's customers",
        weight=0.7,
        lines=_LINKED_LINES,
        rest="14d-",
        link="ref",
        truth=_LINKED_TRUTH,
    ),
    Script(
        name="linked_by_stated_handle",
        rule="§8 two identifiers in one `customer` list are an assertion by the channel",
        weight=0.7,
        lines=_LINKED_LINES,
        rest="14d-",
        link="stated",
        truth=_LINKED_TRUTH,
    ),
    Script(
        name="linked_by_private_thread",
        rule="§8 a private `thread` joins the case's customers",
        weight=0.7,
        lines=_LINKED_LINES,
        rest="14d-",
        link="thread",
        truth=_LINKED_TRUTH,
    ),
    Script(
        name="link_taken_back",
        rule="§4 links can be retracted; both cases are then evaluated anew",
        weight=0.7,
        lines=(
            "ask: 0 in mail complaint",
            "claim: 5h-1d out mail substantive resolution_claim",
            "1d-4d in post complaint prior_contact?phone case=b",
            "claimb: 1h-20h out post substantive resolution_claim case=b",
        ),
        rest="14d-",
        link="retracted",
        truth={
            "a": {**RIGHT, **SILENT, "attempts": 1},
            "b": {
                "route": "public_first",
                "stated_escalation": True,
                "confirmed_by": "silent",
                "resolved_at": "@claimb",
                "escalated_at": None,
            },
        },
    ),
)
