"""Beginning a conversation from the pages."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from helpdesk.models import Agent, Attachment, Message, Status, Ticket, TicketEvent
from tests.make import Make


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def typed(make: Make, **fields: object) -> dict[str, object]:
    start = {
        "store": make.store().pk,
        "email": "kim@example.com",
        "name": "Kim",
        "subject": "",
        "whose": "agent",
        "body": "Your parcel is late.",
        "token": uuid4(),
    }
    return start | fields


@pytest.mark.parametrize(
    ("whose", "initiated_by", "public", "status"),
    [("agent", "agent", True, Status.OPEN), ("customer", "agent_for_customer", False, Status.NEW)],
)
def test_an_agent_writes_first_or_takes_down_what_was_asked(
    client: Client, owner: Agent, make: Make, whose: str, initiated_by: str, public: bool, status: str
) -> None:
    form = typed(make, whose=whose)
    pages = [client.post(reverse("new-ticket"), form, follow=True) for _ in "12"]

    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert "Your parcel is late." in pages[1].content.decode()
    assert (str(ticket.customer), ticket.status, ticket.queue) == ("Kim", status, make.queue())
    assert (message.agent, message.public) == (owner, public)
    assert TicketEvent.objects.get(seq=1).payload["initiated_by"] == initiated_by
    assert (ticket.waiting_since is None) is public


def test_what_is_missing_is_said_and_the_text_stays(client: Client, owner: Agent, make: Make) -> None:
    page = client.post(reverse("new-ticket"), typed(make, email="nope"))

    assert (page.status_code, "Your parcel is late." in page.content.decode()) == (422, True)
    assert not Ticket.objects.exists()


def test_only_stores_whose_tickets_come_to_the_agent_can_be_chosen(client: Client, make: Make) -> None:
    client.force_login(make.agent("outsider"))

    assert client.post(reverse("new-ticket"), typed(make)).status_code == 422
    assert "Shop" not in client.get(reverse("new-ticket")).content.decode()
    assert not Ticket.objects.exists()


def test_the_list_leads_there(client: Client, owner: Agent) -> None:
    assert reverse("new-ticket") in client.get(reverse("tickets")).content.decode()


def test_other_words_under_a_token_that_was_sent_are_not_lost(
    client: Client, owner: Agent, make: Make
) -> None:
    form = typed(make)
    client.post(reverse("new-ticket"), form)

    page = client.post(reverse("new-ticket"), form | {"body": "It comes tomorrow."})

    shown = page.content.decode()
    assert (page.status_code, "It comes tomorrow." in shown) == (422, True)
    assert f"it is {Ticket.objects.get().reference}" in shown
    assert f'value="{form["token"]}"' not in shown


@pytest.mark.parametrize("whose", ["agent", "customer"])
def test_files_begin_a_conversation_whatever_was_refused_before(
    client: Client, owner: Agent, make: Make, whose: str
) -> None:
    photo = SimpleUploadedFile("photo.png", b"png")
    refused = client.post(reverse("new-ticket"), typed(make, store="", body=" ", files=photo))
    [waiting] = refused.context["form"].to_send.waiting
    assert f'name="attachments" value="{waiting.pk}" checked' in refused.content.decode()

    form = typed(make, whose=whose, attachments=[waiting.pk], files=SimpleUploadedFile("bill.pdf", b"bill"))
    assert client.post(reverse("new-ticket"), form).status_code == 302

    files = Message.objects.get().attachments.order_by("pk")
    assert [(file.name, file.store) for file in files] == [
        ("photo.png", make.store()),
        ("bill.pdf", make.store()),
    ]


def test_other_files_under_a_token_that_was_sent_are_said_to_be_other(
    client: Client, owner: Agent, make: Make
) -> None:
    form = typed(make)
    client.post(reverse("new-ticket"), form)

    page = client.post(reverse("new-ticket"), form | {"files": SimpleUploadedFile("late.pdf", b"late")})

    assert (page.status_code, Message.objects.count()) == (422, 1)
    assert f"it is {Ticket.objects.get().reference}" in page.content.decode()
    assert [file.name for file in page.context["form"].to_send.waiting] == ["late.pdf"]


def test_a_file_is_given_before_there_is_a_ticket(client: Client, owner: Agent, make: Make) -> None:
    address = reverse("new-ticket-attachments")
    answer = client.post(address, {"file": SimpleUploadedFile("<b>.pdf", b"bill")})
    given = Attachment.objects.get()
    client.post(reverse("new-ticket"), typed(make, attachments=[given.pk]))

    assert (answer.status_code, "<bdi>&lt;b&gt;.pdf</bdi>" in answer.content.decode()) == (201, True)
    assert list(Message.objects.get().attachments.all()) == [given]
    client.logout()
    assert client.post(address, {"file": SimpleUploadedFile("a", b"a")}).status_code == 302
    assert Attachment.objects.count() == 1


def offered(client: Client) -> list[str]:
    """Return the stores that the form offers, and a star at the one that is chosen."""
    page = client.get(reverse("new-ticket")).content.decode()
    options = re.findall(r'<option value="\d+"( selected)?>(.*?)</option>', page, re.DOTALL)
    return [
        name.replace("\u2068", "").replace("\u2069", "") + ("*" if chosen else "") for chosen, name in options
    ]


def test_before_anything_is_typed_each_store_says_whether_mail_leaves(
    client: Client, owner: Agent, make: Make
) -> None:
    make.store()
    assert offered(client) == ["Shop (no mail leaves)*"]

    make.mailbox(mode="watch")
    assert offered(client) == ["Shop (only watched: nothing leaves)*"]

    make.mailbox("us@shop.example")
    assert offered(client) == ["Shop*"]
    make.store("Another")
    assert offered(client) == ["Another (no mail leaves)", "Shop"]


def test_a_letter_that_would_never_leave_is_refused_and_nothing_typed_is_lost(
    client: Client, owner: Agent, make: Make
) -> None:
    make.mailbox(mode="watch")
    form = typed(make, files=SimpleUploadedFile("bill.pdf", b"bill"))
    page = client.post(reverse("new-ticket"), form)

    shown = page.content.decode()
    assert (page.status_code, Ticket.objects.count()) == (422, 0)
    assert "Attend only watches the mailboxes of this store, and sends nothing" in shown
    for kept in ("Your parcel is late.", "kim@example.com", "bill.pdf"):
        assert kept in shown
    assert client.post(reverse("new-ticket"), typed(make, whose="customer")).status_code == 302


@pytest.mark.parametrize(("whose", "warned"), [("agent", True), ("customer", False)])
def test_where_no_mail_leaves_it_says_who_tells_the_customer(
    client: Client, owner: Agent, make: Make, whose: str, warned: bool
) -> None:
    page = client.post(reverse("new-ticket"), typed(make, whose=whose), follow=True)

    assert ("No mail leaves from this store" in page.content.decode()) is warned
