"""The ticket page without a browser: who may see it, what it shows, and what its buttons do."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, EventKind, Message, Priority, Status, Ticket
from helpdesk.tickets import ticket_attributes, ticket_status
from tests.make import Make

RESOURCES = (
    "messages", "acknowledgement", "assignee", "status", "priority", "queue", "tags", "no-reply-needed", "merged-into",
    "removal", "answers", "undo",
)  # fmt: skip


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?", body="It has <b>not</b> come.")


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def typed(ticket: Ticket, **fields: object) -> dict[str, object]:
    start = {
        "mode": "public",
        "then": "wait",
        "body": "Here it is.",
        "seen_seq": ticket.last_seq,
        "token": uuid4(),
    }
    return start | fields


def place(ticket: Ticket, resource: str) -> str:
    return reverse(f"ticket-{resource}", args=[ticket.reference])


def said(client: Client, ticket: Ticket, resource: str, **fields: object) -> str:
    """Post a form and return the sentence that the page answers with."""
    page = client.post(place(ticket, resource), fields, follow=True).content.decode()
    found = re.search(r'id="messages"[^>]*><p[^>]*>(.*?)</p>', page)
    assert found
    return found[1]


def test_it_shows_what_was_said_and_escapes_it(client: Client, owner: Agent, ticket: Ticket) -> None:
    page = client.get(reverse("ticket", args=[ticket.reference]))

    assert page.status_code == 200
    assert "It has &lt;b&gt;not&lt;/b&gt; come." in page.content.decode()


def test_it_says_when_it_was_asked_and_when_that_came_to_us(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    now = database_now()
    earlier = make.ticket(now=now, occurred_at=(now - timedelta(minutes=20)).isoformat())
    for shown, apart in ((ticket, False), (earlier, True)):
        page = client.get(reverse("ticket", args=[shown.reference])).content.decode()
        assert ("Received" in page) is apart


@pytest.mark.parametrize(("tag", "name"), [("he-IL", "Hebrew (Israel)"), ("ta", "Tamil"), ("xx", "xx")])
def test_a_language_is_named_not_coded(
    client: Client, owner: Agent, ticket: Ticket, tag: str, name: str
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(language=tag)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert f"<dd>{name}</dd>" in page


def test_it_asks_a_visitor_to_log_in(client: Client, ticket: Ticket) -> None:
    address = reverse("ticket", args=[ticket.reference])
    assert client.get(address).headers["Location"] == f"{reverse('login')}?next={address}"


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_outsider_gets_404_from_every_resource_and_changes_nothing(
    client: Client, make: Make, ticket: Ticket, resource: str
) -> None:
    client.force_login(make.agent("outsider"))
    answer = client.post(place(ticket, resource), typed(ticket))

    assert answer.status_code == 404
    assert ticket.events.count() == 1


@pytest.mark.parametrize(
    "page", ["ticket", "ticket-newer-messages", "ticket-earlier-messages", "ticket-merging"]
)
def test_an_outsider_sees_no_page_of_it(client: Client, make: Make, ticket: Ticket, page: str) -> None:
    client.force_login(make.agent("outsider"))
    assert client.get(reverse(page, args=[ticket.reference])).status_code == 404


@pytest.mark.parametrize("resource", RESOURCES)
def test_reading_an_address_that_takes_forms_does_nothing(
    client: Client, owner: Agent, ticket: Ticket, resource: str
) -> None:
    assert client.get(place(ticket, resource)).status_code == 405


@pytest.mark.parametrize(
    ("then", "status"), [("wait", Status.PENDING), ("resolve", Status.RESOLVED), ("keep_open", Status.OPEN)]
)
def test_a_reply_is_sent_and_the_ticket_stands_as_the_button_said(
    client: Client, owner: Agent, ticket: Ticket, then: str, status: str
) -> None:
    answer = client.post(place(ticket, "messages"), typed(ticket, then=then))

    ticket.refresh_from_db()
    reply = ticket.messages.get(author="agent")
    assert (answer.status_code, ticket.status, reply.body, reply.public) == (302, status, "Here it is.", True)
    assert answer.headers["Location"].endswith(f"#m{reply.pk}")


@pytest.mark.parametrize("choice", [{"mode": "note"}, {"then": "note"}, {"mode": "note", "then": "note"}])
def test_where_either_the_choice_or_the_button_says_note_the_customer_never_sees_it(
    client: Client, owner: Agent, ticket: Ticket, choice: dict[str, str]
) -> None:
    client.post(place(ticket, "messages"), typed(ticket, **choice))
    assert [message.public for message in ticket.messages.filter(author="agent")] == [False]


def test_sending_stops_when_something_newer_was_said_and_the_text_stays(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    seen = typed(ticket, body="My long answer.")
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="It came, thanks!", now=database_now())

    answer = client.post(place(ticket, "messages"), seen)
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "My long answer." in page
    assert "It came, thanks!" in page
    assert "New since you looked" in page
    assert not ticket.messages.filter(author="agent").exists()

    again = seen | {"seen_seq": re.search(r'name="seen_seq" value="(\d+)"', page)[1]}  # type: ignore[index]
    assert client.post(place(ticket, "messages"), again).status_code == 302


def test_a_doubled_send_is_one_reply(client: Client, owner: Agent, ticket: Ticket) -> None:
    once = typed(ticket)
    answers = [client.post(place(ticket, "messages"), once) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert ticket.messages.filter(author="agent").count() == 1


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 100_001])
def test_a_refused_text_is_shown_again_with_what_is_wrong(
    client: Client, owner: Agent, ticket: Ticket, body: str
) -> None:
    answer = client.post(place(ticket, "messages"), typed(ticket, body=body))

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert body in answer.content.decode()


def test_a_reply_on_a_closed_ticket_is_refused_and_its_text_stays(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    with transaction.atomic():
        ticket_status.close(ticket=ticket, by=owner, now=database_now())
    answer = client.post(place(ticket, "messages"), typed(ticket, body="Too late."))

    assert answer.status_code >= 400
    assert "Too late." in answer.content.decode()
    assert not Message.objects.filter(body="Too late.").exists()


@pytest.mark.parametrize(
    ("resource", "fields", "event"),
    [
        ("acknowledgement", {}, EventKind.ACKNOWLEDGED),
        ("assignee", {"agent": "me"}, EventKind.ASSIGNED),
        ("status", {"status": "on_hold"}, EventKind.STATUS_CHANGED),
        ("status", {"status": "resolved"}, EventKind.RESOLVED),
        ("priority", {"priority": Priority.URGENT}, EventKind.PRIORITY_CHANGED),
        ("tags", {"tags": "late parcel, wismo,"}, EventKind.TAGS_CHANGED),
        ("no-reply-needed", {}, EventKind.NO_REPLY_NEEDED_MARKED),
        ("removal", {"reason": "spam"}, EventKind.VOIDED),
        ("removal", {"reason": "deleted"}, EventKind.VOIDED),
    ],
)
def test_what_is_posted_twice_is_done_once_and_said(
    client: Client, owner: Agent, ticket: Ticket, resource: str, *, fields: dict[str, str], event: str
) -> None:
    for _ in range(2):
        answer = client.post(place(ticket, resource), fields, follow=True)
        assert answer.status_code == 200
        assert re.search(r'id="messages"[^>]*><p>', answer.content.decode())
    assert ticket.events.filter(kind=event).count() == 1


def test_a_ticket_is_handed_over_and_taken_back(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    colleague = make.agent("colleague")
    client.post(place(ticket, "assignee"), {"agent": colleague.pk})
    ticket.refresh_from_db()
    assert ticket.assignee == colleague

    client.post(place(ticket, "assignee"), {"agent": ""})
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_whoever_claims_takes_it_from_nobody(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    assert said(client, ticket, "assignee", agent="me") == "It is yours."
    assert said(client, ticket, "assignee", agent="me") == "It was yours already."
    assert said(client, ticket, "assignee", agent="") == "Given back to the queue."
    assert said(client, ticket, "assignee", agent="") == "Nobody had it."

    colleague = make.agent("colleague")
    assert said(client, ticket, "assignee", agent=colleague.pk) == "Handed over."
    said(client, ticket, "assignee", agent="me")
    ticket.refresh_from_db()
    assert ticket.assignee == colleague
    assert said(client, ticket, "assignee", agent=owner.pk) == "Handed over."


def test_a_status_is_said_by_what_became_of_the_ticket(client: Client, owner: Agent, ticket: Ticket) -> None:
    wanted = ("open", "pending", "open", "open", "resolved", "resolved", "open")
    assert [said(client, ticket, "status", status=status) for status in wanted] == [
        "Status changed.",
        "Status changed.",
        "Status changed.",
        "It was open already.",
        "Resolved.",
        "It was resolved already.",
        "Open again.",
    ]


def test_what_cannot_be_chosen_changes_nothing(client: Client, owner: Agent, ticket: Ticket) -> None:
    assert said(client, ticket, "status", status="moon") == "“moon” is not a status that can be chosen."
    assert said(client, ticket, "removal", reason="moon") == "“moon” cannot be chosen here."
    assert ticket.events.count() == 1


@pytest.mark.parametrize("agent", ["0", "-1", "nobody", "9" * 40, "²"])
def test_a_ticket_cannot_be_given_to_nobody_that_exists(
    client: Client, owner: Agent, ticket: Ticket, agent: str
) -> None:
    assert client.post(place(ticket, "assignee"), {"agent": agent}).status_code == 404


def test_a_refusal_is_said_on_the_page(client: Client, owner: Agent, make: Make, ticket: Ticket) -> None:
    make.member(owner, queue=make.queue("Elsewhere"))  # else they would not know of each other
    answer = client.post(place(ticket, "assignee"), {"agent": make.agent("outsider").pk}, follow=True)
    assert "\u2068Outsider\u2069 does not work in this queue." in answer.content.decode()


def test_a_ticket_moves_only_to_a_queue_that_the_agent_sees(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    foreign = make.queue("Elsewhere")
    assert client.post(place(ticket, "queue"), {"queue": foreign.pk}).status_code == 404

    make.member(owner, queue=foreign)
    client.post(place(ticket, "queue"), {"queue": foreign.pk})
    ticket.refresh_from_db()
    assert ticket.queue == foreign


def test_spam_can_be_restored(client: Client, owner: Agent, ticket: Ticket) -> None:
    client.post(place(ticket, "removal"), {"reason": "spam"})
    assert "Restore" in client.get(reverse("ticket", args=[ticket.reference])).content.decode()

    client.post(place(ticket, "removal"), {"reason": ""})
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_a_change_goes_back_to_where_it_was_asked_and_nowhere_else(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    address = place(ticket, "acknowledgement")
    assert (
        client.post(address, {"next": "/tickets/?status=live"}).headers["Location"] == "/tickets/?status=live"
    )
    elsewhere = client.post(address, {"next": "https://elsewhere.example/"}).headers["Location"]
    assert elsewhere == reverse("ticket", args=[ticket.reference])


def test_a_standing_page_hears_of_something_newer(client: Client, owner: Agent, ticket: Ticket) -> None:
    address = f"{place(ticket, 'newer-messages')}?seen={ticket.last_seq}"
    assert "message" not in client.get(address).content.decode()

    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=database_now())
    assert "1 message came after you opened this page." in client.get(address).content.decode()


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 30, "²"])
def test_nonsense_about_what_was_seen_is_no_fault(
    client: Client, owner: Agent, ticket: Ticket, seen: str
) -> None:
    assert client.get(f"{place(ticket, 'newer-messages')}?seen={seen}").status_code == 200


def broken_panel(request: object, ticket: object) -> str:
    raise RuntimeError


def test_a_broken_panel_never_hides_the_ticket(
    client: Client, owner: Agent, ticket: Ticket, settings: Settings
) -> None:
    settings.TICKET_PANELS = [f"{__name__}.broken_panel"]
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()

    assert "It has &lt;b&gt;not&lt;/b&gt; come." in page
    assert "A part of this page could not be shown." in page


def test_the_page_costs_few_statements_however_long_the_history(
    client: Client,
    owner: Agent,
    make: Make,
    ticket: Ticket,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with transaction.atomic():
        for number in range(20):
            ticket_attributes.change_tags(ticket=ticket, tags=[str(number)], by=owner, now=database_now())
            replies.add_note(ticket=ticket, author=make.agent("colleague"), body="Hm.", now=database_now())
    address = reverse("ticket", args=[ticket.reference])
    client.get(address)
    with django_assert_max_num_queries(15):
        client.get(address)


def test_what_was_cut_is_shown_when_it_is_asked_for(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    long = make.ticket(now=database_now(), subject="s" * 499 + "TU", body="b" * 99_999 + "CD")
    address = reverse("ticket", args=[long.reference])
    page, [message] = client.get(address).content.decode(), long.messages.all()
    assert (f"?rest={message.pk}#m{message.pk}" in page, "CD<" in page) == (True, False)

    whole = client.get(f"{address}?rest={message.pk}").content.decode()
    assert "show the rest" not in whole
    for words in ("The rest: <bdi>Subject", ">TU<", "The rest: <bdi>Message", ">CD<"):
        assert words in whole

    page = client.get(f"{reverse('ticket', args=[ticket.reference])}?rest={message.pk}").content.decode()
    assert "The rest" not in page


def test_what_was_cut_of_one_message_is_not_read_for_the_others(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    with transaction.atomic():
        for _ in range(3):
            replies.receive_customer_message(ticket=ticket, body="b" * 100_001, now=database_now())
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("ticket", args=[ticket.reference]))
    assert not [query["sql"] for query in asked if '"helpdesk_message"."rest",' in query["sql"]]


def test_no_reply_is_marked_as_needless_only_while_somebody_waits_for_one(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    address = reverse("ticket", args=[ticket.reference])
    assert place(ticket, "no-reply-needed") in client.get(address).content.decode()

    client.post(place(ticket, "messages"), typed(ticket))

    assert place(ticket, "no-reply-needed") not in client.get(address).content.decode()
