"""What a mailbox really gets: invitations, signed and encrypted mails, floods of attachments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.mail import parse
from pipeline.channels.mime import decode
from pipeline.domain.events import Message
from pipeline.errors import InputError, TooLarge

HEAD = (
    "From: Ann <ann@example.org>\r\nTo: help@acme.example\r\nSubject: My parcel\r\n"
    "Date: Mon, 16 Nov 2026 01:02:03 +0000\r\nMIME-Version: 1.0\r\n"
)
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\nEND:VEVENT\r\n"


def read(raw: str | bytes) -> Message:
    (found,) = parse(raw.encode() if isinstance(raw, str) else raw)
    assert isinstance(found, Message)
    return found


def parts(kind: str, *more: str) -> str:
    """Return a mail of several parts."""
    body = "".join(f"--x\r\n{part}\r\n" for part in more)
    return f'{HEAD}Content-Type: {kind}; boundary="x"\r\n\r\n{body}--x--\r\n'


TEXT = "Content-Type: text/plain\r\n\r\nIt never came."


def test_an_invitation_says_what_its_text_says() -> None:
    """The calendar's own language is nobody's words."""
    calendar = f"Content-Type: text/calendar; method=REQUEST\r\n\r\n{CALENDAR}"
    assert read(parts("multipart/alternative", TEXT, calendar)).text == "It never came."
    alone = read(f"{HEAD}Content-Type: text/calendar; method=REQUEST\r\n\r\n{CALENDAR}")
    assert alone.text == ""
    assert alone.subject == "My parcel"


def test_a_signed_mail_reads_as_if_it_were_not() -> None:
    """S/MIME and OpenPGP, both detached; the signature is an attachment."""
    smime = "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIIB"
    assert read(parts("multipart/signed", TEXT, smime)).text == "It never came."
    pgp = "Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----"
    assert read(parts("multipart/signed", TEXT, pgp)).text == "It never came."


def test_an_encrypted_mail_is_a_contact_without_words() -> None:
    """The customer wrote, which counts; what they wrote we cannot know, and the subject stays."""
    sealed = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMIIB"
    found = read(HEAD + sealed)
    assert (found.text, found.subject, found.auto) == ("", "My parcel", False)


def test_ten_thousand_attachments_are_refused() -> None:
    """At once, with the limit to raise; three hundred parts are read."""
    attached = "Content-Disposition: attachment; filename=a.txt\r\n\r\nx"
    with pytest.raises(TooLarge, match=r"mime_(parts|work)"):
        read(parts("multipart/mixed", TEXT, *[attached] * 10_000))
    assert read(parts("multipart/mixed", TEXT, *[attached] * 250)).text == "It never came."


@pytest.mark.parametrize(
    "charset", ["x-unknown", "utf-7", "idna", "unicode_escape", "", "\0", "a" * 500]
)
def test_an_unknown_character_set_costs_letters_at_most(charset: str) -> None:
    """The mail is read; so is one whose character set would take for ever to decode."""
    raw = f"{HEAD}Content-Type: text/plain; charset={charset}\r\n\r\nIt never came.".encode()
    assert read(raw).text == "It never came."


@given(st.binary(max_size=200), st.text(max_size=30))
def test_decoding_is_total(raw: bytes, charset: str) -> None:
    """Any bytes in any alleged character set are some text, without control characters."""
    assert "\0" not in decode(raw, charset)


@given(
    st.lists(
        st.sampled_from([
            "--x", "--x--", "", "Content-Type: multipart/mixed; boundary=x",
            "Content-Type: message/rfc822", "Content-Type: message/delivery-status",
            "Content-Type: text/html; charset=x-y", "Content-Transfer-Encoding: base64",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
            "From: MAILER-DAEMON <>", "To: a@b.co", "Message-ID: <x@y>", "References: <a@b> <c@d>",
            "<a@b.co>:", "Final-Recipient: rfc822; a@b.co", "X-Failed-Recipients: a@b.co",
            "Return-Path: <>", "<blockquote>", "=?utf-8?q?=ff?=", "Received: by x; 1 Jan 2026",
        ]),
        max_size=30,
    )
)  # fmt: skip
def test_whatever_is_put_together_only_our_own_error_leaves(lines: list[str]) -> None:
    """Structures that no mail program writes."""
    for head in (HEAD, ""):
        try:
            parse((head + "\r\n".join(lines)).encode())
        except InputError:
            continue
