"""Team notes: kept of an answer without its customer, found where they help, and used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation.replies import reply_in_public
from helpdesk.conversation.team_notes import similar, team_notes
from helpdesk.conversation.team_notes.personal_traces import generalised, traces
from helpdesk.conversation.team_notes.team_notes import COMES_BACK_WITHIN, WrittenNote
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Message, Queue, TeamNote, Ticket
from tests.make import Make

ANSWER = "Dear Jane,\nyour order 1001 left us. Write to jane@example.com or call +49 30 123456.\nJANE DOE"


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def ticket(make: Make) -> Ticket:
    customer = {"email": "jane@example.com", "name": "Jane Doe"}
    return make.ticket(
        now=database_now(), subject="Where is my parcel?", customer=customer, order={"id": "1001"}
    )


@pytest.fixture
def answer(make: Make, ticket: Ticket) -> Message:
    with transaction.atomic():
        return reply_in_public(ticket=ticket, author=make.agent("owner"), body=ANSWER, now=database_now())


def keep(client: Client, answer: Message, **fields: Any) -> Any:
    typed = {
        "title": "Where a parcel is",
        "body": "It left us.",
        "queue": answer.ticket.queue_id,
        "topic": "",
    }
    address = reverse("message-note", args=[answer.ticket.reference, answer.pk])
    return client.post(address, typed | fields)


def kept(by: Agent, queue: Queue, title: str = "Where a parcel is") -> TeamNote:
    written = WrittenNote(title, "Dear {{customer.first_name}}", queue, None)
    with transaction.atomic():
        return team_notes.keep(written, by=by, now=database_now())


def test_what_is_known_of_the_customer_is_taken_out_and_the_rest_is_pointed_at(
    client: Client, owner: Agent, ticket: Ticket, answer: Message
) -> None:
    text = generalised(ANSWER, ticket)
    assert text.startswith("Dear {{customer.first_name}},\nyour order {{order.id}} left us.")
    assert "Write to {{customer.email}} or" in text
    assert traces(text, ticket) == ["+49 30 123456", "JANE", "DOE"]
    page = client.get(reverse("message-note", args=[ticket.reference, answer.pk])).content.decode()
    assert "<mark>+49 30 123456</mark>" in page
    assert "jane@example.com" not in page


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Look at T-4F7K2AB and #12", ["T-4F7K2AB", "#12"]),
        ("Ring 030/1234-567", ["030/1234-567"]),
        ("anna.b@shop.example, please", ["anna.b@shop.example"]),
        ("It takes 3 to 5 days, 20 % of the time", []),
        ("{{order.id}} for {{customer.name}}", []),
    ],
)
def test_addresses_and_numbers_are_seen_whoever_is_meant(text: str, found: list[str]) -> None:
    assert traces(text, None) == found


def test_a_note_that_may_name_somebody_is_kept_only_by_somebody_s_word(
    client: Client, owner: Agent, answer: Message
) -> None:
    refused = keep(client, answer, body="Write to jane@example.com")
    page = refused.content.decode()
    assert (refused.status_code, "This may name somebody: \u2068jane@example.com\u2069" in page) == (
        422,
        True,
    )
    assert 'type="checkbox" name="though_named"' in page
    assert not TeamNote.objects.exists()

    keep(client, answer, body="Write to help@shop.example", though_named="on")
    note = TeamNote.objects.get()
    assert (note.kept_by, note.message, note.queue) == (owner, answer, answer.ticket.queue)


def test_who_sees_the_ticket_keeps_and_uses_and_others_find_nothing(
    make: Make, client: Client, owner: Agent, ticket: Ticket, answer: Message
) -> None:
    note = kept(owner, ticket.queue)
    pages = [
        reverse("message-note", args=[ticket.reference, answer.pk]),
        reverse("ticket-similar", args=[ticket.reference]),
        reverse("team-note", args=[note.pk]),
    ]
    for who, status in (("owner", 200), ("colleague", 200), ("outsider", 404)):
        client.force_login(make.agent(who))
        assert [client.get(page).status_code for page in pages] == [status] * 3
    assert client.post(reverse("ticket-note", args=[ticket.reference, note.pk])).status_code == 404
    assert "Where a parcel is" not in client.get(reverse("team-notes")).content.decode()

    for who, change, removal in (("colleague", 403, 404), ("overseer", 302, 302)):
        client.force_login(make.agent(who))
        typed = {"title": "New", "body": "New", "queue": ticket.queue_id, "topic": ""}
        assert client.post(pages[2], typed).status_code == change
        assert client.post(reverse("team-note-removal", args=[note.pk])).status_code == removal
    client.force_login(make.agent("outsider"))
    assert client.post(reverse("team-note-restoration", args=[note.pk])).status_code == 404
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    client.force_login(owner)
    assert [client.get(page).status_code for page in pages] == [302] * 3


def test_what_a_customer_or_a_note_said_is_no_answer_to_keep(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    asked = ticket.messages.get()
    assert client.get(reverse("message-note", args=[ticket.reference, asked.pk])).status_code == 404


def test_beside_the_composer_stand_the_likest_with_how_often_they_were_used(
    make: Make, client: Client, owner: Agent, ticket: Ticket
) -> None:
    elsewhere = make.agent("outsider")
    note = kept(owner, ticket.queue, "Where is my parcel")
    kept(owner, ticket.queue, "Invoices")
    kept(elsewhere, make.queue("Elsewhere"), "Where is my parcel?!")
    earlier = make.ticket(now=database_now(), subject="where is MY parcel")
    make.ticket(now=database_now(), subject="Invoice of May")
    make.ticket(now=database_now(), subject="Where is my parcel?", queue=make.queue("Elsewhere"))
    make.ticket(
        now=database_now(), subject="Where is my parcel?", store=make.store("Try", environment="test")
    )

    used = client.post(
        reverse("ticket-note", args=[ticket.reference, note.pk]), headers={"Accept": "application/json"}
    )
    assert used.json()["body"] == "Dear Jane"
    address = reverse("ticket-similar", args=[ticket.reference])
    page = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "used 1 time" in page
    assert page.count("/notes/") == 2  # one to look at, one to put in
    assert page.count('<a href="/tickets/T-') == 1
    assert earlier.reference in page
    assert "Invoice" not in page


def test_without_script_a_note_is_put_into_a_text_that_is_kept(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    note = kept(owner, ticket.queue)
    page = client.post(
        reverse("ticket-note", args=[ticket.reference, note.pk]), {"body": "Hello"}
    ).content.decode()
    assert "Hello\n\nDear Jane</textarea>" in page
    assert 'name="token" value="' in page


def test_of_a_queue_the_newest_tickets_are_compared_and_no_others(
    make: Make, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = database_now()
    old, newer, newest = (
        make.ticket(now=now - timedelta(hours=hours), subject="Where is my parcel?") for hours in (3, 2, 1)
    )
    assert [one.reference for one in similar.tickets_like(newest)] == [newer.reference, old.reference]
    monkeypatch.setattr(similar, "COMPARED", 2)
    assert [one.reference for one in similar.tickets_like(newest)] == [newer.reference]


def test_what_was_removed_is_brought_back_or_forgotten(client: Client, owner: Agent, ticket: Ticket) -> None:
    note = kept(owner, ticket.queue)
    client.post(reverse("team-note-removal", args=[note.pk]))
    assert client.get(reverse("team-note", args=[note.pk])).status_code == 404
    assert "Bring it back" in client.get(reverse("team-notes")).content.decode()
    client.post(reverse("team-note-restoration", args=[note.pk]))
    assert client.get(reverse("team-note", args=[note.pk])).status_code == 200
    team_notes.remove(note, now=database_now())
    assert team_notes.forget_removed(now=database_now() + COMES_BACK_WITHIN * 1.01) == 1


def test_whoever_erases_a_customer_erases_the_notes_that_still_name_them(
    client: Client, owner: Agent, ticket: Ticket, answer: Message
) -> None:
    keep(client, answer, title="Jane Doe asked", though_named="on")
    keep(client, answer)
    with transaction.atomic():
        erase_customer(customer=ticket.customer)
    assert list(TeamNote.objects.values_list("title", flat=True)) == ["Where a parcel is"]
