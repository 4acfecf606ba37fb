"""Customers of the demo who write by mail, and read there what they are answered."""

from __future__ import annotations

from datetime import datetime

from helpdesk.demo.demo_step import DemoStep
from helpdesk.demo.post import customer_letter, customers_mail
from helpdesk.demo.post.customer_letter import CustomerLetter
from helpdesk.demo.post.customers_mail import ReceivedMail
from helpdesk.demo.post.demo_addresses import CUSTOMER_DOMAIN
from helpdesk.demo.post.mail_story import said_back, said_when_away
from helpdesk.mail.composing.outgoing_mail import Correspondent
from helpdesk.mail.composing.reply_subject import reply_subject
from helpdesk.models import Environment, Ticket

MOST_LOOKED_THROUGH = 50
"""Mails, the newest."""


class MailCustomers:
    """Those of one plan, which begins at `start`: a ticket is known by the mail that opened it."""

    def __init__(self, start: datetime) -> None:
        self._plan = f"demo-{int(start.timestamp())}"

    def reference(self, number: int) -> str:
        """Return the ticket of a mail that has been filed; empty where there is none yet, or no more."""
        found = Ticket.objects.filter(
            store__environment=Environment.DEMO,
            mail_ids__value=f"{self._name(number)}@{CUSTOMER_DOMAIN}",
            mail_ids__message__isnull=False,
        )
        return found.values_list("reference", flat=True).first() or ""

    def ask(self, step: DemoStep, *, now: datetime) -> None:
        """Write what a conversation begins with."""
        asked = CustomerLetter(
            name=self._name(step.number),
            sender=_who(step),
            subject=step.conversation.subject,
            text=step.conversation.question,
        )
        customer_letter.send(asked, now=now)

    def answer(self, step: DemoStep, *, now: datetime) -> bool:
        """Answer what came last, as a person or as their machine does; False where nothing came."""
        received = self._received(step.number)
        if received is None:
            return False
        is_away = step.verb == "away"
        answer = CustomerLetter(
            name=f"{self._name(step.number)}-{step.verb}",
            sender=_who(step),
            subject=reply_subject(received.letter.subject),
            text=said_when_away(step.conversation) if is_away else said_back(step.conversation),
            answers=received,
            automatic=is_away,
        )
        customer_letter.send(answer, now=now)
        return True

    def _received(self, number: int) -> ReceivedMail | None:
        asked = f"{self._name(number)}@{CUSTOMER_DOMAIN}"
        mails = customers_mail.newest(MOST_LOOKED_THROUGH)
        return next((mail for mail in mails if asked in mail.letter.references), None)

    def _name(self, number: int) -> str:
        return f"{self._plan}-{number}"


def _who(step: DemoStep) -> Correspondent:
    return Correspondent(step.conversation.name, step.address)
