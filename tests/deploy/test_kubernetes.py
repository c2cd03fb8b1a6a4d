"""deploy/kubernetes: valid to Kubernetes' own schemas, and true to the code."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_settings
from pipeline.config.report import WEEKDAYS
from tests.deploy.agreement import (
    DEPLOY,
    assert_known,
    assert_parses,
    load,
    run,
    served_paths,
    tool,
)

VERSIONS = ("1.29", "1.34")
"""The oldest and a current Kubernetes for which the files are made."""
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ccm" / "bin"
Object = dict[str, Any]


def build(folder: str) -> str:
    """Return what kustomize makes of a folder."""
    path = DEPLOY / "kubernetes" / folder
    if shutil.which("kubectl"):
        return run("kubectl", "kustomize", path)
    return run(tool("kustomize", CACHE / "kustomize"), "build", path)


@pytest.fixture(scope="module", params=["base", "example"])
def manifest(request: pytest.FixtureRequest) -> str:
    """The base, and the example that stands on it."""
    return build(request.param)


@pytest.fixture(scope="module")
def objects(manifest: str) -> list[Object]:
    """Everything that would be applied."""
    return load(manifest)


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    return [one for one in objects if one["kind"] in kinds]


def workloads(objects: list[Object]) -> list[Object]:
    """All that runs our image."""
    return of_kind(objects, "Deployment", "StatefulSet", "Job", "CronJob")


def template(workload: Object) -> Object:
    """The pod that it makes."""
    spec = workload["spec"]
    found: Object = spec.get("jobTemplate", {"spec": spec})["spec"]["template"]
    return found


def container(workload: Object) -> Object:
    (only,) = template(workload)["spec"]["containers"]
    found: Object = only
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_the_schemas_of_kubernetes_are_kept(manifest: str, tmp_path: Path, version: str) -> None:
    """Strictly: a field that Kubernetes does not know is an error."""
    path = tmp_path / "all.yaml"
    path.write_text(manifest)
    program = Path(sys.executable).parent / "kubernetes-validate"
    run(program, "--strict", "--quiet", "-k", version, path)


def test_commands_and_settings_are_those_of_the_code(objects: list[Object]) -> None:
    """Each command parses; ccm.toml loads; each variable is a setting, its secret one of two."""
    (config,) = of_kind(objects, "ConfigMap")
    assert set(config["data"]) == {"ccm.toml"}
    for workload in workloads(objects):
        told = container(workload)
        assert assert_parses(told["args"]).config == Path("/etc/ccm/ccm.toml")
        variables = told.get("env", ())
        assert_known(one["name"] for one in variables)
        keys = {one["valueFrom"]["secretKeyRef"]["key"] for one in variables}
        assert keys <= {"ledger-url", "intake-token", "smtp-password"}
        (volume,) = [one for one in template(workload)["spec"]["volumes"] if "configMap" in one]
        assert volume["configMap"]["name"] == config["metadata"]["name"]


def test_probes_ask_what_is_served(objects: list[Object], tmp_path: Path) -> None:
    """Path, port and the name under which it is asked are those that the process answers to."""
    (config,) = of_kind(objects, "ConfigMap")
    file = tmp_path / "ccm.toml"
    file.write_text(config["data"]["ccm.toml"])
    settings = load_settings(file, {})
    for workload in of_kind(objects, "Deployment", "StatefulSet"):
        told = container(workload)
        ports = {one["name"]: one["containerPort"] for one in told["ports"]}
        listens = getattr(assert_parses(told["args"]), "port", settings.health.port)
        for name in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = told[name]["httpGet"]
            assert asked["path"] in served_paths()
            assert ports[asked["port"]] == listens
            hosts = {one["value"] for one in asked.get("httpHeaders", ())}
            assert hosts <= set(settings.server.hosts)
            assert hosts or asked["port"] == "health"
        assert told["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert told["readinessProbe"]["httpGet"]["path"] == "/readyz"
        scraped = workload["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"]
        assert scraped == str(listens)


def test_selectors_find_what_they_are_to_find(objects: list[Object]) -> None:
    """Each workload, service and budget selects exactly one kind of pod."""
    pods = {
        one["metadata"]["name"]: template(one)["metadata"]["labels"].items()
        for one in workloads(objects)
    }
    selectors = [
        (one["metadata"]["name"], one["spec"]["selector"])
        for one in of_kind(objects, "Service", "PodDisruptionBudget", "Deployment", "StatefulSet")
    ]
    for name, selector in selectors:
        wanted = selector.get("matchLabels", selector).items()
        assert [pod for pod, labels in pods.items() if wanted <= labels] == [name]


def test_pods_may_do_as_little_as_can_be(objects: list[Object]) -> None:
    """The restricted standard, a read-only file system, no word with Kubernetes."""
    for workload in workloads(objects):
        pod = template(workload)["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        context = container(workload)["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"] == {"drop": ["ALL"]}


def test_a_gateway_that_spools_has_a_volume_of_its_own(objects: list[Object]) -> None:
    """What it acknowledged outlives the pod, and the bound fits into the claim."""
    (gateway,) = [one for one in objects if one["kind"] == "StatefulSet"]
    (claim,) = gateway["spec"]["volumeClaimTemplates"]
    mounts = {one["mountPath"]: one["name"] for one in container(gateway)["volumeMounts"]}
    assert mounts["/var/lib/ccm"] == claim["metadata"]["name"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "8Gi"


def test_the_report_is_due_when_the_settings_say(objects: list[Object], tmp_path: Path) -> None:
    """Day, time and zone are those of ccm.toml; two never run at once, none without recipients."""
    (job,) = of_kind(objects, "CronJob")
    (config,) = of_kind(objects, "ConfigMap")
    file = tmp_path / "ccm.toml"
    file.write_text(config["data"]["ccm.toml"])
    settings = load_settings(file, {})
    told = settings.report
    day = (WEEKDAYS.index(told.weekday) + 1) % 7
    assert job["spec"]["schedule"] == f"{told.at.minute} {told.at.hour} * * {day}"
    zone = settings.policy.report_zone
    assert job["spec"]["timeZone"] == ("Etc/UTC" if zone == "UTC" else zone)
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert job["spec"]["suspend"] is (not told.recipients)
