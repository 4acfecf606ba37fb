"""Where a customer has only thanked, marking that no reply is needed is offered beside the composer."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from tests.helpdesk.pages.test_the_ticket_page import owner, ticket

__all__ = ["owner", "ticket"]


@pytest.mark.parametrize(
    ("said", "is_offered"), [("Thank you very much!", True), ("Thanks. Where is it?", False)]
)
def test_a_thank_you_can_be_marked_at_one_press(
    client: Client, owner: Agent, ticket: Ticket, said: str, is_offered: bool
) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=owner, body="Here.", now=database_now())
        replies.receive_customer_message(ticket=ticket, body=said, now=database_now())

    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()

    assert ("looks like a thank-you" in page) == is_offered
    ticket.refresh_from_db()
    assert ticket.waiting_since is not None
