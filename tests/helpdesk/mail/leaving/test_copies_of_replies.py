"""A reply goes to its customer and to whoever is on Cc, and is the customer's answer whatever becomes of copies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation.recipients import (
    MOST_RECIPIENTS,
    NothingLeavesByMail,
    Recipient,
    TooManyRecipients,
)
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Customer, Delivery, Leaving, Mailbox, MailedReply, Message, MessageParty, Ticket
from helpdesk.outbox import limits
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]
ANN, EVE = Recipient("Ann@Office.example", "Ann, of the office"), Recipient("eve@example.net")
ANN_TOO = Recipient("ann@office.example", "Ann")


@pytest.fixture
def message(make: Make, ticket: Ticket) -> Message:
    return reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2), cc=[ANN, EVE])


def unreached() -> list[str]:
    return list(MessageParty.objects.exclude(failed_at=None).values_list("address", flat=True))


def waits(ticket: Ticket) -> bool:
    return Ticket.objects.get(pk=ticket.pk).waiting_since is not None


def test_it_goes_to_all_of_them_in_one_mail(message: Message, server: MailServer, let_out: LetOut) -> None:
    let_out(3)

    [taken] = server.taken
    assert taken.message["To"] == "Dana Levi <dana@home.example>"
    assert taken.message["Cc"] == '"Ann, of the office" <Ann@Office.example>, eve@example.net'
    assert taken.recipients == ["dana@home.example", "Ann@Office.example", "eve@example.net"]
    assert set(MessageParty.objects.values_list("taken_at", flat=True)) == {minute(3)}


def test_to_whom_is_settled_when_send_is_pressed(
    message: Message, server: MailServer, let_out: LetOut
) -> None:
    Customer.objects.update(email="new@home.example", email_key="new@home.example", name="Dana")
    let_out(3)

    assert server.taken[0].recipients[0] == "dana@home.example"


def test_nobody_gets_it_twice(make: Make, ticket: Ticket, server: MailServer, let_out: LetOut) -> None:
    copies = [ANN, ANN_TOO, Recipient("DANA@home.example")]
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2), cc=copies)
    let_out(3)

    assert server.taken[0].recipients == ["dana@home.example", "Ann@Office.example"]


def test_more_than_so_many_are_refused(make: Make, ticket: Ticket) -> None:
    crowd = [Recipient(f"c{number}@example.com") for number in range(MOST_RECIPIENTS)]
    with pytest.raises(TooManyRecipients, match="20"), transaction.atomic():
        reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2), cc=crowd)

    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2), cc=crowd[1:])
    assert MessageParty.objects.count() == MOST_RECIPIENTS


def test_where_nothing_leaves_by_mail_there_are_no_copies(make: Make, ticket: Ticket) -> None:
    Mailbox.objects.all().delete()
    with pytest.raises(NothingLeavesByMail), transaction.atomic():
        reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2), cc=[ANN])


def test_a_copy_that_is_refused_for_good_is_noted_and_the_reply_has_left(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused["eve@example.net"] = 550
    let_out(3)
    let_out(60)

    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.said) == (Leaving.LEFT, "eve@example.net: 550 so be it")
    assert (unreached(), waits(ticket), len(server.taken)) == (["eve@example.net"], False, 1)


def test_a_copy_that_is_put_off_goes_later_and_to_nobody_else(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused["eve@example.net"] = 451
    let_out(3)
    assert MailedReply.objects.get().state == Leaving.LEFT

    server.refused.clear()
    let_out(10)

    assert [taken.recipients for taken in server.taken] == [
        ["dana@home.example", "Ann@Office.example"],
        ["eve@example.net"],
    ]
    assert len({taken.message["Message-ID"] for taken in server.taken}) == 1
    assert server.taken[1].message["To"] == "Dana Levi <dana@home.example>"


@pytest.mark.parametrize(
    "refused", [["eve@example.net"], ["dana@home.example", "Ann@Office.example", "eve@example.net"]]
)
def test_the_outbox_names_nobody_who_has_it_not_yet(
    message: Message, server: MailServer, let_out: LetOut, refused: list[str]
) -> None:
    server.refused.update(dict.fromkeys(refused, 451))
    let_out(3)

    delivery = Delivery.objects.get()
    assert delivery.due_at is not None
    assert "@" not in repr([delivery.missed, delivery.last_error, delivery.reached])


def test_a_copy_that_is_given_up_is_noted_and_nothing_is_taken_back(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused["eve@example.net"] = 451
    for attempt in range(limits.MOST_ATTEMPTS + 1):
        let_out(3 + 600 * attempt)

    assert Delivery.objects.get().given_up_at is not None
    assert (unreached(), waits(ticket)) == (["eve@example.net"], False)


def test_it_has_not_left_while_only_copies_have(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused["dana@home.example"] = 451
    let_out(3)
    let_out(8)
    assert (MailedReply.objects.get().state, waits(ticket)) == (Leaving.LEAVING, True)

    server.refused.clear()
    let_out(30)

    assert (MailedReply.objects.get().left_at, waits(ticket)) == (minute(30), False)
    assert server.taken[1].recipients == ["dana@home.example"]


def test_refused_for_the_customer_alone_it_is_taken_back(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused["dana@home.example"] = 550
    let_out(3)
    server.refused.clear()
    let_out(60)

    assert MailedReply.objects.get().state == Leaving.REFUSED
    assert Message.objects.get(pk=message.pk).bounced_at == minute(3)
    assert (Ticket.objects.get(pk=ticket.pk).waiting_since, len(server.taken)) == (NOW, 1)


def test_refused_for_the_customer_and_put_off_for_a_copy_it_is_taken_back_at_once(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    everybody = {"dana@home.example": 550, "Ann@Office.example": 550, "eve@example.net": 451}
    server.refused.update(everybody)
    let_out(3)
    server.refused.clear()
    let_out(60)

    assert (MailedReply.objects.get().state, waits(ticket), server.taken) == (Leaving.REFUSED, True, [])
    assert unreached() == ["dana@home.example", "Ann@Office.example"]


def test_put_off_for_the_customer_the_copies_that_never_arrive_are_noted(
    message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused |= {"dana@home.example": 451, "Ann@Office.example": 550, "eve@example.net": 550}
    let_out(3)
    server.refused.clear()
    let_out(4)

    assert unreached() == ["Ann@Office.example", "eve@example.net"]
    assert [taken.recipients for taken in server.taken] == [["dana@home.example"]]


def test_dead_after_it_was_noted_only_those_are_tried_who_have_it_not(
    message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused["eve@example.net"] = 451
    let_out(3)
    Delivery.objects.update(due_at=minute(4), reached=[])
    server.refused.clear()
    let_out(4)

    assert server.taken[1].recipients == ["eve@example.net"]


def test_where_whom_it_is_to_was_erased_nobody_gets_a_copy_and_it_is_taken_back(
    message: Message, server: MailServer, let_out: LetOut
) -> None:
    MessageParty.objects.filter(role="to").delete()
    let_out(3)

    assert (MailedReply.objects.get().state, server.taken) == (Leaving.REFUSED, [])


def test_whoever_was_erased_meanwhile_gets_nothing(
    make: Make, message: Message, server: MailServer, let_out: LetOut
) -> None:
    eve = make.ticket(email="eve@example.net").customer
    with transaction.atomic():
        erase_customer(customer=eve)
    let_out(3)

    assert server.taken[0].recipients == ["dana@home.example", "Ann@Office.example"]
