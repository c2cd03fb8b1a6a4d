"""Telling of cases: to Alertmanager, a Slack-compatible webhook, or by e-mail.

What has to be told is decided elsewhere (`pipeline.domain.alerting`). Here the wanted state is
brought about: each receiver has a courier that compares what holds now with what it has told, and
tells the difference. A receiver that is away therefore keeps no queue: when it comes back it learns
what is still true. `rules` writes the rules of Prometheus, which watch counts rather than cases.
"""

from pipeline.alerts.alerter import Alerter
from pipeline.alerts.courier import Courier
from pipeline.alerts.ports import Notice, Receiver, Report
from pipeline.alerts.registry import build_receiver
from pipeline.alerts.rules import write_rules

__all__ = ["Alerter", "Courier", "Notice", "Receiver", "Report", "build_receiver", "write_rules"]
