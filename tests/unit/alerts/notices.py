"""Notices for tests, plain but for what a test says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pipeline.alerts import Notice
from tests.verdicts import OPENED

NOW = OPENED + timedelta(days=1)
_PLAIN = Notice(
    key="k1",
    name="CcmCaseThreat",
    severity="ticket",
    since=OPENED,
    headline="email:a…@post.example threatened to go public",
    lines=("The customer wrote on 4 Mar.", "About delivery.", "E-mail: “Last warning!”"),
    link="https://monitor.example/cases/form%3A1",
    runbook="https://monitor.example/RUNBOOK.md#ccmcasethreat",
)


def notice(key: str = "k1", **changes: Any) -> Notice:
    return replace(_PLAIN, key=key, **changes)
