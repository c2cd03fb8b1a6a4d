"""The report as a mail: the sentence and the key figures as text, the page and the PDF attached."""

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import blake2b

from pipeline.config import ReportSettings
from pipeline.report.content import Report
from pipeline.report.html import render_html
from pipeline.report.pdf import render_pdf
from pipeline.report.view import View
from pipeline.report.wording import build_view
from pipeline.smtp import MailServer, send_mail


def mail_report(report: Report, settings: ReportSettings, now: datetime) -> None:
    """Mail a report to the recipients of the settings.

    Raises:
        Undelivered: the mail server did not take it.
    """
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        user=settings.smtp_user,
        password=settings.smtp_password or "",
    )
    send_mail(server, build_message(report, settings, now))


def build_message(report: Report, settings: ReportSettings, now: datetime) -> EmailMessage:
    """Return the mail; the same week to the same people has the same ``Message-ID``."""
    view = build_view(report)
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.recipients)
    message["Subject"] = view.title
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _id(report, settings)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_lines(view)) + "\n")
    name = f"complaints-{report.week}"
    message.add_attachment(render_html(report), subtype="html", filename=f"{name}.html")
    message.add_attachment(
        render_pdf(report), maintype="application", subtype="pdf", filename=f"{name}.pdf"
    )
    return message


def _id(report: Report, settings: ReportSettings) -> str:
    told = "\n".join((report.week, settings.sender, *sorted(settings.recipients)))
    digest = blake2b(told.encode(), digest_size=8).hexdigest()
    return f"<report.{report.week}.{digest}@{settings.sender.rpartition('@')[2]}>"


def _lines(view: View) -> Iterator[str]:
    yield view.sentence.replace("\N{NON-BREAKING HYPHEN}", "-")
    yield ""
    if view.note:
        yield view.note
        yield ""
    for one in view.numbers:
        sure = f" ({one.reach}, {one.n})" if one.reach else f" ({one.n})"
        yield f"{one.label}: {one.value}{sure}"
    yield from ("", *view.signals) if view.signals else ()
    yield ""
    yield from view.unknown[:2]
    yield ""
    yield f"{view.days}, as of {view.as_of}. The whole report is attached, as a page and as a PDF."
    if view.base_url:
        yield f"The cases behind it: {view.base_url}"
