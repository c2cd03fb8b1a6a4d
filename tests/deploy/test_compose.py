"""deploy/compose.yaml and the image: content to Docker's own linters, and true to the code."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from pipeline.config import load_settings
from tests.deploy.agreement import (
    DEPLOY,
    assert_known,
    assert_parses,
    load,
    run,
    served_paths,
    tool,
)  # fmt: skip

BIN = Path(sys.executable).parent
OURS = ("topics", "gateway", "worker", "dashboard", "connect", "reader", "alerts")


@pytest.fixture(scope="module")
def compose() -> Any:
    """The file as Docker Compose understands it, all anchors and defaults worked out."""
    program = tool("docker-compose", BIN / "docker-compose")
    secrets = {
        "CCM_DB_PASSWORD": "database-secret",
        "CCM_INTAKE_TOKEN": "intake-secret",
        "CCM_GRAFANA_PASSWORD": "grafana-secret",
        "CCM_GRAFANA_DB_PASSWORD": "reading-secret",
    }
    said = run(
        program, "--file", DEPLOY / "compose.yaml", "--profile", "metrics", "--profile", "channels",
        "--profile", "readers", "--profile", "alerts",
        "config",
        environment={"PATH": os.environ["PATH"], **secrets},
    )  # fmt: skip
    return load(said)[0]


def test_secrets_have_no_defaults() -> None:
    """Without a password of the operator's own nothing starts, and the message says where."""
    program = tool("docker-compose", BIN / "docker-compose")
    done = subprocess.run(
        [program, "--file", str(DEPLOY / "compose.yaml"), "config"],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode != 0
    assert "deploy/.env" in done.stderr


@pytest.mark.parametrize("name", OURS)
def test_commands_and_settings_are_those_of_the_code(compose: Any, name: str) -> None:
    """Each command parses; each setting exists, and the whole environment loads."""
    service = compose["services"][name]
    assert_parses(service["command"])
    environment = {key: str(value) for key, value in service["environment"].items()}
    assert_known(environment)
    settings = load_settings(None, environment)
    assert settings.kafka.bootstrap == ("kafka:9092",)
    assert settings.ledger.url == "postgresql+psycopg://ccm:database-secret@postgres/ccm"


def test_nothing_listens_beyond_this_machine(compose: Any) -> None:
    """Every published port is loopback's; the stores publish none and cannot reach out."""
    published = {
        name: port
        for name, service in compose["services"].items()
        for port in service.get("ports", ())
    }
    assert {port["host_ip"] for port in published.values()} == {"127.0.0.1"}
    assert published.keys() == {
        "gateway", "dashboard", "prometheus", "alertmanager", "grafana",
    }  # fmt: skip
    assert compose["networks"]["back"]["internal"] is True
    assert set(compose["services"]["kafka"]["networks"]) == {"back"}
    assert set(compose["services"]["postgres"]["networks"]) == {"back"}


@pytest.mark.parametrize(("name", "port"), [("gateway", 8081), ("dashboard", 8080)])
def test_ports_that_are_published_are_those_that_serve(compose: Any, name: str, port: int) -> None:
    """The command's port, the published one, and a name that the server answers to."""
    service = compose["services"][name]
    assert assert_parses(service["command"]).port == port
    assert [(one["target"], one["published"]) for one in service["ports"]] == [(port, str(port))]
    hosts = load_settings(None, service["environment"]).server.allowed_hosts
    assert {"127.0.0.1", name} <= set(hosts)


@pytest.mark.parametrize("name", ["gateway", "worker", "reader", "dashboard", "connect", "alerts"])
def test_health_checks_ask_what_is_served(compose: Any, name: str) -> None:
    """The path exists, on the port of the process."""
    service = compose["services"][name]
    asked = re.search(r"http://[^']+", service["healthcheck"]["test"][-1])
    assert asked is not None
    address = urlsplit(asked[0])
    assert address.path in served_paths()
    port = service["environment"].get("CCM_HEALTH_PORT") or service["command"][-1]
    assert address.port == int(port)


def test_prometheus_asks_services_that_there_are(compose: Any) -> None:
    """Names and ports of its targets are those of the services."""
    settings = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())
    jobs = settings["scrape_configs"]
    static = [one["static_configs"][0]["targets"][0] for one in jobs if "static_configs" in one]
    worker = next(one["dns_sd_configs"][0] for one in jobs if "dns_sd_configs" in one)
    assert sorted(static) == ["alerts:8083", "connect:8082", "dashboard:8080", "gateway:8081"]
    health = compose["services"]["worker"]["environment"]["CCM_HEALTH_PORT"]
    assert (worker["names"], worker["port"]) == (["worker", "reader"], int(health))
    (manager,) = settings["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    assert manager == f"alertmanager:{compose['services']['alertmanager']['ports'][0]['target']}"


def test_rules_and_routes_lie_where_they_are_looked_for(compose: Any) -> None:
    """Each file that is named is mounted, and so is each secret that Alertmanager reads."""
    services = compose["services"]
    mounted = {
        one["target"]: Path(one["source"]).name
        for name in ("prometheus", "alertmanager")
        for one in services[name]["volumes"]
        if one["type"] == "bind"
    }
    settings = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())
    assert [mounted[one] for one in settings["rule_files"]] == ["rules.yaml"]
    routes = (DEPLOY / "alertmanager" / "alertmanager.yaml").read_text()
    secrets = {f"/run/secrets/{one['source']}" for one in services["alertmanager"]["secrets"]}
    assert set(re.findall(r"/run/secrets/\w+", routes)) == secrets
    names = {one["environment"] for one in compose["secrets"].values()}
    example = (DEPLOY / "compose.env.example").read_text()
    assert all(f"\n{name}=" in example for name in names)


def test_the_broker_is_the_one_that_the_tests_run(compose: Any) -> None:
    """The image's version is that of the jars; nothing makes topics by accident."""
    kafka = compose["services"]["kafka"]
    version = re.search(r"<kafka.version>(.*)</", (DEPLOY / "kafka" / "pom.xml").read_text())
    assert version is not None
    assert kafka["image"] == f"apache/kafka:{version[1]}"
    assert kafka["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_the_image_is_built_from_what_there_is() -> None:
    """hadolint has nothing to say; what is copied exists, and is let through to the builder."""
    run(tool("hadolint", BIN / "hadolint"), DEPLOY / "Dockerfile")
    text = (DEPLOY / "Dockerfile").read_text()
    copied = [
        word
        for line in re.findall(r"^COPY (?!--)(.*)$", text, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    passed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for word in copied:
        assert (DEPLOY.parent / word).exists(), f"COPY {word}: there is no such file"
        assert f"!{word}" in passed, f"COPY {word}: Dockerfile.dockerignore keeps it back"
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())["project"]
    version = re.search(r"^FROM python:([\d.]+)", text, re.MULTILINE)
    assert version is not None
    assert f"Programming Language :: Python :: {version[1]}" in project["classifiers"]


def test_the_image_takes_the_locked_driver_of_postgresql() -> None:
    """What the Dockerfile cuts out of the lock file is psycopg, pinned and with its digests."""
    cut = re.search(r"awk '([^']*)'", (DEPLOY / "Dockerfile").read_text())
    assert cut is not None
    lines = run("awk", cut[1], DEPLOY.parent / "requirements-dev.lock").splitlines()
    pinned = [line.split("==")[0] for line in lines if "==" in line.split(";")[0]]
    assert pinned == ["psycopg", "psycopg-binary"]
    assert any("--hash=sha256:" in line for line in lines)
