"""The report as JSON, in the shapes of ``/api/v1``."""

import json
from typing import Any

from pipeline.report.content import Report
from pipeline.wire import plain


def render_json(report: Report) -> str:
    """Return one JSON object; numbers that are withheld are null, and their cell is ``hidden``."""
    return json.dumps(build_data(report), ensure_ascii=False, indent=2) + "\n"


def build_data(report: Report) -> dict[str, Any]:
    """Return the report as JSON has it.

    ``figures`` has the shape of ``/api/v1/figures``, ``definitions`` that of
    ``/api/v1/definitions``.
    """
    told: dict[str, Any] = plain(report)
    named = ("week", "first_week", "monday", "sunday", "has_ended", "zone", "as_of", "policies")
    return {
        **{name: told[name] for name in named},
        "company": report.company,
        "withheld_below": report.below,
        "sentence": report.sentence,
        "note": report.note,
        "figures": told["figures"],
        "control_chart": told["chart"],
        "causes": {
            "n": report.causes_n,
            "withheld": report.causes_withheld,
            "items": told["causes"],
        },
        "definitions": told["comparison"],
        "restatements": told["restatements"],
        "unknown": told["unknown"],
    }
