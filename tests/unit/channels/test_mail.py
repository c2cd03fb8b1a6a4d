"""A mail becomes one message; whatever comes, nothing but an InputError is raised."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.company import Company
from pipeline.channels.limits import Limits
from pipeline.channels.mail import MailSettings, parse
from pipeline.domain.events import Message
from pipeline.errors import BadPayload, InputError, TooLarge
from pipeline.wire import decode_event, encode_event
from tests.unit.channels.mails import RECEIVED, mail, nested

FIXTURES = Path(__file__).parent / "fixtures"
OURS = MailSettings(
    company=Company(domains=frozenset({"shop.example"}), handles=frozenset({"@ShopHelp"})),
    own_hosts=frozenset({"mx1.shop.example"}),
)


def read(raw: bytes, settings: MailSettings = OURS) -> Message:
    (event,) = parse(raw, settings)
    assert isinstance(event, Message)
    return event


def test_a_plain_mail_is_read() -> None:
    """Every field of the message, from a mail with nothing special."""
    event = read(mail())
    assert event == Message(
        id="email:m1@example.org",
        at=datetime(2026, 11, 18, 8, 30, tzinfo=UTC),
        customer=("email:ada@example.org",),
        channel="email",
        visibility="private",
        direction="inbound",
        text="The parcel never came.",
        subject="Where is it?",
        thread="email:m1@example.org",
        extra={},
    )


def test_the_event_survives_the_interchange_format() -> None:
    """What is read can be written as a line and read again."""
    event = read(mail("order #12345, my twitter is @ada_l", "References: <a@b> <c@d>"))
    assert decode_event(encode_event(event)) == event


# --------------------------------------------------------------------------------------------- time


def test_the_senders_date_is_never_trusted_over_our_own_server() -> None:
    """``at`` is when our own MX took the mail in (definitions §2)."""
    assert read(mail("x", "Date: Fri, 01 Jan 1999 00:00:00 +0000")).at.year == 2026


def test_only_the_received_of_our_own_server_counts() -> None:
    """A later hop stands above ours, a forged one below."""
    later = "Received: from mx1.shop.example by archive.example; Thu, 19 Nov 2026 00:00:00 +0000"
    forged = "Received: from x by y.example; Thu, 01 Jan 2015 00:00:00 +0000"
    raw = later.encode() + b"\r\n" + RECEIVED.encode() + b"\r\n" + forged.encode() + b"\r\n"
    event = read(raw + mail("x", "Received: "))
    assert (event.at.day, event.extra) == (18, {})


def test_a_foreign_received_is_flagged_where_own_hosts_are_set() -> None:
    """The topmost is used, and the event says that it is not our own."""
    raw = mail("x", "Received: from a by b.example; Tue, 17 Nov 2026 00:00:00 +0000")
    assert read(raw).extra == {"at_source": "received"}
    assert read(raw, MailSettings()).extra == {}


def test_without_received_the_date_is_used_and_flagged() -> None:
    """Sent folders hold mails that no server has received."""
    event = read(mail("x", "Received: "))
    assert (event.at.day, event.extra) == (16, {"at_source": "date"})


@pytest.mark.parametrize(
    "date", ["", "soon", "Mon, 32 Nov 2026 99:99:99 +9999", "Mon, 16 Nov 99999 01:02:03", "\0"]
)
def test_a_mail_without_any_time_is_refused(date: str) -> None:
    """Impossible dates are no dates; the reason says what to do."""
    with pytest.raises(BadPayload, match=r"no usable time.*full headers"):
        parse(mail("x", "Received: ", f"Date: {date}"))


def test_the_arrival_time_helps_out() -> None:
    """A connector knows when it took the mail in."""
    arrived = datetime(2026, 11, 20, tzinfo=UTC)
    (event,) = parse(mail("x", "Received: ", "Date: "), received_at=arrived)
    assert (event.at, event.received_at, event.extra["at_source"]) == (arrived, arrived, "arrival")


# ----------------------------------------------------------------------------------- who and where


def test_a_mail_of_ours_is_outbound_to_the_customer() -> None:
    """Our other recipients are no customers."""
    event = read(
        mail("x", "From: Help <help@shop.example>", "To: Ada@Example.org, boss@mail.shop.example")
    )
    assert (event.direction, event.customer) == ("outbound", ("email:ada@example.org",))


@pytest.mark.parametrize(
    "headers",
    [
        ["To: ada@example.org", "Cc: carrier@parcels.example"],
        ["To: boss@shop.example, ada@example.org, bert@example.org"],
        ["To: boss@shop.example", "Cc: ada@example.org, lawyer@law.example"],
        ["To: undisclosed-recipients:;", "Bcc: ada@example.org, bert@example.org"],
        ["To: ada@example.org, " + ", ".join(f"c{number}@example.org" for number in range(500))],
    ],
)
def test_an_answer_with_others_in_copy_is_the_first_customers(headers: list[str]) -> None:
    """Two identifiers would say that they are one person, and join everybody with the carrier."""
    event = read(mail("x", "From: help@shop.example", *headers))
    assert (event.direction, event.customer) == ("outbound", ("email:ada@example.org",))


def test_a_mail_among_ourselves_is_refused() -> None:
    """No customer wrote it and none received it: no case can have it."""
    with pytest.raises(BadPayload, match="among our own addresses"):
        read(mail("x", "From: a@shop.example"))


def test_a_relayed_form_is_inbound_from_reply_to() -> None:
    """Contact forms send from an address of ours with the customer in Reply-To."""
    event = read(mail("x", "From: form@shop.example", "Reply-To: ada@example.org"))
    assert (event.direction, event.customer) == ("inbound", ("email:ada@example.org",))


def test_reply_to_of_a_stranger_is_no_identity() -> None:
    """Anyone can write anyone's address there."""
    event = read(mail("x", "Reply-To: victim@example.net"))
    assert event.customer == ("email:ada@example.org",)


@pytest.mark.parametrize(
    ("sender", "customer"),
    [
        ("ada@example.org", "ada@example.org"),
        ('"fake@evil.example" <ada@example.org>', "ada@example.org"),
        ("fake@evil.example <ada@example.org>", "ada@example.org"),
        ("Ada (home, not <work@x.example>) <ada@example.org>", "ada@example.org"),
        ("=?utf-8?q?Ad=C3=A1?= <ADA@EXAMPLE.ORG>", "ada@example.org"),
        ('"Lovelace, Ada" <ada@example.org>', "ada@example.org"),
        ("Ada <ada@example.org>, Bob <bob@example.org>", "ada@example.org"),
    ],
)
def test_the_address_is_read_and_the_display_name_is_not(sender: str, customer: str) -> None:
    """A display name may hold somebody else's address."""
    assert read(mail("x", f"From: {sender}")).customer == (f"email:{customer}",)


def test_a_mail_from_nobody_is_refused() -> None:
    """Without an address there is no customer."""
    with pytest.raises(BadPayload, match="no address of the sender"):
        read(mail("x", "From: undisclosed-recipients:;"))


def test_the_thread_is_the_root_of_the_references() -> None:
    """The oldest first (RFC 5322 §3.6.4); what is answered is In-Reply-To."""
    event = read(mail("x", "References: <r@a>\r\n <s@a>", "In-Reply-To: <s@a>"))
    assert (event.thread, event.in_reply_to) == ("email:r@a", "email:s@a")


def test_in_reply_to_alone_makes_the_thread() -> None:
    """Some programs leave References out, some the brackets."""
    assert read(mail("x", "In-Reply-To: <s@a>")).thread == "email:s@a"
    assert read(mail("x", "In-Reply-To: s@a")).thread == "email:s@a"
    assert read(mail("x", "In-Reply-To: your mail of Monday")).in_reply_to is None


def test_copies_of_a_mail_without_id_have_one_id() -> None:
    """The digest leaves out what differs on the way: Received, and quoting of the body."""
    one = read(mail("x", "Message-ID: "))
    other = read(b"X-Seen: yes\r\n" + mail("x", "Message-ID: ", "Received: "))
    assert one.id == other.id
    assert one.id != read(mail("y", "Message-ID: ")).id


def test_a_stated_handle_is_the_customers() -> None:
    """Definitions §4: a handle that the customer states. Ours is not theirs."""
    event = read(mail("I also tweeted from @Ada_L. My twitter is @shophelp"))
    assert event.customer == ("email:ada@example.org", "x:ada_l")


# --------------------------------------------------------------------------------------- automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "Precedence: bulk",
        "List-Id: Offers <offers.other.example>",
        "List-Unsubscribe: <https://other.example/u>",
        "Return-Path: <>",
        "X-Autoreply: yes",
        "Subject: Automatic reply: Where is it?",
        "Subject: Abwesenheitsnotiz: Urlaub",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ],
)
def test_programs_are_known(header: str) -> None:
    """RFC 3834 and what is listed beside it."""
    assert read(mail("x", header)).auto


@pytest.mark.parametrize(
    "headers",
    [
        ["Auto-Submitted: no"],
        ["X-Auto-Response-Suppress: All"],
        ["List-Id: Help <help.shop.example>", "Precedence: list", "List-Unsubscribe: <x:y>"],
        ["List-Unsubscribe: <https://shop.example/u>", "In-Reply-To: <1@example.org>"],
        ["Subject: Re: Automatic reply: Where is it?"],
        ["Auto-Submitted: no", "Precedence: bulk"],
        ["Return-Path: <ada@example.org>"],
    ],
)
def test_people_are_not_taken_for_programs(headers: list[str]) -> None:
    """A shared inbox that is a mailing list of ours marks every customer's mail as list mail."""
    assert not read(mail("x", *headers)).auto


def test_a_bounce_is_about_the_customer_that_was_not_reached() -> None:
    """Else every bounce would belong to one customer called mailer-daemon."""
    event = read((FIXTURES / "bounce.eml").read_bytes())
    assert event.auto
    assert event.customer == ("email:grace@example.net",)
    assert event.text.startswith("Your message could not be delivered")


# --------------------------------------------------------------------------------------------- text


def test_the_plain_alternative_is_preferred() -> None:
    """Both say the same; the plain one needs no guessing."""
    message = EmailMessage()
    message.set_content("plain words\n")
    message.add_alternative("<p>html words</p>", subtype="html")
    assert read(_with(message)).text == "plain words"


def test_an_html_mail_is_read_as_seen() -> None:
    """Styles, scripts and hidden lines are not seen; the quoted mail is not the customer's."""
    event = read((FIXTURES / "html_reply.eml").read_bytes())
    assert event.text == "It is broken again & nobody answers.\n\n- Second time\n- Same part"


def test_hard_spaces_and_hints_where_to_break_are_no_letters() -> None:
    """Else a word would not be found in which a program saw a place to break it."""
    raw = mail("", "Content-Type: text/plain; charset=utf-8") + "re\u200bfund\xa0no\xadw".encode()
    assert read(raw).text == "refund now"


def test_attachments_say_nothing() -> None:
    """A text file attached is not what the customer says, nor is a forwarded mail."""
    message = EmailMessage()
    message.set_content("see attached\n")
    message.add_attachment("secret words", filename="notes.txt")
    inner = EmailMessage()
    inner.set_content("forwarded words")
    message.add_attachment(inner)
    assert read(_with(message)).text == "see attached"


def test_a_multipart_with_a_wrong_boundary_keeps_its_words() -> None:
    """Better some machinery than a lost complaint."""
    body = "--b\r\nContent-Type: text/plain\r\n\r\nIt broke.\r\n--b--"
    assert read(mail(body, "Content-Type: multipart/mixed; boundary=other")).text == "It broke."


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("utf-8", "für".encode(), "für"),
        ("iso-8859-1", "für “50 €”".encode("cp1252"), "für “50 €”"),
        ("us-ascii", "für".encode(), "für"),
        ("klingon", "für".encode(), "für"),
        ("utf-8", "für".encode("cp1252"), "f\ufffdr"),
        ("klingon", "für".encode("cp1252"), "für"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("hex", b"zz", "zz"),
        ("punycode", b"abc-def", "abc-def"),
        ("utf-8", b"a\0b\x1b[31mc", "ab[31mc"),
    ],
)
def test_character_sets_cost_letters_at_most(charset: str, raw: bytes, text: str) -> None:
    """Unknown, lying and hostile character sets never lose a mail."""
    assert read(mail("", f"Content-Type: text/plain; charset={charset}") + raw).text == text


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: text/plain; charset=a\0b",
        "Content-Type: text/plain; charset*=a\0b''x",
        "Content-Type: text/plain; charset*0*=zip''%ff",
        "Content-Disposition: inline; filename*=a\0b''%ff",
    ],
)
def test_parameters_that_the_library_fails_on_cost_nothing(headers: str) -> None:
    """Found by mutating real mails: its lookups raise what the codecs raise."""
    assert read(mail("f\u00fcr", headers)).text == "f\u00fcr"


@pytest.mark.parametrize(
    ("subject", "read_as"),
    [
        ("=?utf-8?q?f=C3=BCr_dich?=", "für dich"),
        ("=?utf-8?B?ZsO8cg==?= =?utf-8?q?_dich?=", "für dich"),
        ("=?klingon?q?abc?=", "abc"),
        ("=?utf-8?b?!!!?=", ""),
        ("für", "für"),
        ("a\r\n b", "a b"),
    ],
)
def test_subjects_are_decoded(subject: str, read_as: str) -> None:
    """Encoded words (RFC 2047), raw 8-bit and folded lines."""
    assert (read(mail("x", f"Subject: {subject}")).subject or "") == read_as


def test_references_are_read_from_subject_and_own_words_only() -> None:
    """A quoted mail may speak of another order."""
    quoted = "On 1 May 2026 at 10:00, Help <a@b.example> wrote:\n> order #999"
    body = "My order no. 12345 is late.\n\n" + quoted
    event = read(mail(body, "Subject: Re: [#77] Your order #AB-12"))
    assert event.refs == ("order:12345", "order:ab-12", "ticket:77")


def test_long_texts_are_cut_and_say_so() -> None:
    """Only size, depth and number are refused."""
    settings = MailSettings(limits=Limits(text_chars=10))
    event = read(mail("word " * 100), settings)
    assert (len(event.text), event.extra["truncated"]) == (10, True)


# ------------------------------------------------------------------------------------------ hostile


@pytest.mark.parametrize(
    ("raw", "setting"),
    [
        (mail("x" * 50 * 1024 * 1024), "mail_bytes"),
        (nested(30), "mime_depth"),
        (nested(5000), "mime_parts"),
        (
            mail("--b\r\n\r\nhi\r\n" * 2000, "Content-Type: multipart/mixed; boundary=b"),
            "mime_parts",
        ),
        (mail("--b\r\n\r\n" * 200_000, "Content-Type: multipart/mixed; boundary=b"), "mime_work"),
        (mail("x", *(f"X-{n}: y" for n in range(2000))), "headers"),
        (mail("x", "X-Long: " + "y" * 300_000), "header_bytes"),
        (mail("x", "Content-Type: multipart/mixed" + ";" * 100_000), "header_chars"),
    ],
    ids=["50 MB", "deep", "deeper", "broad", "broader", "headers", "header", "parameters"],
)
def test_bombs_are_refused_naming_the_setting(raw: bytes, setting: str) -> None:
    """Size, depth and number are bounded, and the operator learns which bound it was."""
    with pytest.raises(TooLarge, match=setting):
        read(raw)


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, bytes(range(256)), b"hello\n", b"\x1f\x8b\x08"])
def test_junk_is_no_mail(raw: bytes) -> None:
    """The reason shows what was found."""
    with pytest.raises(BadPayload, match="expected a mail"):
        read(raw)


PIECES = st.sampled_from([
    b"From: a@b.co\r\n", b"Date: Tue, 31 Oct 2017 22:10:47 +0000\r\n", b"Content-Type: ",
    b"multipart/mixed; boundary=b\r\n", b"multipart/report; boundary=\"", b"text/html; charset=",
    b"--b\r\n", b"--b--\r\n", b"\r\n", b"\n\n", b"message/rfc822\r\n", b"=?utf-8?b?", b"?=", b"<",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: uuencode\r\n",
    b"begin 644 a\n", b"\xff\xfe", b"\0", b"utf-16\r\n", b"utf-7\r\n", b"Message-ID: <", b">\r\n",
    b"Content-Disposition: inline; filename*=x''%ff\r\n", b"> quoted\r\n", b"wrote:\r\n",
    b"-- \r\n", b"Subject: ", b"Received: by x; ", b"Content-Type: message/delivery-status\r\n\r\n",
])  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=20), max_size=40).map(b"".join))
def test_whatever_comes_only_an_input_error_is_raised(raw: bytes) -> None:
    """And what is read can be written as a line of the interchange format."""
    for start in (b"", b"From: a@b.co\r\nDate: Tue, 31 Oct 2017 22:10:47 +0000\r\n"):
        try:
            events = parse(start + raw)
        except InputError:
            continue
        for event in events:
            assert decode_event(encode_event(event)) == event


def test_real_mails_are_read_or_refused_with_a_reason(shared_data: Path) -> None:
    """Public fixtures of many projects: at least nine in ten are read, none crashes."""
    paths = sorted((shared_data / "email").rglob("*.eml"))
    refused = []
    for path in paths:
        try:
            read(path.read_bytes())
        except InputError as error:
            refused.append(f"{path.name}: {error.reason}")
    assert len(paths) > 300
    assert len(refused) < len(paths) / 10, "\n".join(refused)


def test_real_bounces_belong_to_whom_they_bounced_from(shared_data: Path) -> None:
    """Of 202 public ones, most from before there was a standard: never to the mail system."""
    found = []
    for path in sorted((shared_data / "email" / "bounces").glob("*.eml")):
        try:
            found.append(read(path.read_bytes()))
        except InputError:
            continue
    bounced = [one for one in found if one.auto]
    assert len(bounced) >= 190
    assert not [one.customer for one in bounced if "daemon" in one.customer[0]]
    assert sum(one.in_reply_to is not None for one in bounced) >= 170


def _with(message: EmailMessage) -> bytes:
    for header in ("From: ada@example.org", "Date: Mon, 16 Nov 2026 01:02:03 +0000"):
        name, _, value = header.partition(": ")
        message[name] = value
    return message.as_bytes()
