"""What rows of a Salesforce export become; columns as the API names them, values of our own."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels.company import Company
from pipeline.channels.files import FileSettings, Rejected, read_file
from pipeline.channels.mail import MailSettings
from pipeline.channels.salesforce import Org, long_id, parse
from pipeline.config import ChannelTable
from pipeline.connectors.registry import build_channel
from pipeline.domain.events import Event, Identity, Message, Status
from pipeline.domain.policy import Policy
from pipeline.embedded.replay import replay
from pipeline.errors import BadPayload, ConfigError
from tests.contract.rigs.salesforce import (
    START,
    case,
    case_id,
    change,
    comment,
    mail,
    minute,
    packed,
    table,
)
from tests.unit.connectors.test_mastodon import AROUND

HOUSE = MailSettings(company=Company(domains=frozenset({"acme.example"})))
ORG = Org(house=HOUSE)
THEM = f"salesforce:{case_id(1).lower()}"


def read(name: str, row: dict[str, str], **more: Any) -> list[Event]:
    return parse(packed(name, row, **more), ORG)


def test_a_case() -> None:
    """Golden: every field; the case is an identifier of its customer."""
    row = case(1, ContactId="0035g00000Abcde", SuppliedEmail="Ann@example.org")
    assert read("Case", row) == [
        Message(
            id=f"salesforce:{case_id(1)}",
            at=START + timedelta(minutes=1),
            customer=(THEM, "salesforce:0035g00000abcdeaab", "email:ann@example.org"),
            channel="web_form",
            visibility="private",
            direction="inbound",
            text="Still broken",
            subject="Kettle",
            thread=f"salesforce:{case_id(1)}",
            refs=("case:00001001",),
        )
    ]


def test_a_case_that_began_as_a_mail_is_told_once() -> None:
    """By the mail, where mails were exported; whose case it is, is told all the same."""
    row = case(1, Origin="Email", SuppliedEmail="ann@example.org")
    (alone,) = read("Case", row, mails=False)
    assert isinstance(alone, Message)
    assert alone.channel == "email"
    (found,) = read("Case", row, mails=True)
    assert isinstance(found, Identity)
    assert found.same == (THEM, "email:ann@example.org")


def test_mails_go_both_ways() -> None:
    """By ``Incoming``; drafts and mails of other things than cases are none."""
    (theirs,) = read("EmailMessage", mail(1))
    (ours,) = read(
        "EmailMessage",
        mail(1, Incoming="0", FromAddress="help@acme.example", ToAddress="Ann <ann@example.org>"),
    )
    assert isinstance(theirs, Message)
    assert isinstance(ours, Message)
    assert (theirs.direction, ours.direction) == ("inbound", "outbound")
    assert theirs.customer == ours.customer == (THEM, "email:ann@example.org")
    assert read("EmailMessage", mail(1, Status="5")) == []
    assert read("EmailMessage", mail(1, ParentId="00T5g000000001AAAA")) == []


def test_comments_that_the_customer_sees() -> None:
    """Unpublished ones are notes; who wrote it is told by the type of the user."""
    (ours,) = read("CaseComment", comment(1))
    (theirs,) = read("CaseComment", comment(1), user={"UserType": "CspLitePortal"})
    assert isinstance(ours, Message)
    assert isinstance(theirs, Message)
    assert (ours.direction, theirs.direction) == ("outbound", "inbound")
    assert read("CaseComment", comment(1, IsPublished="0")) == []


def test_states() -> None:
    """By the history; open after closed is reopened; the closing of the case itself is the same."""
    pairs = [("New", "Working"), ("Working", "On Hold"), ("On Hold", "Closed"), ("Closed", "New")]
    found = [one for pair in pairs for one in read("CaseHistory", change(1, *pair))]
    assert [one.status for one in found if isinstance(one, Status)] == [
        "open",
        "pending",
        "closed",
        "reopened",
    ]
    (_, closed) = read("Case", case(1, ClosedDate=minute(1)))
    assert closed == found[2]
    assert read("CaseHistory", change(1, "a", "b", Field="Priority")) == []
    assert read("CaseHistory", change(1, "New", "Dreaming")) == []
    own = Org(house=HOUSE, states={"dreaming": "pending"})
    (state,) = parse(packed("CaseHistory", change(1, "New", "Dreaming")), own)
    assert isinstance(state, Status)
    assert state.status == "pending"


def test_a_merge_joins_and_claims_nothing() -> None:
    """The case that was merged away, deleted or not, points to the one that was kept."""
    row = case(1, MasterRecordId=case_id(2), IsDeleted="1", ClosedDate=minute(3), Description="")
    (joined,) = read("Case", row)
    assert isinstance(joined, Status)
    assert joined.status == "open"
    assert joined.customer == (THEM, f"salesforce:{case_id(2).lower()}")
    assert (joined.thread, joined.refs) == (f"salesforce:{case_id(2)}", ("case:00001001",))
    assert read("Case", case(1, IsDeleted="1")) == []


def test_a_contact_is_one_person() -> None:
    """By address and international number; our own address is nobody's."""
    row = {
        "Id": "0035g00000Abcde",
        "LastName": "A",
        "Email": "Ann@example.org",
        "Phone": "030 1",
        "MobilePhone": "+49 30 1",
        "CreatedDate": minute(0),
    }
    (found,) = read("Contact", row)
    assert isinstance(found, Identity)
    assert found.same == (
        "salesforce:0035g00000abcdeaab",
        "email:ann@example.org",
        "phone:+49301",
    )
    assert read("Contact", {**row, "Email": "bea@acme.example", "MobilePhone": ""}) == []


def test_ids_are_alike_in_both_lengths() -> None:
    """The three letters behind tell upper from lower case, which identifiers do not."""
    assert long_id("001A0000006Vm9u") == "001A0000006Vm9uIAC"
    assert long_id("001A0000006Vm9uIAC") == "001A0000006Vm9uIAC"


def lay(folder: Path) -> None:
    """Lay an export there."""
    (folder / "Case.csv").write_text(table(case(1, Origin="Email"), case(2, CreatedDate="today")))
    (folder / "EmailMessage.csv").write_text(table(mail(1)))
    portal = "0055g0000000009AAA"
    (folder / "CaseComment.csv").write_text(table(comment(1), comment(2, CreatedById=portal)))
    (folder / "CaseHistory.csv").write_text(table(change(1, "New", "Closed")))
    user = {"Id": portal, "Username": "ann", "UserType": "CspLitePortal"}
    (folder / "User.csv").write_text(table(user))


def test_an_export_is_read_as_files(tmp_path: Path) -> None:
    """For ``ccm replay`` and ``--load``: each file by its columns, with what stands beside it."""
    lay(tmp_path)
    found = list(read_file(tmp_path, FileSettings(mail=HOUSE)))
    bad = [one for one in found if isinstance(one, Rejected)]
    messages = [one for one in found if isinstance(one, Message)]
    assert [(one.line, "createddate" in one.reason) for one in bad] == [(3, True)]
    assert [(one.channel, one.direction) for one in messages] == [
        ("helpdesk", "outbound"),
        ("helpdesk", "inbound"),
        ("email", "inbound"),
    ]
    assert [one.status for one in found if isinstance(one, Status)] == ["closed"]
    packed_file = tmp_path / "packed" / "Case.csv.gz"
    packed_file.parent.mkdir()
    packed_file.write_bytes(gzip.compress(table(case(5)).encode()))
    assert len(list(read_file(packed_file, FileSettings(mail=HOUSE)))) == 1


def test_rows_of_one_customer_are_one_case(tmp_path: Path) -> None:
    """Whoever has the export has the case: form, comment, mail, merge, closing, in any order."""
    mine = case(1, SuppliedEmail="ann@example.org", Description="The kettle is broken, I want help")
    merged = case(2, MasterRecordId=case_id(1), IsDeleted="1", Description="")
    (tmp_path / "Case.csv").write_text(table(merged, mine))
    answer = {"Incoming": "0", "ToAddress": "ann@example.org", "TextBody": "We have refunded you."}
    (tmp_path / "EmailMessage.csv").write_text(table(mail(1, **answer, MessageDate=minute(9))))
    (tmp_path / "CaseComment.csv").write_text(table(comment(1, CreatedDate=minute(5))))
    (tmp_path / "CaseHistory.csv").write_text(table(change(1, "New", "Closed")))
    done = replay(
        read_file(tmp_path, FileSettings(mail=HOUSE)),
        as_of=START + timedelta(days=60),
        policy=Policy(),
        reader=None,
        events_max=1_000,
    )
    (verdict,) = [json.loads(line) for line in done.lines]
    assert verdict["customer"] == [
        "email:ann@example.org",
        THEM,
        f"salesforce:{case_id(2).lower()}",
    ]
    assert len(verdict["events"]) == 5
    assert done.bad == []


def test_check_says_what_is_wrong(tmp_path: Path) -> None:
    """A file that is none of Salesforce's; a state that is none."""

    def channel(**more: Any) -> Any:
        values = {"path": str(tmp_path), "settle_seconds": 0.0, **more}
        table = ChannelTable(name="crm", kind="salesforce", values=values)
        return build_channel(table, AROUND, {})

    (tmp_path / "a.csv").write_text("Case Owner,Opened\nBea,today\n")
    there, wrong = channel().check()
    assert there.found.endswith("holds 1 files to read")
    assert "columns as the API names them" in wrong.found
    with pytest.raises(ConfigError, match=r"states\.Dreaming"):
        channel(states={"Dreaming": "asleep"})


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"{}", "object: expected one of Case"),
        (packed("Case", {"Id": "x"}), "id: expected an id of Salesforce, found 'x'"),
        (packed("Case", case(1, CreatedDate="2/11/2026")), "Data Export or Data Loader"),
        (packed("CaseComment", comment(1, ParentId="")), "parentid: expected an id"),
        (b'{"broken": "a quote is open"}', "a quote is open"),
    ],
)
def test_what_is_wrong_is_named(raw: bytes, told: str) -> None:
    """With its column."""
    with pytest.raises(BadPayload, match=told):
        parse(raw, ORG)
