"""To whom a reply by the API goes: those it names, else those whom the page would offer; each with its fate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation.inquiries import ask_outside
from helpdesk.conversation.recipients import MOST_RECIPIENTS, Recipient, recipients
from helpdesk.database.instant import database_now
from helpdesk.mail.leaving.reply_outcome import Handover, note_handover
from helpdesk.models import Agent, Customer, IdempotentRequest, Mailbox, MailboxMode, MailedReply, Ticket
from helpdesk.tickets import merging
from tests.helpdesk.api.conftest import Answer, Caller, Callers, assert_problem, told
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import NOW, Make

AGENT = {"kind": "agent", "agent": "owner@example.com"}
CROWD = "help@shop.example, Ann <ann@office.example>, no-reply@courier.example"
Reply = Callable[..., Answer]


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    return make.mailbox(aliases=["info@shop.example"])


@pytest.fixture
def ticket(make: Make, mailbox: Mailbox) -> Ticket:
    """A ticket that came by mail, to us and to others."""
    make.agent()
    message = post(make.store(), mail(To=CROWD, Cc="Dana <dana@home.example>")).message
    assert message
    return message.ticket


@pytest.fixture
def reply(caller: Caller, ticket: Ticket) -> Reply:
    """Answer as an agent."""

    def send(**said: Any) -> Answer:
        answering = {"body": "Here it is.", "author": AGENT, **said}
        return caller.post(f"/tickets/{ticket.reference}/messages", answering)

    return send


def went_to(answer: Answer) -> list[tuple[str, str]]:
    recipients = told(answer)["message"]["delivery"]["recipients"]
    return [(each["line"], each["email"]) for each in recipients]


def test_it_goes_to_whom_the_page_would_offer_unless_told(reply: Reply) -> None:
    offered = [("to", "jon@example.com"), ("cc", "ann@office.example"), ("cc", "dana@home.example")]

    assert went_to(reply()) == offered
    assert went_to(reply(cc=None)) == offered


def test_whoever_is_named_gets_a_copy_and_nobody_else(reply: Reply) -> None:
    answer = reply(cc=[" eve@example.net", "DANA@home.example", "jon@example.com", "dana@home.example"])

    delivery = told(answer)["message"]["delivery"]
    assert [(each["email"], each["newcomer"]) for each in delivery["recipients"]] == [
        ("jon@example.com", False),
        ("eve@example.net", True),
        ("DANA@home.example", False),
    ]
    assert told(answer)["ticket"]["warnings"] == []


def test_an_empty_list_is_for_the_customer_alone_and_holds_for_the_next(reply: Reply) -> None:
    assert went_to(reply(cc=[])) == [("to", "jon@example.com")]
    assert went_to(reply()) == [("to", "jon@example.com")]


def test_addresses_of_ours_are_left_out_and_named(reply: Reply) -> None:
    answer = reply(cc=["help+t1@shop.example", "eve@example.net", "Info@shop.example"])

    assert went_to(answer) == [("to", "jon@example.com"), ("cc", "eve@example.net")]
    assert told(answer)["ticket"]["warnings"] == [
        "/cc/0 is an address of ours, and was left out.",
        "/cc/2 is an address of ours, and was left out.",
    ]


def test_it_says_of_each_whether_they_have_it(reply: Reply, caller: Caller, ticket: Ticket) -> None:
    number = int(told(reply(cc=["eve@example.net", "gone@example.net"]))["message"]["id"])
    sent = MailedReply.objects.select_related("message__ticket").get(pk=number)
    jon, eve, gone = sent.message.parties.in_order()

    def note(now: datetime, **became: Any) -> list[Any]:
        note_handover(sent, Handover(**became), words="", now=now)
        said = told(caller.get(f"/tickets/{ticket.reference}/messages"))["data"][-1]
        delivery = said["delivery"]
        return [
            delivery["state"],
            *((each["taken_at"], each["failed_at"]) for each in delivery["recipients"]),
        ]

    at, nothing = "2026-03-09T15:00:00Z", (None, None)
    assert note(NOW, taken=[jon], failed=[gone], later=[eve]) == ["left", (at, None), nothing, (None, at)]


@pytest.mark.parametrize(
    ("cc", "code", "pointer"),
    [
        (["eve@example.net", "bob"], "misfit", "/cc/1"),
        (["jörg@home.example"], "no-address", "/cc/0"),
        ("eve@example.net", "misfit", "/cc"),
        ([f"c{number}@x.example" for number in range(MOST_RECIPIENTS)], "too-many-recipients", "/cc"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    reply: Reply, ticket: Ticket, cc: object, code: str, pointer: str
) -> None:
    assert_problem(reply(cc=cc), 422, code, pointer)

    assert not ticket.messages.filter(author="agent").exists()


def test_every_address_that_is_none_is_named(reply: Reply) -> None:
    problem = told(reply(cc=["jörg@home.example", "eve@example.net", "jürgen@home.example"]))

    assert [fault["pointer"] for fault in problem["errors"]] == ["/cc/0", "/cc/2"]


@pytest.mark.parametrize(
    "said",
    [
        {"public": False},
        {"automatic": True},
        {"way": "phone"},
        {"imported": True},
        {"author": {"kind": "customer"}},
        {"author": {"kind": "bot"}},
        {"author": {"kind": "system"}},
    ],
)
def test_only_what_an_agent_writes_to_the_customer_has_copies(reply: Reply, said: dict[str, Any]) -> None:
    assert_problem(reply(cc=["eve@example.net"], **said), 422, "contradiction", "/cc")

    assert reply(cc=[], **said).status_code == 201


def test_a_machine_writes_to_the_customer_alone(reply: Reply) -> None:
    assert went_to(reply(author={"kind": "bot"})) == [("to", "jon@example.com")]


@pytest.mark.parametrize("lacking", ["mailbox", "an answering mailbox", "address"])
def test_where_nothing_leaves_by_mail_nobody_can_be_named(reply: Reply, lacking: str) -> None:
    match lacking:
        case "mailbox":
            Mailbox.objects.all().delete()
        case "address":
            Customer.objects.update(email="", email_key=None)
        case _:
            Mailbox.objects.update(mode=MailboxMode.WATCH)

    assert_problem(reply(cc=["eve@example.net"]), 422, "nothing-leaves-by-mail", "/cc")

    said = told(reply())["message"]
    assert (said["delivery"], said["outside"]) == (None, False)


def test_a_repeat_says_where_its_copies_differ(reply: Reply) -> None:
    first = {"external_id": "m-1", "cc": ["eve@example.net"]}
    differs = "cc differs from what was stored at first, and was not changed."
    assert reply(**first).status_code == 201

    assert told(reply(**first))["ticket"]["warnings"] == []
    assert told(reply(external_id="m-1"))["ticket"]["warnings"] == []
    assert (
        told(reply(external_id="m-1", cc=["EVE@example.net", "jon@example.com"]))["ticket"]["warnings"] == []
    )
    assert told(reply(external_id="m-1", cc=[]))["ticket"]["warnings"] == [differs]
    assert went_to(reply(external_id="m-1", cc=[]))[1:] == [("cc", "eve@example.net")]


def test_who_had_a_copy_and_is_erased_is_named_by_no_answer_that_is_kept(
    reply: Reply, caller: Caller, ticket: Ticket, make: Make
) -> None:
    eve = make.ticket(customer={"email": "eve@example.net", "name": "Eve"}).customer
    said = {"body": "Here it is.", "author": AGENT, "cc": ["Eve@Example.net"]}

    def send() -> Answer:
        return caller.post(f"/tickets/{ticket.reference}/messages", said, idempotency_key="k1")

    assert went_to(send())[1:] == [("cc", "Eve@Example.net")]

    erase_customer(customer=eve)

    again = send()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert went_to(again) == [("to", "jon@example.com")]
    assert "eve" not in str(told(caller.get(f"/tickets/{ticket.reference}/messages"))).lower()
    assert not [one for one in IdempotentRequest.objects.all() if b"eve" in bytes(one.body or b"").lower()]


def test_of_a_merged_ticket_it_is_the_last_of_the_chain_that_says_to_whom(
    reply: Reply, ticket: Ticket, make: Make
) -> None:
    message = post(
        make.store(), mail(mid="two@example.com", Cc="wife@home.example", subject="Another")
    ).message
    assert message
    with transaction.atomic():
        merging.merge(ticket=ticket, into=message.ticket, by=make.agent(), now=database_now())

    assert went_to(reply()) == [("to", "jon@example.com"), ("cc", "wife@home.example")]


def test_whom_a_letter_to_somebody_else_went_to_is_for_keys_that_read_notes(
    callers: Callers, ticket: Ticket, mailbox: Mailbox, make: Make
) -> None:
    letter = ask_the_courier(ticket, by=make.agent())

    path = f"/tickets/{ticket.reference}/messages"
    [told_of] = told(callers(scopes=["read", "notes"]).get(path))["data"][1:]
    assert (told_of["id"], told_of["public"], told_of["outside"]) == (str(letter), False, True)
    assert [each["email"] for each in told_of["delivery"]["recipients"]] == ["depot@courier.example"]
    assert "courier.example" not in str(told(callers(scopes=["read"]).get(path))["data"][1:])


def ask_the_courier(ticket: Ticket, *, by: Agent) -> int:
    to = recipients(Recipient("depot@courier.example"))
    with transaction.atomic():
        letter = ask_outside(ticket=ticket, author=by, body="Where is it?", to=to, now=database_now())
    return letter.pk
