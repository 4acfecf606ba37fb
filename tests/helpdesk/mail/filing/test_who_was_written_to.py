"""Who wrote a mail and to whom is kept with the message that it has become."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.mail import past_mail
from helpdesk.mail.filing.mail_parties import MOST_PARTIES
from helpdesk.models import Customer, Message, MessageParty, Status, Store, Ticket
from tests.helpdesk.mail.filing.post import MIRA, mail, post
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

AWHILE = timedelta(days=90)
SECOND = timedelta(seconds=1)


def parties(message: Message | None) -> list[tuple[str, str, str]]:
    """Return role, name and address of each, in their order."""
    return list(
        MessageParty.objects.filter(message=message).in_order().values_list("role", "name", "address")
    )


def test_sender_to_and_cc_are_kept_as_the_mail_names_them(shop: Store) -> None:
    to, cc = "help@shop.example, Ann <Ann@Office.example>", '"Levi, Dana" <dana@home.example>'
    kept = post(shop, mail(To=to, Cc=cc))

    assert parties(kept.message) == [
        ("sender", "Jon", "jon@example.com"),
        ("to", "", "help@shop.example"),
        ("to", "Ann", "Ann@Office.example"),
        ("cc", "Levi, Dana", "dana@home.example"),
    ]
    assert MessageParty.objects.get(name="Ann").address_key == "ann@office.example"


def test_so_are_those_of_what_joins_and_of_what_a_third_party_writes(shop: Store) -> None:
    post(shop, mail())
    joined = post(shop, mail("And?", mid="two@example.com", answers=["one@example.com"], Cc=MIRA))
    third = post(shop, mail("I am his wife", mid="wife@example.org", by=MIRA, answers=["two@example.com"]))

    assert parties(joined.message)[-1] == ("cc", "Mira", "mira@example.org")
    assert parties(third.message)[0] == ("sender", "Mira", "mira@example.org")


def test_of_a_form_it_is_the_one_who_filled_it_in(shop: Store) -> None:
    kept = post(shop, mail(by="mailer@shopify.com", Reply_To="Ann <ann@office.example>"))

    assert parties(kept.message)[0] == ("sender", "Ann", "ann@office.example")


def test_one_address_is_kept_once_in_a_line_and_so_many_of_a_mail(shop: Store) -> None:
    crowd = ", ".join(f"c{number}@example.com" for number in range(MOST_PARTIES + 50))
    kept = post(shop, mail(To="help@shop.example, HELP@shop.example", Cc=crowd))

    found = parties(kept.message)
    assert [role for role, _name, _address in found].count("to") == 1
    assert len(found) == MOST_PARTIES


def test_names_that_no_table_or_line_holds_stand_in_their_way_not_at_all(shop: Store) -> None:
    kept = post(shop, mail(Cc='"Eve\x00\x07 \u202e" <eve@example.net>, <no address>, "\r\n"'))

    assert parties(kept.message)[-1][2] == "eve@example.net"


def test_the_same_message_by_another_way_adds_nobody(shop: Store) -> None:
    first = post(shop, mail())
    post(shop, mail(Cc=MIRA))

    assert [role for role, _name, _address in parties(first.message)] == ["sender", "to"]


def test_they_are_forgotten_with_the_mail_but_not_on_a_live_ticket(shop: Store) -> None:
    lives, rests = (post(shop, mail(mid=f"{word}@example.com")).message for word in ("one", "two"))
    assert lives
    assert rests
    Ticket.objects.filter(pk=rests.ticket_id).update(status=Status.RESOLVED)
    assert past_mail.forget_parties(kept_for=AWHILE, now=NOW + AWHILE) == 0

    assert past_mail.forget_parties(kept_for=AWHILE, now=NOW + AWHILE + SECOND) == 2
    assert (len(parties(lives)), parties(rests)) == (2, [])


def test_with_a_customer_go_those_of_their_tickets_and_their_own_address_everywhere(shop: Store) -> None:
    theirs = post(shop, mail(Cc=MIRA)).message
    elsewhere = post(shop, mail(by="eve@example.net", mid="eve@example.net", Cc="Jon@example.com")).message

    with transaction.atomic():
        erase_customer(customer=Customer.objects.get(email="jon@example.com"))

    assert parties(theirs) == []
    assert [address for _role, _name, address in parties(elsewhere)] == [
        "eve@example.net",
        "help@shop.example",
    ]
