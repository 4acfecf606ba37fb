"""Who gets a copy of a reply: offered by the mail before it, typed, named on the buttons, and told on the timeline."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from helpdesk.conversation.recipients import MOST_RECIPIENTS, Recipient
from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.models import Customer, Mailbox, Message, MessageParty, Ticket
from tests.helpdesk.mail.filing.post import MIRA, mail, post
from tests.make import Make

pytestmark = pytest.mark.django_db

CROWD = "help@shop.example, Ann <ann@office.example>, no-reply@courier.example"


@pytest.fixture
def mailbox(make: Make, settings: Settings) -> Mailbox:
    """A mailbox by which answers leave at once."""
    settings.HOLD_REPLIES = timedelta()
    return make.mailbox()


@pytest.fixture
def ticket(make: Make, mailbox: Mailbox) -> Ticket:
    """A ticket that came by mail, to us and to others."""
    make.agent()
    message = post(make.store(), mail(To=CROWD, Cc='"Levi, Dana" <dana@home.example>')).message
    assert message
    return message.ticket


@pytest.fixture
def owner(make: Make, client: Client, ticket: Ticket) -> Client:
    client.force_login(make.agent())
    return client


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(reverse("ticket", args=[ticket.reference])).content.decode()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def offered(page: str) -> str | None:
    """Return what stands in the field, as a browser shows it."""
    found = re.search(r'<textarea name="cc"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"') if found else None


def send(client: Client, ticket: Ticket, cc: str, **fields: object) -> tuple[int, str]:
    ticket.refresh_from_db()
    start = {"mode": "public", "then": "wait", "body": "Here it is.", "seen_seq": ticket.last_seq}
    typed = {**start, "token": uuid4(), "cc": cc, **fields}
    answer = client.post(reverse("ticket-messages", args=[ticket.reference]), typed)
    return answer.status_code, answer.content.decode()


def copies_of(message: Message) -> list[str]:
    return list(message.parties.filter(role="cc").in_order().values_list("address", flat=True))


def reply_of(ticket: Ticket) -> Message:
    return ticket.messages.get(author="agent")


def test_of_a_mail_to_a_crowd_it_is_said_that_not_all_are_offered(make: Make, owner: Client) -> None:
    def answering(people: int) -> str:
        named = ", ".join(f"c{number}@home.example" for number in range(people))
        message = post(make.store(), mail(Cc=named, mid=f"{people}@home.example")).message
        assert message
        return page_of(owner, message.ticket)

    more, all_of_them = answering(MOST_RECIPIENTS), answering(MOST_RECIPIENTS - 2)
    assert (offered(more) or "").count("@") == MOST_RECIPIENTS - 1
    assert "whoever else was named in the mail gets no copy" in words(more)
    assert "gets no copy" not in words(all_of_them)


def test_whoever_else_was_written_to_is_offered_and_named_on_the_buttons(
    owner: Client, ticket: Ticket
) -> None:
    page = page_of(owner, ticket)

    assert offered(page) == 'Ann <ann@office.example>, "Levi, Dana" <dana@home.example>'
    assert "Send to <bdi>Jon</bdi> and 2 others, and wait" in " ".join(page.split())
    assert "New here" not in page


def test_a_reply_goes_to_exactly_those_who_stand_there(owner: Client, ticket: Ticket) -> None:
    assert send(owner, ticket, "dana@home.example, Eve <eve@example.net>")[0] == 302

    assert copies_of(reply_of(ticket)) == ["dana@home.example", "eve@example.net"]
    assert list(reply_of(ticket).parties.filter(is_new=True).values_list("name", flat=True)) == ["Eve"]
    told = words(page_of(owner, ticket))
    assert "Cc: dana@home.example, Eve new here" in told
    assert "To: Ann, no-reply@courier.example Cc: Levi, Dana" in told


def test_whom_one_left_out_is_not_offered_again(owner: Client, ticket: Ticket) -> None:
    send(owner, ticket, "dana@home.example")
    assert offered(page_of(owner, ticket)) == "dana@home.example"

    send(owner, ticket, "")
    assert offered(page_of(owner, ticket)) == ""


def test_a_third_party_s_mail_and_a_machine_s_answer_offer_nobody(
    owner: Client, ticket: Ticket, make: Make
) -> None:
    third = mail(
        "I am his wife", by=MIRA, mid="w@example.org", answers=["one@example.com"], Cc="eve@x.example"
    )
    post(make.store(), third)

    assert "eve@x.example" not in (offered(page_of(owner, ticket)) or "")


@pytest.mark.parametrize(
    ("cc", "sentence"),
    [
        ("ann@office.example, bob", "\u2068bob\u2069 is no e-mail address that we can write to."),
        ("jörg@home.example", "\u2068jörg@home.example\u2069 is no e-mail address that we can write to."),
        (", ".join(f"c{n}@x.example" for n in range(MOST_RECIPIENTS)), "goes to 20 people at most."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_lost(
    owner: Client, ticket: Ticket, cc: str, sentence: str
) -> None:
    status, page = send(owner, ticket, cc, body="A long answer.")

    assert (status, offered(page)) == (422, cc)
    assert sentence in page
    assert "A long answer." in page
    assert not ticket.messages.filter(author="agent").exists()


def test_a_note_has_no_copies_whatever_stands_there(owner: Client, ticket: Ticket) -> None:
    assert send(owner, ticket, "nonsense", mode="note")[0] == 302

    assert not MessageParty.objects.filter(message=reply_of(ticket)).exists()


def test_sent_twice_with_other_copies_it_says_so(owner: Client, ticket: Ticket) -> None:
    token = uuid4()
    assert send(owner, ticket, "dana@home.example", token=token)[0] == 302
    assert send(owner, ticket, "DANA@home.example, jon@example.com", token=token)[0] == 302

    status, page = send(owner, ticket, "eve@example.net", token=token)

    assert (status, offered(page)) == (409, "eve@example.net")
    assert "An earlier version of this was sent already" in page
    assert copies_of(reply_of(ticket)) == ["dana@home.example"]


def test_while_one_types_the_server_says_what_the_buttons_say(owner: Client, ticket: Ticket) -> None:
    def say(cc: str) -> str:
        asked = owner.post(reverse("ticket-message-copies", args=[ticket.reference]), {"cc": cc})
        return words(asked.content.decode())

    assert say("").startswith("Send and wait for the customer")
    assert say("ann@office.example, jon@example.com").startswith("Send to Jon and 1 other, and wait")
    assert "New here: Eve <eve@x.example>" in say("Eve <eve@x.example>").replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert "is no e-mail address" in say("ann@")


def test_a_name_of_a_stranger_is_no_markup(owner: Client, ticket: Ticket) -> None:
    hostile = "<script>alert(1)</script>\u202e"
    Customer.objects.update(name=hostile)
    with_name = [Recipient("ann@office.example", hostile), Recipient("eve@x.example", hostile)]
    reply_in_public(ticket=ticket, author=None, body="Yes.", now=database_now(), cc=with_name)

    page = page_of(owner, ticket)

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("lacking", ["mailbox", "address"])
def test_where_nothing_leaves_by_mail_no_copies_are_offered_and_none_get_lost(
    owner: Client, ticket: Ticket, lacking: str
) -> None:
    if lacking == "mailbox":
        Mailbox.objects.all().delete()
    else:
        Customer.objects.update(email="", email_key=None)
    assert offered(page_of(owner, ticket)) is None

    status, page = send(owner, ticket, "ann@office.example")

    assert (status, offered(page)) == (422, "ann@office.example")
    assert "nobody else would get this one" in page


def test_an_outsider_learns_nothing_of_who_took_part(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent("outsider"))
    address = reverse("ticket-message-copies", args=[ticket.reference])

    assert client.post(address, {"cc": "ann@office.example"}).status_code == 404


def test_a_page_of_mail_costs_few_statements_however_many_take_part(
    owner: Client, ticket: Ticket, django_assert_max_num_queries: DjangoAssertNumQueries, make: Make
) -> None:
    for number in range(10):
        to = [Recipient(f"c{number}-{each}@x.example") for each in range(10)]
        reply_in_public(ticket=ticket, author=make.agent(), body="Yes.", now=database_now(), cc=to)
    page_of(owner, ticket)
    with django_assert_max_num_queries(20):
        page_of(owner, ticket)
