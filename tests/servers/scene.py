"""A customer and a store who write to each other through Postfix and Dovecot."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from django.db import transaction

from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.mail.fetching import folder_visit
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.leaving import reply_outcome
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.models import (
    LineSecurity,
    Mailbox,
    MailboxConsent,
    MailedReply,
    Message,
    RawMail,
    SignIn,
    Ticket,
)
from helpdesk.outbox import outbox
from helpdesk.secrets import key_ring
from monitor.models import Clock
from tests.config.running import eventually
from tests.helpdesk.mail.consent.token_provider import TokenProvider
from tests.make import Make
from tests.servers.dovecot import HERE, PASSWORD, Dovecot
from tests.servers.policy import Policy
from tests.servers.postfix import Postfix

_NUMBERS = count(1)
DELAYED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class PostOffice:
    """The servers, and what tells them what to do."""

    dovecot: Dovecot
    postfix: Postfix
    policy: Policy
    provider: TokenProvider


@dataclass
class Scene:
    """A store's mailbox and its customer, each with an address that no other test has."""

    office: PostOffice
    make: Make
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def __post_init__(self) -> None:
        self.jon = f"jon{self.number}@home.example"
        sealed = key_ring.seal(PASSWORD)
        self.mailbox = self.make.mailbox(
            f"help{self.number}@shop.example", public_name="The Shop",
            imap_host=HERE, imap_port=self.office.dovecot.port, imap_security=LineSecurity.NONE,
            imap_login=f"help{self.number}@shop.example", imap_password=sealed, fetches_since=database_now(),
            smtp_host=HERE, smtp_port=self.office.postfix.submission, smtp_security=LineSecurity.STARTTLS,
            smtp_login=f"help{self.number}@shop.example", smtp_password=sealed,
        )  # fmt: skip
        self.agent = self.make.agent()
        self.begun = database_now().replace(microsecond=0)

    def at(self, minutes: float) -> datetime:
        return self.begun + timedelta(minutes=minutes)

    def asks(
        self, body: str, *, to: str = "", answers: EmailMessage | None = None, at: datetime | None = None
    ) -> EmailMessage:
        """Have the customer write as the scene begins or at that time, and wait until it is delivered."""
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Jon <{self.jon}>", to or self.mailbox.address
        mail["Subject"], mail["Date"] = "My lamp", format_datetime(at or self.begun)
        mail["Message-ID"] = f"<{next(_NUMBERS)}@home.example>"
        if answers is not None:
            mail["In-Reply-To"] = answers["Message-ID"]
        mail.set_content(body)
        with smtplib.SMTP(HERE, self.office.postfix.mx) as line:
            line.send_message(mail)
        eventually(self.office.postfix.has_delivered)
        return mail

    def look(self, *, port: int = 0, folder: str = "INBOX") -> None:
        """Do what the postman and the task do."""
        self.mailbox.imap_port = port or self.office.dovecot.port
        with reading(imap_server_of(self.mailbox, now=database_now()), seconds=20) as line:
            folder_visit.visit(line, self.mailbox, folder, clock=database_now, may_go_on=lambda: True)
        self.file()

    def hears(self, mails: int) -> None:
        """Wait until the postman has kept so many mails, and file them."""
        eventually(lambda: RawMail.objects.count() == mails, within=60)
        self.file()

    def file(self) -> None:
        while mail_turn.take(now=database_now()):
            pass

    def answer(self, body: str, *, at: datetime) -> Message:
        with transaction.atomic():
            return reply_in_public(ticket=Ticket.objects.get(), author=self.agent, body=body, now=at)

    def let_out(self, *, at: datetime) -> None:
        """Do what the tasks do, as if it were then, and wait until what they handed over is delivered."""
        outbox.send_due(clock=lambda: at, seconds=5)
        reply_outcome.follow(longest=DELAYED_AFTER, now=at, limit=100)
        eventually(self.office.postfix.has_delivered)

    def let_out_at(self, minute: float) -> None:
        self.let_out(at=self.at(minute))

    def change(self, **columns: object) -> None:
        Mailbox.objects.filter(pk=self.mailbox.pk).update(**columns)

    def consent(self) -> None:
        """Have the mailbox signed in to by a consent whose token is good for an hour."""
        provider, address = self.office.provider, self.mailbox.address
        provider.account, provider.refresh_token, provider.access_token = address, "refresh-0", "access-0"
        self.change(signs_in_by=SignIn.GOOGLE, smtp_password="", imap_password="")
        MailboxConsent.objects.update_or_create(
            mailbox=self.mailbox,
            defaults={
                "provider": SignIn.GOOGLE, "account": address, "given_by": self.agent, "given_at": self.begun,
                "access_token": key_ring.seal("access-0"), "refresh_token": key_ring.seal("refresh-0"),
                "access_until": self.at(60), "refused_at": None, "said": "",
            },
        )  # fmt: skip

    def customers_mails(self) -> list[EmailMessage]:
        """Return what the customer's provider keeps for them, the oldest first."""
        raw = self.office.dovecot.mails(self.jon)
        return [message_from_bytes(each, policy=policy.default) for each in raw]

    def reply_state(self) -> str:
        return MailedReply.objects.get().state.value

    def clock_state(self) -> str:
        """Say whether the clock of the first response runs, or as of when it stopped."""
        ended_at = Clock.objects.get(metric="first_response").ended_at
        if ended_at is None:
            return "runs"
        return "stopped at Send" if ended_at == MailedReply.objects.get().leaving_since else "stopped"
