"""Who takes part in the drill of mail: a shop with a mailbox, customers who write to it, and an agent who answers."""

from __future__ import annotations

import smtplib
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from threading import Event

from django.db import DatabaseError, InterfaceError, connection, transaction

from helpdesk.demo.post.demo_addresses import CUSTOMER_DOMAIN, HOST, MAILBOX, PASSWORD
from tests.bench import stage
from tests.config.post_office.running_post import RunningPost

TARGET = 5
"""Seconds within which the shop promises a first answer."""


def open_shop(post: RunningPost) -> None:
    """Make a store, its mailbox at this server, a promise, and Dana, who answers."""
    from helpdesk.models import Agent, Membership, Queue, Role, Store

    queue = Queue.objects.get(pk=stage.shop().queue)
    dana = Agent.objects.create(email="dana@shop.example", name="Dana")
    Membership.objects.create(agent=dana, queue=queue, role=Role.OVERSEER)
    _connect(Store.objects.get(default_queue=queue).pk, post)
    _promise()


def _connect(store_id: int, post: RunningPost) -> None:
    from helpdesk.database.instant import database_now
    from helpdesk.models import LineSecurity, Mailbox, MailboxMode, Store
    from helpdesk.secrets import key_ring

    store = Store.objects.get(pk=store_id)
    smtp_port, imap_port = post.ports
    Mailbox.objects.create(
        store=store, environment=store.environment, queue=store.default_queue, address=MAILBOX, public_name="Shop",
        mode=MailboxMode.FULL,
        imap_host=HOST, imap_port=imap_port, imap_login=MAILBOX, imap_password=key_ring.seal(PASSWORD),
        imap_security=LineSecurity.NONE, smtp_host=HOST, smtp_port=smtp_port, smtp_security=LineSecurity.NONE,
        fetches_since=database_now(),
    )  # fmt: skip


def _promise() -> None:
    from helpdesk.database.instant import database_now
    from monitor.models import Policy
    from monitor.promises import versions

    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.latest("version")
    rules = {"targets": {"first_response": {"seconds": TARGET}}}
    now = database_now()
    versions.publish_policy(
        policy=policy, rules=rules, position=last.position, calendar=last.calendar, now=now
    )


def write(post: RunningPost, many: int, within: float) -> int:
    """Let so many customers write, one after the other; return how often one had to send a mail again."""
    began, repeated = time.monotonic(), 0
    for number in range(many):
        time.sleep(max(0.0, began + within * number / many - time.monotonic()))
        repeated += _send(post, number)
    return repeated


def _send(post: RunningPost, number: int) -> int:
    """Send a mail until the server has said that it took it, as mail programs do; return how often it had not."""
    raw, failed = _question(number), 0
    while True:
        try:
            post.send(raw, to=MAILBOX, sender=f"{number}@{CUSTOMER_DOMAIN}")
        except (OSError, smtplib.SMTPException):
            failed += 1
            time.sleep(0.5)
        else:
            return failed


def _question(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{number}@{CUSTOMER_DOMAIN}"
    mail["To"], mail["Subject"] = MAILBOX, f"Order {number}"
    mail["Message-ID"] = f"<{number}@{CUSTOMER_DOMAIN}>"
    mail["Date"] = format_datetime(datetime.now(UTC))  # noqa: TID251  # a mail program's own
    mail.set_content("Where is it?")
    return mail.as_bytes()


def answer(over: Event) -> None:
    """Answer every second customer as soon as they are heard, until it is over."""
    while not over.wait(0.1):
        try:
            _answer_who_waits()
        except (
            DatabaseError,
            InterfaceError,
        ):  # the database is what dies; what was not answered is looked for again
            connection.close()
    connection.close()


def _answer_who_waits() -> None:
    from helpdesk.conversation.replies import reply_in_public
    from helpdesk.database.instant import database_now
    from helpdesk.models import Agent, Author, Message, Ticket

    answered = Message.objects.filter(author=Author.AGENT).values("ticket")
    for ticket in Ticket.objects.exclude(pk__in=answered).filter(subject__regex="[02468]$"):
        with transaction.atomic():
            reply_in_public(ticket=ticket, author=Agent.objects.get(), body="On Monday.", now=database_now())
