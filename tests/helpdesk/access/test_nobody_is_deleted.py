"""Nobody is deleted: what they did refers to them, and who is to be forgotten is emptied and kept."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from helpdesk.access import erasure
from helpdesk.conversation.replies import receive_customer_message, reply_in_public
from helpdesk.models import Agent, Customer, Message, SecurityEvent, Status, Ticket, TicketEvent
from helpdesk.tickets import assignment
from tests.helpdesk.access.test_departures import form_of, held
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.django_db


def test_deleting_an_agent_is_refused_with_what_to_do_instead(make: Make, boss: Client) -> None:
    owner = make.agent()
    address = reverse("admin:helpdesk_agent_delete", args=[owner.pk])

    for answer in (boss.get(address, follow=True), boss.post(address, {"post": "yes"}, follow=True)):
        assert "Agents are never deleted" in answer.content.decode()
        assert "Deactivate instead." in answer.content.decode()
    boss.post(
        reverse("admin:helpdesk_agent_changelist"),
        {"action": "delete_selected", "_selected_action": [owner.pk], "post": "yes"},
    )
    assert Agent.objects.filter(pk=owner.pk).exists()


# What they did refers to them for ever.


def test_nobody_who_has_done_something_can_be_deleted(make: Make) -> None:
    for act in ("answered", "has"):
        agent, ticket = make.agent(act), make.ticket()
        if act == "answered":
            reply_in_public(ticket=ticket, author=agent, body="Here.", now=SOON)
        else:
            assignment.assign(ticket=ticket, to=agent, by=None, now=SOON)
        with pytest.raises(ProtectedError):
            agent.delete()


@pytest.mark.parametrize("field", ["actor", "message", "actor_kind", "store", "told", "occurred_at"])
def test_nothing_that_an_event_refers_to_is_taken_from_it(make: Make, field: str) -> None:
    ticket = make.ticket()
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)
    last = {"actor_kind": "system", "store": ticket.store, "occurred_at": NOW}

    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        TicketEvent.objects.filter(ticket=ticket).update(**{field: last.get(field)})
    with pytest.raises(ProtectedError):
        Message.objects.filter(ticket=ticket).delete()


def test_an_agent_becomes_a_number_and_what_they_did_stays(make: Make, boss: Client) -> None:
    owner = make.agent()
    ticket = held(make, owner)
    message = reply_in_public(ticket=ticket, author=owner, body="Here.", now=SOON)
    boss.post(reverse("admin:helpdesk_agent_change", args=[owner.pk]), form_of(owner))

    erasure.make_anonymous(agent=owner, now=LATER)

    stored = Agent.objects.get(pk=owner.pk)
    assert (stored.email, stored.name) == (f"former-{owner.pk}@anonymous.invalid", f"№ {owner.pk}")
    assert (stored.is_active, stored.has_usable_password()) == (False, False)
    assert (Message.objects.get(pk=message.pk).agent, Ticket.objects.get().assignee) == (stored, None)
    for page in (boss.get(reverse("admin:helpdesk_agent_history", args=[owner.pk])), boss.get("/admin/")):
        assert "owner@example.com" not in page.content.decode()


def test_a_customer_is_forgotten_and_their_tickets_still_count(make: Make) -> None:
    ticket = make.ticket(
        email="jon@example.com", body="I live in 7 High Street.", external_id="o-1", metadata={"ip": "::1"}
    )
    receive_customer_message(ticket=ticket, body="Jon here.", now=SOON)
    events = TicketEvent.objects.count()

    erasure.erase_customer(customer=ticket.customer)

    ticket.refresh_from_db()
    assert (ticket.subject, ticket.metadata, ticket.external_id) == ("", {}, None)
    assert (ticket.customer.email, ticket.customer.email_key, ticket.customer.name) == ("", None, "")
    assert set(Message.objects.values_list("body", flat=True)) == {""}
    assert (TicketEvent.objects.count(), ticket.status) == (events, Status.NEW)


def test_what_was_cut_off_is_forgotten_too(make: Make) -> None:
    ticket = make.ticket(body="x" * 100_000 + "I live in 7 High Street.")
    assert "High Street" in Message.objects.get().rest

    erasure.erase_customer(customer=ticket.customer)

    assert Message.objects.get().rest == ""


def test_a_name_taken_from_an_account_is_in_the_security_log(make: Make) -> None:
    owner = make.agent(is_admin=True)

    erasure.make_anonymous(agent=owner, now=LATER)

    [line] = SecurityEvent.objects.filter(kind="rights_changed")
    assert (line.facts["agent"], line.facts["admin"], line.facts["active"]) == (owner.pk, False, False)


def test_both_are_done_by_a_command(make: Make) -> None:
    ticket, owner = make.ticket(), make.agent()

    call_command("erase", customer=ticket.customer_id, stdout=StringIO())
    call_command("erase", agent="Owner@example.com", stdout=StringIO())

    assert Customer.objects.get().email == ""
    assert Agent.objects.get(pk=owner.pk).email.endswith("@anonymous.invalid")
    for unknown in ({"customer": 0}, {"agent": "nobody@example.com"}):
        with pytest.raises(CommandError, match="There is no such"):
            call_command("erase", **unknown)
