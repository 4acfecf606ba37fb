"""Mentioning a colleague in a note: who can be, who hears of it, and what is read."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.access.erasure import make_anonymous
from helpdesk.access.people import departures
from helpdesk.conversation.mentions import read_mentions
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Mention, Message, Ticket, TicketEvent
from tests.make import Make

MENTIONS = "/mentions/"


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def colleague(make: Make) -> Agent:
    return make.agent("colleague")


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now())


def note(client: Client, ticket: Ticket, body: str) -> HttpResponse:
    form = {"mode": "note", "then": "note", "seen_seq": "99", "token": str(uuid4()), "body": body}
    return client.post(reverse("ticket-messages", args=[ticket.reference]), form, follow=True)  # type: ignore[return-value]


def text_of(client: Client, address: str = MENTIONS) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("said", ["Colleague", "colleague@example.com"])
def test_a_colleague_who_is_mentioned_finds_the_note_until_they_open_the_ticket(
    client: Client, owner: Agent, colleague: Agent, ticket: Ticket, said: str
) -> None:
    page = note(client, ticket, f"@{said} please look. Mail me@example.com or @nobody.").content.decode()
    assert f"<mark><bdi>@{said}</bdi></mark> please look" in page
    assert TicketEvent.objects.get(kind="note_added").payload == {"mentions": [colleague.pk]}
    assert Message.objects.get(public=False).body.startswith(f"@{said} please look.")
    assert "Nobody has mentioned you" in text_of(client)

    client.force_login(colleague)
    assert "please look" in text_of(client)
    assert "<strong>1</strong>" in text_of(client, reverse("preferences"))

    text_of(client, reverse("ticket", args=[ticket.reference]) + "?part=live")
    assert Mention.objects.unread().count() == 1
    text_of(client, reverse("ticket", args=[ticket.reference]))
    assert not Mention.objects.unread().exists()
    assert "<strong>1</strong>" not in text_of(client)
    assert "Mark as not read" in text_of(client)


def test_who_may_not_see_the_ticket_is_not_mentioned_and_the_text_is_kept(
    client: Client, make: Make, ticket: Ticket
) -> None:
    make.agent("outsider")
    gone = make.agent("colleague")
    departures.deactivate(agent=gone, now=database_now())
    client.force_login(make.agent("admin"))
    for said, why in (
        ("Outsider", "Outsider\u2069 may not see this ticket"),
        ("Colleague", "Colleague\u2069 may not see this ticket"),
        ("outsider@example.com", "Nobody who may see this ticket has the address"),
        ("stranger@example.com", "Nobody who may see this ticket has the address"),
    ):
        page = note(client, ticket, f"@{said} look")
        assert (page.status_code, why in page.content.decode()) == (422, True)
        assert f"@{said} look</textarea>" in page.content.decode()
    assert not Message.objects.filter(public=False).exists()

    client.force_login(make.agent("owner"))
    assert note(client, ticket, "@Outsider look").status_code == 200  # whom one does not know is no name
    assert not Mention.objects.exists()


def test_two_of_one_name_are_told_apart_by_address(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    first, second = make.agent("rina"), make.agent("rina.l")
    Agent.objects.filter(pk=second.pk).update(name="Rina")

    page = note(client, ticket, "@rina look")
    assert (page.status_code, "@rina.l@example.com" in page.content.decode()) == (422, True)
    offered = client.get(reverse("ticket-colleagues", args=[ticket.reference]), {"q": "ri"}).json()
    assert [one["says"] for one in offered["colleagues"]] == ["rina@example.com", "rina.l@example.com"]

    note(client, ticket, "@rina.l@example.com look, @rina@example.com too")
    assert set(Mention.objects.values_list("agent", flat=True)) == {first.pk, second.pk}


def test_the_same_note_sent_twice_mentions_once_and_nobody_mentions_themself(
    client: Client, owner: Agent, colleague: Agent, ticket: Ticket
) -> None:
    address = reverse("ticket-messages", args=[ticket.reference])
    form = {
        "mode": "note",
        "then": "note",
        "seen_seq": "99",
        "token": str(uuid4()),
        "body": "@Colleague @Owner",
    }
    for _ in "12":
        client.post(address, form)

    assert [mention.agent for mention in Mention.objects.all()] == [colleague]


def test_whom_one_mentions_is_offered_to_those_who_see_the_ticket(
    client: Client, owner: Agent, colleague: Agent, make: Make, ticket: Ticket
) -> None:
    address = reverse("ticket-colleagues", args=[ticket.reference])
    make.agent("outsider")
    Agent.objects.filter(pk=colleague.pk).update(name="רינה לוי")
    for said, found in (("לו", ["רינה לוי"]), ("coll", ["רינה לוי"]), ("out", []), ("own", [])):
        offered = client.get(address, {"q": said}).json()["colleagues"]
        assert [one["says"] for one in offered] == found

    client.force_login(make.agent("outsider"))
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_one_marks_as_read_what_is_ones_own_and_takes_it_back(
    client: Client, owner: Agent, colleague: Agent, make: Make, ticket: Ticket
) -> None:
    note(client, ticket, "@Colleague one")
    note(client, ticket, "@Colleague two")
    first = Mention.objects.earliest("pk")
    address = reverse("mention-reading", args=[first.pk])
    for other in ("owner", "outsider"):
        client.force_login(make.agent(other))
        assert client.post(address, {"read": "1"}).status_code == 404

    client.force_login(colleague)
    client.post(address, {"read": "1"})
    assert Mention.objects.unread().count() == 1
    client.post(address)
    assert Mention.objects.unread().count() == 2
    client.post(reverse("mentions-reading"))
    assert not Mention.objects.unread().exists()

    departures.deactivate(agent=colleague, now=database_now())
    for there in (MENTIONS, address, reverse("mentions-reading")):
        assert client.get(there).status_code == 302


def test_who_leaves_the_queue_sees_no_more_of_it(
    client: Client, owner: Agent, colleague: Agent, ticket: Ticket
) -> None:
    note(client, ticket, "@Colleague a secret")
    client.force_login(colleague)
    assert "a secret" in text_of(client)
    colleague.memberships.all().delete()

    assert "a secret" not in text_of(client)
    assert read_mentions.count_unread(colleague) == 0
    assert client.post(reverse("mention-reading", args=[Mention.objects.get().pk])).status_code == 404


def test_who_is_forgotten_is_mentioned_by_a_number(
    client: Client, owner: Agent, colleague: Agent, ticket: Ticket
) -> None:
    note(client, ticket, "@Colleague and @colleague@example.com, or @Colleagues")
    with transaction.atomic():
        make_anonymous(agent=colleague, now=database_now())

    number = f"@№ {colleague.pk}"
    assert Message.objects.get(public=False).body == f"{number} and {number}, or @Colleagues"
    page = text_of(client, reverse("ticket", args=[ticket.reference]))
    assert f"<mark><bdi>{number}</bdi></mark> and" in page
    assert not Mention.objects.exists()


def test_a_long_list_is_read_page_by_page_the_unread_first(
    client: Client, owner: Agent, colleague: Agent, ticket: Ticket
) -> None:
    note(client, ticket, "@Colleague the note")
    said = Message.objects.get(public=False)
    for number in range(119):
        copy = Message.objects.create(
            ticket=ticket, store=ticket.store, author="agent", agent=owner, public=False,
            body=f"note {number}.", sent_at=said.sent_at, received_at=said.received_at,
        )  # fmt: skip
        Mention.objects.create(message=copy, agent=colleague, read_at=said.sent_at if number < 60 else None)
    client.force_login(colleague)

    first = client.get(MENTIONS)
    assert "99+" not in first.content.decode()
    assert (len(first.context["unread"]), len(first.context["read"])) == (50, 0)
    second = client.get(MENTIONS, {"before": first.context["before"]})
    assert (len(second.context["unread"]), len(second.context["read"])) == (10, 50)
    third = client.get(MENTIONS, {"show": "read", "before": second.context["older"]})
    assert (len(third.context["unread"]), len(third.context["read"])) == (0, 10)


def test_what_was_read_is_forgotten_after_ninety_days_and_what_was_not_stays(
    client: Client, owner: Agent, colleague: Agent, ticket: Ticket
) -> None:
    note(client, ticket, "@Colleague one")
    now = database_now()
    assert read_mentions.forget_oldest(now=now + timedelta(days=365)) == 0
    read_mentions.mark_all(colleague, now=now)
    assert read_mentions.forget_oldest(now=now + timedelta(days=90)) == 0
    assert read_mentions.forget_oldest(now=now + timedelta(days=91)) == 1
