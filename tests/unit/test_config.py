"""Settings: one TOML file and the environment, typed, with errors that say what to write."""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from pipeline.config import IntakeSettings, Settings, load_policy, load_settings
from pipeline.domain.policy import Policy
from pipeline.errors import ConfigError

WHOLE = """
[server]
port = 9000
[company]
name = "Parcels Ltd"
domains = ["parcels.example"]
[intake]
origins = ["https://shop.example"]
[engine]
data = "somewhere"
[policy]
report_zone = "Europe/Berlin"
confirmation = "10 d"
burst = "45 min"
topics = ["delivery", "weather"]
[calendar]
zone = "Europe/Berlin"
monday = ["09:00-12:30", "13:30-17:00"]
saturday = ["22:00-24:00"]
sunday = []
holidays = [2026-12-25]
"""


def write(tmp_path: Path, text: str) -> Path:
    """Return a file with the text."""
    path = tmp_path / "ccm.toml"
    path.write_text(text, "utf-8")
    return path


def test_nothing_is_needed() -> None:
    """`ccm run` works without a file."""
    settings = load_settings(None, {})
    assert settings == Settings()
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert settings.policy == Policy()


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    """Every table, with durations, times of day and dates."""
    settings = load_settings(write(tmp_path, WHOLE), {})
    assert settings.server.port == 9000
    assert settings.company.domains == ("parcels.example",)
    assert settings.engine.data == Path("somewhere")
    policy = settings.policy
    assert (policy.confirmation, policy.burst) == (timedelta(days=10), timedelta(minutes=45))
    assert policy.topics == {"delivery", "weather"}
    assert policy.calendar.hours[0] == (
        (time(9), time(12, 30)),
        (time(13, 30), time(17)),
    )
    assert policy.calendar.hours[5] == ((time(22), time(0)),)
    assert policy.calendar.hours[6] == ()
    assert policy.calendar.holidays == {date(2026, 12, 25)}


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """Numbers, lists and paths."""
    environ = {
        "CCM_SERVER_PORT": "9100",
        "CCM_COMPANY_DOMAINS": "a.example, b.example",
        "CCM_ENGINE_DATA": "elsewhere",
    }
    settings = load_settings(write(tmp_path, WHOLE), environ)
    assert settings.server.port == 9100
    assert settings.company.domains == ("a.example", "b.example")
    assert settings.engine.data == Path("elsewhere")


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    """Never from the settings file, which is copied around."""
    assert load_settings(None, {"CCM_INTAKE_TOKEN": "s3cret"}).intake.token == "s3cret"
    (tmp_path / "token").write_text("from-file\n", "utf-8")
    path = write(tmp_path, f'[intake]\ntoken_file = "{tmp_path / "token"}"\n')
    assert load_settings(path, {}).intake.token == "from-file"
    with pytest.raises(ConfigError, match="a secret does not belong"):
        load_settings(write(tmp_path, '[intake]\ntoken = "s3cret"\n'), {})


def test_a_changed_policy_has_a_stamp_of_its_own(tmp_path: Path) -> None:
    """Two policies never share a version; the defaults keep theirs."""
    default = load_policy(write(tmp_path, "[policy]\n"))
    same = load_policy(write(tmp_path, '[policy]\nconfirmation = "14 d"\n'))
    ten = load_policy(write(tmp_path, '[policy]\nconfirmation = "10 d"\n'))
    eleven = load_policy(write(tmp_path, '[policy]\nconfirmation = "11 d"\n'))
    named = load_policy(write(tmp_path, '[policy]\nversion = "acme"\nconfirmation = "10 d"\n'))
    hours = load_policy(write(tmp_path, '[calendar]\nmonday = ["08:00-16:00"]\n'))
    assert default == same == Policy()
    assert ten.version.startswith("2026.1+")
    assert named.version == "acme+" + ten.version.partition("+")[2]
    assert len({default.version, ten.version, eleven.version, hours.version}) == 4


def test_the_stamp_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """Sets have no order; the stamp has."""
    one = load_policy(write(tmp_path, '[policy]\ntopics = ["a", "b", "c"]\n'))
    other = load_policy(write(tmp_path, '[policy]\ntopics = ["c", "b", "a"]\n'))
    assert one.version == other.version


BAD = [
    ("[server\n", "is no TOML"),
    (
        "[sever]\nport = 1\n",
        r"sever: is no setting; did you mean server\? known here are alerts, calendar, channels",
    ),
    (
        "[server]\nprot = 1\n",
        r"server.prot: is no setting; did you mean port\? known here are host, hosts, port",
    ),
    ('[server]\nport = "many"\n', "server.port: found 'many'"),
    ("[server]\nport = true\n", "server.port: found True"),
    ("[server]\nport = -1\n", "server.port: found -1; write a number from 0"),
    ("server = 5\n", r"server: found 5; write a table, \[server\]"),
    ('[company]\ndomains = "a.example"\n', "company.domains: found 'a.example'"),
    (
        '[engine]\nsynchronous = "off"\n',
        "engine.synchronous: found 'off'; write one of full, normal",
    ),
    (
        '[policy]\nburst = "soon"\n',
        "policy.burst: found 'soon'; write a duration such as \"30 min\"",
    ),
    ("[policy]\nburst = 30\n", "policy.burst: found 30; write a duration"),
    ('[policy]\nbusrt = "30 min"\n', "policy.busrt: is no setting"),
    ('[policy]\nreport_zone = "Mars/Base"\n', "Mars/Base"),
    (f"[policy]\ntopics = {[str(n) for n in range(21)]}\n", "policy.topics: found 21; write at mo"),
    ('[calendar]\nmonday = ["nine to five"]\n', "calendar.monday: found 'nine to five'"),
    ('[calendar]\nmonday = ["25:00-26:00"]\n', "calendar.monday: found '25:00-26:00'"),
    ('[calendar]\nmonday = "09:00-17:00"\n', "calendar.monday: found"),
    ("[calendar]\nholidays = [5]\n", "calendar.holidays: found"),
    ('[intake]\ntoken_file = "no/such/file"\n', "intake.token_file: no/such/file cannot be read"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_an_error_names_key_finding_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    """So that nobody needs to read the source to mend a settings file."""
    with pytest.raises(ConfigError, match=message):
        load_settings(write(tmp_path, text), {})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Not a traceback."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path / "none.toml", {})


def test_a_bad_environment_variable_is_told(tmp_path: Path) -> None:
    """The key is that of the setting."""
    with pytest.raises(ConfigError, match=r"server\.port: found 'http'"):
        load_settings(None, {"CCM_SERVER_PORT": "http"})


def test_the_example_is_read_and_means_what_it_says(repository: Path) -> None:
    """What we hand to operators is no stale picture of the settings."""
    settings = load_settings(repository / "deploy" / "ccm.example.toml", {})
    assert settings.company.domains == ("acme.example",)
    assert settings.policy.report_zone == "Europe/London"
    assert settings.policy.version.startswith(Policy().version + "+")
    assert settings.intake.mail_bytes_max == IntakeSettings().mail_bytes_max
    assert len(settings.policy.calendar.hours[0]) == 2


def test_alerts_and_objective_are_read(tmp_path: Path) -> None:
    """Durations, shares and receivers; the environment goes first, fractions too."""
    path = write(tmp_path, ALERTS)
    settings = load_settings(path, {"CCM_OBJECTIVE_FTR": "0.7", "CCM_ALERTS_EVERY": "5 s"})
    assert settings.alerts.rules.public_reply == timedelta(hours=1)
    assert settings.alerts.every == timedelta(seconds=5)
    assert settings.objective.ftr == 0.7
    assert [(one.name, one.kind, one.least) for one in settings.receivers] == [
        ("oncall", "slack", "page"),
        ("desk", "email", "ticket"),
    ]
    assert settings.receivers[1].values == {"host": "mail.acme.example"}


ALERTS = """
[objective]
ftr = 0.75
[alerts]
public_reply = "1 h"
likely_public = 5
[[alerts.receivers]]
name = "oncall"
kind = "slack"
least = "page"
[[alerts.receivers]]
name = "desk"
kind = "email"
host = "mail.acme.example"
"""
BAD_ALERTS = [
    ("[objective]\nftr = 0.5\n", r"objective.fast_budget: .*could never fire"),
    ("[objective]\nftr = 80\n", r"objective.ftr: found 80"),
    ('[objective]\nftr = "high"\n', r"objective.ftr: found 'high'"),
    ('[alerts]\nbase_url = "monitor.example"\n', r"alerts.base_url: is no address; write one"),
    ('[alerts]\nevery = "0 s"\n', r"alerts.every: found 0"),
    ("[alerts]\nlikely_public = -1.0\n", r"alerts.likely_public: found -1"),
    ("[alerts]\nreceivers = 5\n", r"alerts.receivers: found 5; write tables"),
    ("[[alerts.receivers]]\nkind = 'slack'\n", r"alerts.receivers: table 1 has the name None"),
    ("[[alerts.receivers]]\nname = 'a'\n", r"alerts.receivers.a.kind: is missing"),
    (
        "[[alerts.receivers]]\nname = 'a'\nkind = 'slack'\nleast = 'all'\n",
        r"alerts.receivers.a.least: found 'all'",
    ),
    ("[[alerts.receivers]]\nname = 'a'\nkind = 'slack'\n" * 2, r"receivers.a: two tables have"),
]


@pytest.mark.parametrize(("text", "message"), BAD_ALERTS)
def test_a_wrong_alert_setting_is_told(tmp_path: Path, text: str, message: str) -> None:
    """A threshold that could never fire is refused before anybody relies on it."""
    with pytest.raises(ConfigError, match=message):
        load_settings(write(tmp_path, text), {})


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ('time = "7am"', "HH:MM"),
        ('time = "24:00"', "HH:MM"),
        ('weekday = "someday"', "report.weekday"),
        ('recipients = ["board"]', "report.recipients"),
        ('recipients = ["a@b.example\\nBcc: x@y.example"]', "report.recipients"),
        ('recipients = ["a@b.example"]', "report.sender"),
        ('recipients = ["a@b.example"]\nsender = "c@b.example"', "report.smtp_host"),
        ('base_url = "javascript:alert(1)"', "report.base_url"),
        ('smtp_password = "secret"', "CCM_REPORT_SMTP_PASSWORD"),
        ('recipients = ["a@b.example"]\nsender = "c@b.example"\nsmtp_host = "mail.example"\n'
         'smtp_tls = "none"\nsmtp_user = "ccm"', "report.smtp_tls"),
    ],
)  # fmt: skip
def test_a_report_that_could_not_be_mailed_is_refused_at_the_start(
    tmp_path: Path, told: str, said: str
) -> None:
    """Not on Monday at seven; the message names the key and what to write."""
    path = tmp_path / "ccm.toml"
    path.write_text(f"[report]\n{told}\n")
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_settings(path, {})


def test_the_password_of_the_mail_server_comes_from_elsewhere(tmp_path: Path) -> None:
    """From the environment or a file, and is shown nowhere."""
    (tmp_path / "secret").write_text("hush\n")
    path = tmp_path / "ccm.toml"
    path.write_text(f'[report]\nsmtp_password_file = "{tmp_path / "secret"}"\n')
    assert load_settings(path, {}).report.smtp_password == "hush"
    told = load_settings(None, {"CCM_REPORT_SMTP_PASSWORD": "hush"}).report
    assert told.smtp_password == "hush"
    assert "hush" not in repr(told)
