"""What every ledger must do, whatever database it stands on.

`url` gives an empty database of each kind. What only SQLite can show (files that are full,
read-only or broken) comes last.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, inspect

from pipeline.domain.figures import build_figures
from pipeline.domain.policy import Policy
from pipeline.domain.scope import Facets, Scope
from pipeline.domain.verdict import Outcome, Verdict
from pipeline.errors import StoreError
from pipeline.ledger import CaseFilter, Ledger, build_engine
from pipeline.ledger.tables import MIGRATIONS
from pipeline.monitor import Change
from tests.services.postgres import PostgresServer
from tests.verdicts import OPENED, build_verdict

NOW = OPENED + timedelta(days=60)

Opener = Callable[..., Ledger]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, by its address."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as address:
        yield address


@pytest.fixture
def opener(url: str) -> Iterator[Opener]:
    """Opens ledgers on the one database, as processes of their own would; closes them all."""
    opened: list[Ledger] = []

    def open_ledger(policy: Policy | None = None) -> Ledger:
        opened.append(Ledger(url) if policy is None else Ledger(url, policy))
        return opened[-1]

    yield open_ledger
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(opener: Opener) -> Ledger:
    return opener()


def change(*verdicts: Verdict, root: str = "email:ann@example.com", **more: Any) -> Change:
    return Change(**{"root": root, "verdicts": verdicts, "at": NOW, **more})


def told(ledger: Ledger) -> list[str]:
    return [one.reason for one in ledger.restatements()]


# -------------------------------------------------------------------------------------- applying


def test_what_was_applied_is_what_is_read(ledger: Ledger) -> None:
    """A verdict comes back whole, as it was told."""
    verdict = build_verdict("form:1", "escalation_only", promises={"kept": 1}, flags=("conflict",))
    ledger.apply([change(verdict)])
    assert ledger.verdict("form:1") == verdict
    assert ledger.verdict("form:2") is None


def test_an_empty_ledger_answers_every_question(ledger: Ledger) -> None:
    """A newcomer's first page has no errors on it."""
    assert ledger.count() == 0
    for answer in (ledger.weeks(), ledger.waiting(NOW), ledger.escalations()):
        assert not answer
    for log in (ledger.restatements(), list(ledger.all_verdicts())):
        assert not log
    assert ledger.longest_waiting_since() is None
    assert ledger.figures(NOW).overall.n == 0


def test_it_outlives_its_process(opener: Opener) -> None:
    """Another ledger on the same database knows what the first was told."""
    first = opener()
    first.apply([change(build_verdict("form:1"))])
    first.close()
    assert opener().count() == 1


def test_applying_twice_changes_nothing(ledger: Ledger) -> None:
    """After a kill the same changes come again: verdicts, log and revisions stay as they are."""
    before, after = build_verdict("a", "first_time_right"), build_verdict("a", "lapsed")
    for _ in range(3):
        ledger.apply([change(before, build_verdict("b"))])
    ledger.apply([change(after, build_verdict("b"), causes=("x:1",))])
    once = (list(ledger.all_verdicts()), ledger.restatements(), _revisions(ledger))
    ledger.apply([change(after, build_verdict("b"), causes=("x:1",), at=NOW + timedelta(days=1))])
    assert (list(ledger.all_verdicts()), ledger.restatements(), _revisions(ledger)) == once
    assert ledger.restatement_count() == 1


def test_several_changes_of_one_case_in_one_batch(ledger: Ledger) -> None:
    """They take effect in order, as if each had been applied alone."""
    ledger.apply([
        change(build_verdict("a", "open")),
        change(build_verdict("a", "first_time_right")),
        change(build_verdict("a", "lapsed"), causes=("x:1",)),
    ])  # fmt: skip
    assert _outcome(ledger, "a") == "lapsed"
    assert _revisions(ledger) == {"a": 3}
    assert ledger.restatement_count() == 1


def test_a_change_is_kept_whole_or_not_at_all(ledger: Ledger) -> None:
    """A batch that fails at its end leaves nothing of its beginning."""
    broken = replace(build_verdict("b"), case=None)  # type: ignore[arg-type]  # what no type check saw
    with pytest.raises(Exception, match=r".+"):
        ledger.apply([change(build_verdict("a")), change(broken, root="x:2")])
    assert ledger.count() == 0


def test_an_offset_is_kept_with_the_changes_and_guards_them(ledger: Ledger) -> None:
    """What comes again at an offset that was applied is left out; what comes after is taken."""
    ledger.apply([change(build_verdict("a", "lapsed"))], offset=("inbox", 7))
    ledger.apply([change(build_verdict("a", "open"))], offset=("inbox", 7))
    ledger.apply([change(build_verdict("a", "open"))], offset=("inbox", 6))
    assert (_outcome(ledger, "a"), ledger.offset("inbox")) == ("lapsed", 7)
    ledger.apply([], offset=("inbox", 9))
    ledger.apply([], offset=("other", 1))
    assert (ledger.offset("inbox"), ledger.offset("other"), ledger.offset("none")) == (9, 1, -1)


def test_a_case_that_its_timeline_no_longer_holds_goes(ledger: Ledger) -> None:
    """A retraction parts customers: verdicts of the old shape must not stay."""
    ledger.apply([change(build_verdict("a"), build_verdict("b"))])
    ledger.apply([change(build_verdict("a"))])
    assert [one.case for one in ledger.all_verdicts()] == ["a"]
    assert told(ledger) == ["no case begins with b any more"]


def test_a_merge_takes_over_the_cases_of_the_absorbed_root(ledger: Ledger) -> None:
    """Two people turn out to be one: one case becomes part of the other, and the log says so."""
    ledger.apply(
        [change(build_verdict("a"), root="email:a"), change(build_verdict("b"), root="x:b")]
    )
    whole = build_verdict("a", events=("a", "b", "x:9"))
    ledger.apply([change(whole, root="email:a", absorbed=("x:b",), causes=("id:1",))])
    assert [one.case for one in ledger.all_verdicts()] == ["a"]
    assert told(ledger) == ["merged into a when event id:1 arrived"]


def test_a_case_moves_with_its_root(ledger: Ledger) -> None:
    """A case found under another root than before is the same case, at its next revision."""
    ledger.apply([change(build_verdict("b"), root="x:b")])
    ledger.apply([change(build_verdict("b", "lapsed"), root="email:a", absorbed=("x:b",))])
    ledger.apply([change(root="x:b")])
    assert _outcome(ledger, "b") == "lapsed"
    assert _revisions(ledger) == {"b": 2}


# ----------------------------------------------------------------------- revisions, restatements


def test_running_clocks_are_no_new_revision(ledger: Ledger) -> None:
    """A case judged again an hour later says nothing new; what is read is the later verdict."""
    later = build_verdict("a", as_of=NOW, avoidance_seconds=99, wall_seconds=5, business_seconds=5)
    ledger.apply([change(build_verdict("a"))])
    ledger.apply([change(later)])
    assert _revisions(ledger) == {"a": 1}
    assert ledger.verdict("a") == later


@pytest.mark.parametrize("path", [
    ("open", "pending_confirmation", "first_time_right"),
    ("open", "pending_confirmation", "open", "unresolved"),
    ("open", "resolved_with_effort"),
])  # fmt: skip
def test_the_ordinary_course_of_a_case_is_no_restatement(
    ledger: Ledger, path: tuple[Outcome, ...]
) -> None:
    """Only what had been published can be restated."""
    for outcome in path:
        ledger.apply([change(build_verdict("a", outcome, final=False))])
    assert told(ledger) == []


def test_a_final_verdict_that_changes_is_restated_with_its_cause(ledger: Ledger) -> None:
    """The log holds what was published, what is now, by which policies, and why."""
    before = build_verdict("a", "first_time_right")
    after = build_verdict("a", "resolved_with_effort", policy="2026.2", as_of=NOW)
    ledger.apply([change(before)])
    ledger.apply([change(after, causes=("a", "x:7"))])
    (one,) = ledger.restatements("a")
    assert (one.outcome_before, one.outcome_after) == ("first_time_right", "resolved_with_effort")
    assert (one.ftr_before, one.ftr_after) == ("yes", "no")
    assert (one.policy_before, one.policy_after) == ("2026.1", "2026.2")
    assert (one.was_final, one.causes, one.as_of, one.at) == (True, ("x:7",), NOW, NOW)
    assert one.changes["ftr"] == ("yes", "no")
    assert one.reason == (
        "late event x:7 arrived: first_time_right became resolved_with_effort, ftr yes became no"
    )
    assert ledger.restatements("b") == []


def test_a_late_mail_makes_a_public_first_case_an_escalated_one(ledger: Ledger) -> None:
    """The mail is older than the post, so that the case gets its name; its history goes along."""
    post = build_verdict("x:1", "resolved_with_effort", route="public_first")
    whole = build_verdict(
        "email:1", "resolved_after_escalation", events=("email:1", "x:1"), left_in=None
    )
    ledger.apply([change(post)])
    ledger.apply([change(whole, causes=("email:1",))])
    (one,) = ledger.restatements("email:1")
    assert one.reason.startswith("late event email:1 arrived: public_first became escalated, ")
    assert one.reason.endswith("(the case was x:1 until then)")
    assert [one.reason for one in ledger.restatements("x:1")] == [
        "merged into email:1 when event email:1 arrived"
    ]
    assert _revisions(ledger) == {"email:1": 2}


def test_what_was_restated_between_two_moments_is_found(ledger: Ledger) -> None:
    """The first moment is inside, the second is not; oldest first."""
    day = timedelta(days=1)
    for name, at in (("a", NOW), ("b", NOW + 7 * day - timedelta.resolution), ("c", NOW + 7 * day)):
        ledger.apply([change(build_verdict(name, "first_time_right"), root=name)])
        ledger.apply([change(build_verdict(name, "lapsed"), root=name, at=at)])
    assert [one.case for one in ledger.restated(NOW, NOW + 7 * day)] == ["a", "b"]
    assert list(ledger.restated(NOW - 7 * day, NOW)) == []


def test_a_known_ftr_that_changes_is_restated_before_the_case_is_final(ledger: Ledger) -> None:
    """A no may have been published while the case is open."""
    ledger.apply([change(build_verdict("a", "open", ftr="no"))])
    ledger.apply([change(build_verdict("a", "first_time_right"), causes=())])
    assert told(ledger) == [
        "time passed: open became first_time_right, ftr no became yes, confirmed_by none became "
        "silent, resolved_at none became 2026-03-05T10:00:00+00:00"
    ]


def test_another_policy_is_a_reason(ledger: Ledger) -> None:
    """Verdicts that are judged anew by another policy say so."""
    ledger.apply([change(build_verdict("a", "lapsed"))])
    ledger.apply([change(build_verdict("a", "unresolved", policy="2026.2"))])
    assert told(ledger) == ["policy 2026.1 became 2026.2: lapsed became unresolved"]


# --------------------------------------------------------------------------------------- queries


def test_filters_pages_and_counts_agree(ledger: Ledger) -> None:
    """Pages of a list hold each case of its count exactly once."""
    outcomes: list[Outcome] = ["lapsed" if index % 3 else "open" for index in range(20)]
    cases = [
        build_verdict(f"c{index}", outcome, opened_at=OPENED + timedelta(days=index))
        for index, outcome in enumerate(outcomes)
    ]
    ledger.apply([change(*cases)])
    which = CaseFilter(outcome="lapsed")
    pages = [ledger.verdicts(which, limit=5, offset=offset) for offset in (0, 5, 10)]
    listed = [one.case for page in pages for one in page]
    assert listed == [f"c{index}" for index in range(19, -1, -1) if index % 3]
    assert ledger.count(which) == len(listed) == 13
    assert ledger.count(CaseFilter(scope=Scope(since="2026-W10", until="2026-W10"))) == 5
    assert ledger.count(CaseFilter(unfinished=True)) == 7
    assert ledger.verdicts(order="oldest", limit=1)[0].case == "c0"
    assert ledger.weeks() == ["2026-W10", "2026-W11", "2026-W12", "2026-W13"]
    assert ledger.count_by_outcome()["lapsed"] == 13
    assert ledger.count_by_outcome()["escalation_only"] == 0


def test_each_condition_of_a_filter_counts(ledger: Ledger) -> None:
    """Conditions are joined by and; those that are left out do not matter."""
    ledger.apply([change(
        build_verdict("a", "escalation_only", facts={"topic": "refund"}),
        build_verdict("b", waiting_since=OPENED),
    )])  # fmt: skip
    for which in (
        CaseFilter(route="escalated"),
        CaseFilter(left_in="stock"),
        CaseFilter(scope=Scope(topic="refund"), outcome="escalation_only"),
    ):
        assert [one.case for one in ledger.verdicts(which)] == ["a"]
    assert [one.case for one in ledger.verdicts(CaseFilter(waiting=True))] == ["b"]
    assert ledger.count(CaseFilter(scope=Scope(topic="refund"), waiting=True)) == 0


def test_who_waits_in_public_comes_before_the_others(ledger: Ledger) -> None:
    """What everybody can see is answered first, however short the wait."""
    public: dict[str, Any] = {"facts": {"waiting_public_since": OPENED + timedelta(days=9)}}
    ledger.apply([change(
        build_verdict("private", waiting_since=OPENED),
        build_verdict("new", waiting_since=OPENED + timedelta(days=9), **public),
        build_verdict("old", waiting_since=OPENED, facts={"waiting_public_since": OPENED}),
    )])  # fmt: skip
    assert [one.case for one in ledger.waiting(NOW)] == ["old", "new", "private"]
    assert [one.case for one in ledger.waiting(NOW, limit=2)] == ["old", "new"]


def test_the_promise_that_falls_due_first_comes_first(ledger: Ledger) -> None:
    """An overdue one before one that is due; none of a case that is over."""
    day = timedelta(days=1)
    ledger.apply([change(
        build_verdict("later", facts={"promise_due": NOW + 2 * day}),
        build_verdict("overdue", facts={"promise_failed_at": NOW - day, "promise_due": NOW + day}),
        build_verdict("none"),
        build_verdict("over", "lapsed", facts={"promise_failed_at": NOW - day}),
    )])  # fmt: skip
    assert [one.case for one in ledger.promised()] == ["overdue", "later"]
    assert ledger.count(CaseFilter(promised=True)) == 2


def test_who_waits_longest_comes_first(ledger: Ledger) -> None:
    """Only contacts that wait at the moment asked for."""
    waits = {"a": timedelta(days=3), "b": timedelta(days=1), "c": timedelta(days=99), "d": None}
    ledger.apply([change(*(
        build_verdict(case, waiting_since=None if since is None else OPENED + since)
        for case, since in waits.items()
    ))])  # fmt: skip
    assert [one.case for one in ledger.waiting(NOW)] == ["b", "a"]
    assert [one.case for one in ledger.waiting(NOW, limit=1)] == ["b"]
    assert ledger.longest_waiting_since() == OPENED + timedelta(days=1)


def test_escalations_show_escalation_only_first_then_the_latest_post(ledger: Ledger) -> None:
    """What only the post brought about is what the page is for."""
    posts: tuple[tuple[str, Outcome, int], ...] = (
        ("old", "escalation_only", 1),
        ("new", "escalation_only", 5),
        ("other", "resolved_after_escalation", 9),
        ("still", "open", 7),
    )
    ledger.apply([change(*(
        build_verdict(case, outcome, route="escalated", escalated_at=OPENED + timedelta(days=day))
        for case, outcome, day in posts
    ), build_verdict("private"))])  # fmt: skip
    assert [one.case for one in ledger.escalations()] == ["new", "old", "other", "still"]
    assert [one.case for one in ledger.escalations(limit=3)] == ["new", "old", "other"]
    assert [one.case for one in ledger.escalations(limit=1)] == ["new"]


def test_figures_are_those_of_the_domain_over_the_ledger(ledger: Ledger) -> None:
    """Two screens that show the same figure read it from the same function."""
    cases = [build_verdict(f"c{n}", "lapsed" if n % 4 else "first_time_right") for n in range(12)]
    ledger.apply([change(*cases)])
    assert ledger.figures(NOW) == build_figures(cases, NOW, Policy())
    assert list(ledger.all_verdicts(["2026-W11"])) == []
    assert len(list(ledger.all_verdicts(["2026-W10"]))) == 12


def test_figures_are_kept_until_something_changes(ledger: Ledger) -> None:
    """A page that many look at costs one reckoning; a change, or a minute, brings a new one."""
    ledger.apply([change(build_verdict("a"))])
    first = ledger.figures(NOW)
    assert ledger.figures(NOW + timedelta(seconds=59)) is first
    assert ledger.figures(NOW + timedelta(seconds=60)) is not first
    ledger.apply([change(build_verdict("b"), root="x:b")])
    assert ledger.figures(NOW + timedelta(seconds=61)).overall.n == 2
    assert ledger.figures(NOW).overall.as_of == NOW


def test_the_revision_moves_with_every_change(ledger: Ledger) -> None:
    """Pages ask for it every second to see whether there is anything new."""
    seen = [ledger.revision()]
    for outcome in ("open", "lapsed"):
        ledger.apply([change(build_verdict("a", outcome))])
        seen.append(ledger.revision())
    assert len(set(seen)) == 3
    assert ledger.revision() == seen[-1]


def test_another_report_zone_moves_cases_to_its_weeks(opener: Opener) -> None:
    """The setting may change; the weeks of what is held follow at the next start."""
    late = OPENED.replace(day=8, hour=23, minute=30)
    opener().apply([change(build_verdict("a", opened_at=late))])
    assert opener().weeks() == ["2026-W10"]
    assert opener(Policy(report_zone="Europe/Berlin")).weeks() == ["2026-W11"]


def test_readers_and_a_writer_do_not_wait_for_each_other(ledger: Ledger) -> None:
    """A page that is streaming figures sees one state while the engine goes on writing."""
    ledger.apply([change(*(build_verdict(f"c{n:04}") for n in range(2_500)))])
    stream = ledger.all_verdicts()
    first = next(stream)
    ledger.apply([change(build_verdict("new"), root="x:new")])
    assert 1 + sum(1 for _ in stream) == 2_500
    assert (first.case, ledger.count()) == ("c0000", 2_501)


def test_two_writers_take_turns(opener: Opener) -> None:
    """Two threads that apply at once both get their changes in."""
    ledgers = [opener(), opener()]

    def write(number: int) -> None:
        for index in range(20):
            verdict = build_verdict(f"w{number}:{index}")
            ledgers[number].apply([change(verdict, root=verdict.case)])

    threads = [Thread(target=write, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledgers[0].count() == 40
    assert ledgers[0].revision() == 40


# ------------------------------------------------------------------------------------ only SQLite


def test_a_full_disk_says_what_to_do_and_loses_nothing(tmp_path: Path) -> None:
    """What did not fit was not kept in part; what had been kept can be read."""
    engine = build_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    pages = 60

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    ledger = Ledger(engine)
    ledger.apply([change(build_verdict("kept"))])
    many = [change(build_verdict(f"c{n}"), root=f"x:{n}") for n in range(1_000)]
    with pytest.raises(StoreError, match="free space"):
        ledger.apply(many, offset=("inbox", 1_000))
    assert [one.case for one in ledger.all_verdicts()] == ["kept"]
    assert ledger.offset("inbox") == -1


def test_a_ledger_that_must_not_be_written_says_so(tmp_path: Path) -> None:
    """A data directory of another user is a common mistake."""
    engine = build_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger = Ledger(engine)

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, _: Any, __: Any) -> None:
        connection.execute("PRAGMA query_only = 1")

    with pytest.raises(StoreError, match="writable for the user"):
        ledger.apply([change(build_verdict("a"))])
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "advice"), [("missing/ledger.db", "create the directory"), ("ledger.db", "rebuilt")]
)
def test_a_file_that_is_no_ledger_says_what_to_do(tmp_path: Path, name: str, advice: str) -> None:
    """A missing directory and a damaged file end with words, not with a trace of SQL."""
    (tmp_path / "ledger.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=advice):
        Ledger(f"sqlite:///{tmp_path / name}")


def test_the_riskiest_cases_come_first_and_leave_when_they_are_settled(url: str) -> None:
    """Scored as they were last judged; a case that cannot go public any more has no risk."""
    ledger = Ledger(url, score=lambda one: None if one.final else one.attempts / 10)
    ledger.apply([
        change(build_verdict("a", attempts=1), root="x:a"),
        change(build_verdict("b", attempts=3), root="x:b"),
        change(build_verdict("c", attempts=2), root="x:c"),
    ])  # fmt: skip
    assert [one.case for one in ledger.riskiest()] == ["b", "c", "a"]
    assert [one.case for one in ledger.riskiest(1)] == ["b"]
    ledger.apply([change(build_verdict("b", "first_time_right", attempts=3), root="x:b")])
    assert [one.case for one in ledger.riskiest()] == ["c", "a"]
    ledger.close()


def test_a_ledger_of_the_first_schema_is_brought_up_to_date(url: str, opener: Opener) -> None:
    """What stood in it stays, and what is new can be written."""
    engine = build_engine(url)
    Ledger(engine).apply([change(build_verdict("old"), root="x:old")])
    with engine.begin() as connection:
        for schema in (3, 2, 1):
            _undo(connection, schema)
        connection.exec_driver_sql("UPDATE ccm_meta SET number = 1 WHERE name = 'schema'")
    engine.dispose()
    ledger = opener()
    ledger.apply([change(build_verdict("new"), root="x:new")])
    assert [one.case for one in ledger.all_verdicts()] == ["new", "old"]
    assert ledger.riskiest() == []


def test_a_ledger_of_the_second_schema_can_be_narrowed_at_once(url: str, opener: Opener) -> None:
    """Its verdicts are read once at the start; nothing waits for a case to be judged again."""
    engine = build_engine(url)
    told = [
        build_verdict("a", "escalation_only", facts={"team": "north"}, channels=("email", "x")),
        build_verdict("b", promises={"broken": 1}, facts={"team": "south", "promise_due": NOW}),
    ]
    Ledger(engine).apply([change(*told)])
    with engine.begin() as connection:
        for schema in (3, 2):
            _undo(connection, schema)
        connection.exec_driver_sql("DROP TABLE ccm_stirred_case")
        connection.exec_driver_sql("UPDATE ccm_meta SET number = 2 WHERE name = 'schema'")
    engine.dispose()
    ledger = opener()
    for which, case in (
        (CaseFilter(scope=Scope(team="south")), "b"),
        (CaseFilter(scope=Scope(channel="x")), "a"),
        (CaseFilter(figure="eor_escalated", part="yes"), "a"),
        (CaseFilter(promise="broken"), "b"),
    ):
        assert [one.case for one in ledger.verdicts(which)] == [case]
    assert [one.case for one in ledger.alerts.candidates(NOW)] == ["b"]
    assert ledger.facets(NOW) == Facets(
        channels=("email", "web_form", "x"), teams=("north", "south")
    )


def test_a_ledger_of_the_third_schema_knows_false_pauses_at_once(url: str, opener: Opener) -> None:
    """Which of them stand is worked out at the start, of the few cases that had one."""
    engine, hour = build_engine(url), timedelta(hours=1)
    paused: dict[str, Any] = {"false_pauses": 1, "waiting_since": NOW - 2 * hour, "final": False}
    told = [
        build_verdict("stands", facts={"pending_since": NOW - hour}, **paused),
        build_verdict("over", **paused),
        build_verdict("never", waiting_since=NOW, facts={"pending_since": NOW}, final=False),
    ]
    Ledger(engine).apply([change(*told)])
    indexes = _indexes(engine)
    with engine.begin() as connection:
        _undo(connection, 3)
        connection.exec_driver_sql("UPDATE ccm_meta SET number = 3 WHERE name = 'schema'")
    engine.dispose()
    ledger = opener()
    for which, cases in (
        (CaseFilter(paused=True), ["stands"]),
        (CaseFilter(paused=False, false_pause=True), ["over"]),
        (CaseFilter(paused=False), ["never", "over"]),
    ):
        assert sorted(one.case for one in ledger.verdicts(which, now=NOW)) == cases
        assert ledger.count(which, NOW) == len(cases)
    assert _indexes(engine) == indexes
    engine.dispose()


def _indexes(engine: Engine) -> dict[str, list[str | None]]:
    """What each index of the verdict table holds, by its name."""
    found = inspect(engine).get_indexes("ccm_verdict")
    return {str(one["name"]): one["column_names"] for one in found}


def _undo(connection: Connection, schema: int) -> None:
    """Take away what the migration from ``schema`` adds."""
    for statement in reversed(MIGRATIONS[schema]):
        index = re.match(r"CREATE INDEX (\w+)", statement)
        column = re.match(r"ALTER TABLE ccm_verdict ADD COLUMN (\w+)", statement)
        if index:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {index[1]}")
        elif column:
            connection.exec_driver_sql(f"ALTER TABLE ccm_verdict DROP COLUMN {column[1]}")


def test_a_ledger_of_another_schema_is_left_alone(tmp_path: Path) -> None:
    """An older ccm does not write into the ledger of a newer one."""
    engine = build_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    Ledger(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ccm_meta SET number = 99 WHERE name = 'schema'")
    with pytest.raises(StoreError, match="schema 99"):
        Ledger(engine)
    engine.dispose()


def _outcome(ledger: Ledger, case: str) -> Outcome | None:
    found = ledger.verdict(case)
    return None if found is None else found.outcome


def _revisions(ledger: Ledger) -> dict[str, int]:
    return ledger.revisions(one.case for one in ledger.all_verdicts())
