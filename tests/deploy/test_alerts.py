"""deploy/prometheus and deploy/alertmanager: content to their own tools, and true to the code."""

import re
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.alerts import write_rules
from pipeline.alerts.notices import runbook_of
from pipeline.config import AlertSettings, Objective, Settings
from pipeline.domain.alerting import CONDITIONS
from pipeline.domain.calendar import Calendar
from pipeline.domain.rates import wilson
from pipeline.metrics import METRICS
from tests.conftest import skip_or_fail
from tests.deploy.agreement import DEPLOY, run
from tests.services.processes import ServiceAbsent
from tests.services.prometheus import find_program

RULES = DEPLOY / "prometheus" / "rules.yaml"
TESTS = DEPLOY / "prometheus" / "tests.yaml"
ROUTES = DEPLOY / "alertmanager" / "alertmanager.yaml"
PAGES = {
    "CcmPublicEscalationUnanswered", "CcmEscalationBurst", "CcmConnectorSilent", "CcmIngestLag",
}  # fmt: skip


def tool(name: str) -> Path:
    """Return where promtool or amtool is, or skip (in CI: fail)."""
    try:
        return find_program(name)
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(RULES.read_text())["groups"]
    return found


def alerts() -> list[dict[str, Any]]:
    """The alerting rules that are committed."""
    return [rule for group in groups() for rule in group["rules"] if "alert" in rule]


def cases() -> list[dict[str, Any]]:
    """The tests of promtool."""
    found: list[dict[str, Any]] = yaml.safe_load(TESTS.read_text())["tests"]
    return found


# ----------------------------------------------------------------------------------------- rules


def test_the_rules_are_those_that_the_settings_give() -> None:
    """`ccm alerts rules --out deploy/prometheus/rules.yaml` after a change of the template."""
    assert RULES.read_text() == write_rules(Settings().objective, Settings().alerts)


def test_promtool_has_nothing_to_say() -> None:
    """The rules are rules, and do what their tests say."""
    run(tool("promtool"), "check", "rules", RULES)
    run(tool("promtool"), "test", "rules", TESTS)


def test_every_alert_is_shown_to_fire_and_to_be_silent() -> None:
    """An alert that nobody saw firing may never fire; one that nobody saw silent may never stop."""
    told = [one for case in cases() for one in case.get("alert_rule_test", ())]
    fires = {one["alertname"] for one in told if one["exp_alerts"]}
    silent = {one["alertname"] for one in told if not one["exp_alerts"]}
    names = {one["alert"] for one in alerts()}
    assert fires == names
    assert silent == names
    assert sum("exp_samples" in str(case) for case in cases()) >= 8


def test_only_what_was_agreed_wakes_anybody() -> None:
    """Everything else is a ticket."""
    assert {one["alert"] for one in alerts() if one["labels"]["severity"] == "page"} == PAGES
    assert {one["labels"]["severity"] for one in alerts()} == {"page", "ticket"}


def test_rules_ask_for_metrics_that_there_are() -> None:
    """A typing error in a name would be silence for ever."""
    known = {one.name for one in METRICS}
    recorded = {rule["record"] for group in groups() for rule in group["rules"] if "record" in rule}
    asked = set(re.findall(r"\bccm[a-z_:]*\b", " ".join(
        rule["expr"] + str(rule.get("annotations", "")) for group in groups()
        for rule in group["rules"]
    )))  # fmt: skip
    assert {name for name in asked if ":" in name} <= recorded
    plain = {name for name in asked if name.startswith("ccm_")}
    assert plain <= known
    assert len(plain) > 8


def test_every_metric_in_their_tests_is_one_that_there_is() -> None:
    """A test with a metric of the imagination proves nothing."""
    series = {one["series"].partition("{")[0] for case in cases() for one in case["input_series"]}
    assert series - {"up"} <= {one.name for one in METRICS}


def test_the_bound_in_the_rule_is_the_bound_of_the_figures() -> None:
    """PromQL and `domain.rates.wilson` agree to the digits that the rule is written with."""
    (told,) = [
        one["exp_samples"][0]["value"]
        for case in cases()
        for one in case.get("promql_expr_test", ())
        if one["expr"] == "ccm:ftr_failures:wilson_lower"
    ]
    assert told == pytest.approx(wilson(55, 100)[0], rel=1e-5)


def test_another_objective_gives_other_thresholds(tmp_path: Path) -> None:
    """And rules that promtool takes, whatever the addresses hold."""
    hard = Objective(ftr=0.95, cases_min=200, fast_window=timedelta(hours=36))
    settings = AlertSettings(
        base_url="https://monitor.example/a'b/",
        runbook_url='https://wiki.example/"runbook": # {{ x }}'.replace("{{ x }}", ""),
        public_reply=timedelta(minutes=90),
    )
    path = tmp_path / "rules.yaml"
    path.write_text(write_rules(hard, settings))
    run(tool("promtool"), "check", "rules", path)
    text = path.read_text()
    assert 'ccm:ftr_failures:wilson_lower{window="fast"} > 0.466667' in text
    assert "ccm_escalations_unanswered_seconds_max) > 5400" in text
    assert "the last 36 h" in text
    assert ">= 200" in text


# ---------------------------------------------------------------------------------------- runbook


def sections() -> set[str]:
    """The anchors of the runbook's headings, as GitHub makes them."""
    text = (DEPLOY / "RUNBOOK.md").read_text()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one).strip().lower().replace(" ", "-") for one in headings}


def test_every_alert_has_a_section_in_the_runbook() -> None:
    """Its anchor is where `runbook_url` leads; it says what it means, how to check, what to do."""
    names = {one["alert"] for one in alerts()} | set(CONDITIONS)
    for rule in alerts():
        path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (path, anchor) == ("deploy/RUNBOOK.md", rule["alert"].lower())
        assert runbook_of(path, rule["alert"]) == rule["annotations"]["runbook_url"]
    missing = {name for name in names if name.lower() not in sections()}
    assert not missing, f"deploy/RUNBOOK.md: no section for {sorted(missing)}"
    for name in names:
        body = (DEPLOY / "RUNBOOK.md").read_text().split(f"### {name}\n")[1].split("\n#")[0]
        for part in ("**Means.**", "**Check.**", "**Do.**"):
            assert part in body, f"deploy/RUNBOOK.md, {name}: {part} is missing"


def test_the_runbook_has_no_section_for_an_alert_that_is_no_more() -> None:
    """Nor for one that was renamed."""
    known = {one["alert"].lower() for one in alerts()} | {name.lower() for name in CONDITIONS}
    assert {one for one in sections() if one.startswith("ccm")} <= known


# ----------------------------------------------------------------------------------- Alertmanager


def routes() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(ROUTES.read_text())
    return found


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("severity=page alertname=CcmIngestLag", "oncall"),
        ("severity=page alertname=CcmCasePublicUnanswered case=1", "oncall"),
        ("severity=ticket alertname=CcmFtrBudgetBurnFast", "desk"),
        ("severity=ticket alertname=CcmCaseThreat", "desk"),
        ("alertname=Somebody_elses", "desk"),
    ],
)
def test_routes_lead_to_whom_they_should(labels: str, receiver: str) -> None:
    """amtool follows each: pages to whoever is on call, everything else to the desk."""
    amtool = tool("amtool")
    run(amtool, "check-config", ROUTES)
    run(
        amtool, "config", "routes", "test", f"--config.file={ROUTES}",
        f"--verify.receivers={receiver}", *labels.split(),
    )  # fmt: skip


def test_only_tickets_wait_for_working_hours() -> None:
    """Which are those of the calendar that ccm has by default."""
    pages, tickets = routes()["route"]["routes"]
    assert not {"mute_time_intervals", "active_time_intervals"} & pages.keys()
    assert tickets["active_time_intervals"] == ["working-hours"]
    (interval,) = routes()["time_intervals"][0]["time_intervals"]
    assert interval["weekdays"] == ["monday:friday"]
    (span,) = interval["times"]
    shift = (time.fromisoformat(span["start_time"]), time.fromisoformat(span["end_time"]))
    calendar = Calendar()
    assert [hours for hours in calendar.hours if hours] == [(shift,)] * 5
    assert interval["location"] == calendar.zone


def test_inhibitions_name_alerts_that_there_are() -> None:
    """A typing error would let everything through."""
    names = {one["alert"] for one in alerts()} | set(CONDITIONS)
    for rule in routes()["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            pattern = re.fullmatch(r'alertname=~?"(.+)"', matcher)
            assert pattern is not None
            for part in pattern[1].split("|"):
                assert any(re.fullmatch(part, name) for name in names), part


def test_no_secret_stands_in_the_files() -> None:
    """Addresses of webhooks come from files of their own."""
    for receiver in routes()["receivers"]:
        for slack in receiver["slack_configs"]:
            assert "api_url" not in slack
            assert slack["api_url_file"].startswith("/run/secrets/")


def test_a_rule_of_another_target_is_no_longer_the_committed_one() -> None:
    """The first test of this file bites."""
    other = replace(Settings().alerts, public_reply=timedelta(hours=3))
    assert RULES.read_text() != write_rules(Settings().objective, other)
