"""What is written on a page is saved by its form, shown again anywhere, and gone once it was sent."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.attachments.file_keeping import take_in
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Agent, Draft, DraftKind, HeldReply, Message, Ticket
from tests.helpdesk.attachments.given_files import BILL
from tests.helpdesk.conversation.drafts.drafts import begun
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def owner(make: Make) -> Agent:
    return make.agent()


@pytest.fixture
def client(client: Client, owner: Agent) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket()


def saves(ticket: Ticket, kind: str = DraftKind.COMPOSER) -> str:
    return reverse("ticket-draft", args=[ticket.reference, kind])


def form(body: str = "Dear", *, nth: int = 1, version: int = 0, **fields: Any) -> dict[str, Any]:
    """Return what a page sends; a page has saved once unless it says so."""
    ours = {"draft-page": str(uuid4()), "draft-nth": nth, "draft-version": version}
    return {"mode": "public", "cc": "", "body": body, "token": str(uuid4()), "seen_seq": 1} | ours | fields


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(reverse("ticket", args=[ticket.reference])).content.decode()


def test_what_was_saved_stands_in_the_form_wherever_its_author_opens_the_page(
    client: Client, ticket: Ticket
) -> None:
    answer = client.post(saves(ticket), form("Dear <Kim>", mode="note"))
    assert answer.json()["version"] == 1
    assert answer.json()["said"].startswith("Saved ")

    page = page_of(client, ticket)
    assert "Dear &lt;Kim&gt;</textarea>" in page
    assert re.search(r'value="note"[^>]* checked>', page)
    assert str(Draft.objects.get().token) in page


def test_so_does_it_after_the_ticket_was_given_to_somebody_else(
    make: Make, client: Client, ticket: Ticket
) -> None:
    client.post(saves(ticket), form("My answer"))
    ticket.assignee = make.agent("colleague")
    ticket.save()

    assert "My answer</textarea>" in page_of(client, ticket)
    client.force_login(make.agent("colleague"))
    page = page_of(client, ticket)
    assert "<bdi>Owner</bdi> had begun an answer" in page
    assert "My answer</textarea>" not in page


def test_a_colleague_goes_on_with_it(make: Make, client: Client, ticket: Ticket) -> None:
    client.post(saves(ticket), form("Half an answer"))
    client.force_login(make.agent("colleague"))
    number = Draft.objects.get().pk
    answer = client.post(reverse("ticket-draft-holder", args=[ticket.reference, number]), follow=True)

    assert "It is yours to go on with." in answer.content.decode()
    assert "Half an answer</textarea>" in answer.content.decode()
    assert "had begun" not in answer.content.decode()
    again = client.post(reverse("ticket-draft-holder", args=[ticket.reference, number]), follow=True)
    assert again.status_code == 404


def test_another_window_is_told_of_what_it_does_not_know(client: Client, ticket: Ticket) -> None:
    client.post(saves(ticket), form("From here"))
    told = client.post(saves(ticket), form("From there"))

    assert (told.status_code, told.json()["code"]) == (409, "draft-saved-elsewhere")
    assert "From here" in told.json()["shown"]
    assert Draft.objects.get().body == "From here"
    chosen = form("From there", version=told.json()["version"])
    assert client.post(saves(ticket), chosen).json()["version"] == 2


def test_sending_ends_it_in_the_same_breath_and_what_comes_late_is_refused(
    client: Client, ticket: Ticket
) -> None:
    typed = form("Dear Kim")
    client.post(saves(ticket), typed)
    client.post(reverse("ticket-messages", args=[ticket.reference]), typed | {"then": "wait"})
    assert Message.objects.filter(author="agent").get().body == "Dear Kim"
    assert not Draft.objects.exists()

    late = client.post(saves(ticket), typed | {"draft-nth": 2})
    assert (late.status_code, late.json()["code"]) == (409, "draft-sent")
    assert not Draft.objects.exists()


def test_what_could_not_be_sent_stays(client: Client, ticket: Ticket) -> None:
    typed = form("Dear Kim")
    client.post(saves(ticket), typed)
    answer = client.post(
        reverse("ticket-messages", args=[ticket.reference]), typed | {"then": "wait", "cc": "nobody"}
    )

    assert answer.status_code == 422
    assert Draft.objects.get().body == "Dear Kim"
    assert "data-unsaved" in answer.content.decode()


def test_what_is_held_comes_back_as_a_draft_with_copies_and_files(
    make: Make, client: Client, owner: Agent
) -> None:
    make.mailbox()
    ticket = make.ticket(email="kim@example.net")
    file = take_in(BILL, giver=owner, store=make.store(), now=NOW)
    typed = form("Dear Kim", cc="eve@example.org", attachments=[file.pk])
    client.post(saves(ticket), typed)
    client.post(reverse("ticket-messages", args=[ticket.reference]), typed | {"then": "resolve"})
    assert (HeldReply.objects.count(), Draft.objects.count()) == (1, 0)

    held = HeldReply.objects.get()
    answer = client.post(reverse("ticket-held-reply", args=[ticket.reference, held.pk]), follow=True)

    page = answer.content.decode()
    assert "Dear Kim</textarea>" in page
    assert "eve@example.org</textarea>" in page
    assert f'value="{file.pk}" checked' in page
    draft = Draft.objects.get()
    assert str(draft.token) != typed["token"]
    assert list(draft.files.all()) == [file]


def test_sending_stops_for_what_was_said_meanwhile_and_offers_three_ways_on(
    make: Make, client: Client, ticket: Ticket
) -> None:
    typed = form("My answer") | {"then": "resolve", "seen_seq": ticket.last_seq}
    client.post(saves(ticket), typed)
    with transaction.atomic():
        reply_in_public(ticket=ticket, author=make.agent("colleague"), body="Mine was first", now=NOW)
    stopped = client.post(reverse("ticket-messages", args=[ticket.reference]), typed)
    page = stopped.content.decode()

    assert stopped.status_code == 409
    assert "Mine was first" in page.partition("What was said meanwhile")[2].partition("</section>")[0]
    assert f'href="#m{Message.objects.get(author="agent").pk}"' in page
    assert '<button name="then" value="resolve">Send mine anyway</button>' in page
    assert Draft.objects.get().body == "My answer"

    removal = reverse("ticket-draft-removal", args=[ticket.reference])
    assert "Discarded. Nothing was sent." in client.post(removal, typed, follow=True).content.decode()
    assert not Draft.objects.exists()
    client.force_login(make.agent("outsider"))
    assert client.post(removal).status_code == 404


def test_every_form_on_the_page_has_its_own(make: Make, client: Client, ticket: Ticket) -> None:
    make.mailbox()
    client.post(saves(ticket), form("To the customer"))
    asked = {"inquiry-to": "dhl@example.net", "inquiry-body": "Where?", "inquiry-token": str(uuid4())}
    first = ticket.messages.get().pk
    client.post(saves(ticket, "inquiry"), form() | asked | {"inquiry-chosen_messages": [first]})
    phoned = {"elsewhere-way": "chat", "elsewhere-body": "Told them.", "elsewhere-token": str(uuid4())}
    client.post(saves(ticket, "elsewhere"), form() | phoned | {"elsewhere-resolves": "on"})

    page = page_of(client, ticket)
    for text in ("To the customer</textarea>", "Where?</textarea>", "Told them.</textarea>"):
        assert text in page
    assert 'value="dhl@example.net"' in page
    assert f'name="inquiry-chosen_messages" value="{first}"\n                     checked' in page
    assert '<option value="chat" selected>' in page
    for name in ("elsewhere", "inquiry"):
        assert re.search(rf'<details [^>]*id="{name}"[^>]* open>', page)


def test_a_new_conversation_is_kept_until_it_begins(make: Make, client: Client, ticket: Ticket) -> None:
    typed = form("", email="kim@example.net", store=make.store().pk, whose="agent")
    client.post(reverse("new-ticket-draft"), typed)
    assert 'value="kim@example.net"' in client.get(reverse("new-ticket")).content.decode()

    client.post(reverse("new-ticket"), typed | {"body": "Dear Kim"})
    assert Ticket.objects.filter(customer__email="kim@example.net").count() == 1
    assert not Draft.objects.exists()


def test_bad_input_is_told_in_a_sentence(client: Client, ticket: Ticket) -> None:
    assert client.post(saves(ticket), {"body": "Dear"}).status_code == 422
    assert client.post(saves(ticket, "new_ticket"), form()).status_code == 404
    too_long = client.post(saves(ticket), form(cc="x" * 60_000))
    assert (too_long.status_code, too_long.json()["said"][:16]) == (413, "This is too long")


@pytest.mark.parametrize(("who", "status"), [("colleague", 200), ("overseer", 200), ("outsider", 404)])
def test_who_may_save_on_a_ticket(make: Make, client: Client, ticket: Ticket, who: str, status: int) -> None:
    begun_by_owner = begun(ticket, make.agent())
    client.force_login(make.agent(who))

    assert client.post(saves(ticket), form()).status_code == status
    holder = reverse("ticket-draft-holder", args=[ticket.reference, begun_by_owner.pk])
    assert client.post(holder).status_code == (302 if status == 200 else 404)


def test_nobody_saves_without_a_login(make: Make, client: Client, ticket: Ticket, owner: Agent) -> None:
    owner.is_active = False
    owner.save()
    answer = client.post(saves(ticket), form())
    assert answer.status_code in (302, 403)
    assert not Draft.objects.exists()
