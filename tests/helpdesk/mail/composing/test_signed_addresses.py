"""A reply address says of which ticket it is, and nobody but us can make one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.composing.address_text import LONGEST_LOCAL_PART
from helpdesk.mail.composing.signed_address import signed_address, ticket_of_address

KEY, OTHER = b"k" * 32, b"o" * 32
MAILBOX = "help@shop.example"
tickets = st.integers(0, 2**63 - 1)


@given(tickets)
def test_it_leads_back_to_its_ticket_in_whatever_case(ticket: int) -> None:
    address = signed_address(MAILBOX, ticket=ticket, key=KEY)

    assert address.endswith("@shop.example")
    assert len(address.partition("@")[0]) <= LONGEST_LOCAL_PART
    assert {ticket_of_address(each, keys=[KEY]) for each in (address, address.upper(), address.title())} == {
        ticket
    }


@given(tickets, st.integers(1, 2**62))
def test_no_other_ticket_s_token_and_no_other_key_s_is_believed(ticket: int, off: int) -> None:
    address = signed_address(MAILBOX, ticket=ticket, key=KEY)
    of_other = signed_address(MAILBOX, ticket=(ticket + off) % 2**63, key=OTHER)

    assert ticket_of_address(address, keys=[OTHER]) is None
    assert ticket_of_address(of_other, keys=[KEY]) is None
    assert ticket_of_address(address, keys=[OTHER, KEY]) == ticket


@given(tickets, st.data())
def test_one_changed_letter_makes_it_worthless(ticket: int, data: st.DataObject) -> None:
    local, _, domain = signed_address(MAILBOX, ticket=ticket, key=KEY).partition("@")
    place = data.draw(st.integers(len("help+"), len(local) - 1))
    letter = data.draw(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz234567").filter(lambda one: one != local[place])
    )
    forged = f"{local[:place]}{letter}{local[place + 1 :]}@{domain}"

    assert ticket_of_address(forged, keys=[KEY]) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "help",
        "help@shop.example",
        "help+@shop.example",
        "help+urgent@shop.example",
        "help+א@x",
        "+" * 999,
    ],
)
def test_an_address_that_is_not_signed_is_of_no_ticket(address: str) -> None:
    assert ticket_of_address(address, keys=[KEY]) is None


@given(st.text())
def test_whatever_stands_in_an_address_is_read_without_a_fault(address: str) -> None:
    assert ticket_of_address(f"help+{address}@shop.example", keys=[KEY]) is None


def test_a_mailbox_with_a_plus_of_its_own_keeps_it() -> None:
    address = signed_address("help+shop@x.example", ticket=7, key=KEY)

    assert address.startswith("help+shop+")
    assert ticket_of_address(address, keys=[KEY]) == 7


def test_a_mailbox_whose_name_leaves_no_room_is_answered_unsigned() -> None:
    long = "a" * 50 + "@x.example"

    assert signed_address(long, ticket=7, key=KEY) == long
