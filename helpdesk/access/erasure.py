"""Forgetting people on demand: their rows are emptied and kept, so that what refers to them stays true.

It is asked for at the server, by `manage.py erase`, and each time is a line of the security log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.access import security_log
from helpdesk.access.erasing import admin_record, copied_names, forgotten_mail, kept_answers
from helpdesk.access.people import departures
from helpdesk.attachments import file_sweep
from helpdesk.database.transaction import require_transaction
from helpdesk.models import (
    Agent,
    CannedReply,
    Customer,
    Draft,
    HeldReply,
    Invitation,
    Message,
    MessageMarkup,
    SearchRow,
)
from helpdesk.models import SecurityEventKind as Kind

ANONYMOUS = "anonymous"
"""What the security log says of an account that was emptied, in the place of fields."""


def make_anonymous(*, agent: Agent, now: datetime) -> departures.HandedBack:
    """Empty the account of somebody who has left; what they did and said stays, under a number.

    They are deactivated first, if they are not: what they held goes back to its queues.
    """
    require_transaction()
    kept_answers.reduce_those_naming(agent)
    known_as, called, number = agent.email, str(agent), f"№ {agent.pk}"
    copied_names.forget_agent(agent, called=number)
    handed_back = departures.deactivate(agent=agent, now=now)
    agent.email, agent.name = f"former-{agent.pk}@anonymous.invalid", number
    agent.locale, agent.timezone = "en", "UTC"
    agent.is_admin = agent.is_superuser = False
    agent.set_unusable_password()
    agent.save()
    Invitation.objects.filter(email__iexact=known_as).update(email=agent.email)
    EmailAddress.objects.filter(user=agent).delete()
    CannedReply.objects.filter(owner=agent).delete()
    UserSession.objects.filter(user=agent).delete()
    forgotten_mail.forget_colleague(known_as, called=agent.name)
    agent.tickets.update(assignee=agent)  # written is stamped: copies elsewhere hear of it
    admin_record.forget_name(agent, called=called)
    rights: dict[str, Any] = {"agent": agent.pk, "admin": False, "active": False}
    security_log.record_on_server(Kind.RIGHTS_CHANGED, what="erase", fields=[ANONYMOUS], **rights)
    return handed_back


def erase_customer(*, customer: Customer) -> None:
    """Empty what is known of a customer, and what was said on their tickets; events and clocks stay as they are.

    What is just being written of them is waited for, and forgotten too.
    """
    require_transaction()
    _wait_for_writers(customer)
    kept_answers.reduce_those_about(customer)
    forgotten_mail.forget_of(customer)
    copied_names.forget_customer(customer)
    customer.external_id = customer.email_key = None
    customer.email = customer.name = customer.locale = customer.timezone = customer.tier = ""
    customer.save()
    theirs = customer.tickets.all()
    said = Message.objects.filter(ticket__in=theirs)
    said.update(body="", rest="", author_name="", external_id=None, bounce_reason="")
    file_sweep.let_go(said)
    MessageMarkup.objects.filter(message__in=said).delete()
    HeldReply.objects.filter(ticket__in=theirs).delete()
    file_sweep.delete_drafts(Draft.objects.filter(ticket__in=theirs))
    SearchRow.objects.filter(ticket__in=theirs).delete()  # written anew of what is left
    theirs.update(subject="", metadata={}, order=None, external_id=None)
    _forget_beside(customer)
    facts = {"customer": customer.pk, "store": customer.store_id}
    security_log.record_on_server(Kind.CUSTOMER_ERASED, what="erase", **facts)


def _forget_beside(customer: Customer) -> None:
    for path in settings.CUSTOMER_ERASURES:
        import_string(path)(customer)


def _wait_for_writers(customer: Customer) -> None:
    """Lock the customer, whom every new ticket of theirs holds, then their tickets, which every message holds.

    Before them a reply that is just leaving, as whoever says it does.
    """
    held = HeldReply.objects.filter(ticket__customer=customer).order_by("pk")
    list(held.select_for_update(of=("self",)).values_list("pk"))
    for rows in (Customer.objects.filter(pk=customer.pk), customer.tickets.order_by("pk")):
        list(rows.select_for_update().values_list("pk"))
