"""Undoing a slip from the ticket page."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Status, Ticket
from helpdesk.tickets import merging, ticket_status
from tests.helpdesk.pages.test_the_ticket_page import owner, place, said, ticket, typed
from tests.make import Make

__all__ = ["owner", "ticket"]


@pytest.mark.parametrize(
    ("resource", "fields", "what"),
    [
        ("status", {"status": "resolved"}, "resolved"),
        ("removal", {"reason": "spam"}, "put aside"),
        ("assignee", {"agent": "me"}, "assigned"),
    ],
)
def test_a_slip_can_be_undone_from_the_page(
    client: Client, owner: Agent, ticket: Ticket, resource: str, fields: dict[str, str], what: str
) -> None:
    page = client.post(place(ticket, resource), fields, follow=True).content.decode()

    assert f"Undo: {what}" in page
    assert said(client, ticket, "undo") == f"Undone: {what}."
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.NEW, None)
    assert "Undo: " not in client.get(reverse("ticket", args=[ticket.reference])).content.decode()


def test_undoing_what_came_with_a_reply_says_that_the_reply_stays_sent(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    client.post(place(ticket, "messages"), typed(ticket, body="It leaves today."), follow=True)

    assert said(client, ticket, "undo") == "Undone: status changed. The reply has been sent, and stays sent."
    ticket.refresh_from_db()
    assert ticket.status != Status.PENDING


def test_a_merge_can_be_undone_from_the_page(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    into = make.ticket(now=database_now())
    with transaction.atomic():
        merging.merge(ticket=ticket, into=into, by=owner, now=database_now())

    assert (
        "Undo: merged into another ticket"
        in client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    )
    assert said(client, ticket, "undo") == "Undone: merged into another ticket."
    ticket.refresh_from_db()
    assert (ticket.status, ticket.merged_into) == (Status.NEW, None)


def test_the_button_of_a_page_that_stood_open_undoes_what_it_named_and_nothing_later(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    page = client.post(place(ticket, "priority"), {"priority": "urgent"}, follow=True).content.decode()
    [shown] = set(re.findall(r'name="seq" value="(\d+)"', page))
    client.post(place(ticket, "status"), {"status": "resolved"}, follow=True)

    assert said(client, ticket, "undo", seq=shown) == (
        "You have done something else on this ticket since. Look at what would be undone now."
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority) == (Status.RESOLVED, "urgent")


def test_a_second_click_on_undo_undoes_no_second_thing(client: Client, owner: Agent, ticket: Ticket) -> None:
    client.post(place(ticket, "priority"), {"priority": "urgent"})
    page = client.post(place(ticket, "status"), {"status": "resolved"}, follow=True).content.decode()
    [shown] = set(re.findall(r'name="seq" value="(\d+)"', page))

    assert said(client, ticket, "undo", seq=shown) == "Undone: resolved."
    assert said(client, ticket, "undo", seq=shown) == "It was undone already."
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority) == (Status.NEW, "urgent")


def test_what_was_just_done_is_offered_to_be_undone_on_whichever_page_comes_next(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    client.post(place(ticket, "status"), {"status": "resolved"})

    page = client.get(reverse("tickets")).content.decode()

    assert f'<undo-toast>\n    <form method="post" action="{place(ticket, "undo")}"' in page
    assert "<undo-toast>" not in client.get(reverse("tickets")).content.decode()


def test_nothing_is_offered_where_nothing_was_done(client: Client, owner: Agent, ticket: Ticket) -> None:
    client.post(place(ticket, "priority"), {"priority": "urgent"}, follow=True)

    page = client.post(place(ticket, "priority"), {"priority": "urgent"}, follow=True).content.decode()

    assert ("Nothing changed." in page, "<undo-toast>" in page, "Undo: priority" in page) == (
        True,
        False,
        True,
    )


def test_what_a_colleague_went_on_from_is_refused_by_their_name(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    client.post(place(ticket, "status"), {"status": "resolved"}, follow=True)
    with transaction.atomic():
        ticket_status.reopen(ticket=ticket, by=make.agent("colleague"), now=database_now())

    assert "Colleague" in said(client, ticket, "undo")
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
