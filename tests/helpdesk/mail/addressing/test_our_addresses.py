"""Which addresses are ours: those of our mailboxes, whatever stands behind a plus, and what we have signed."""

from __future__ import annotations

import pytest

from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.mail.composing.signed_address import signed_address
from helpdesk.mail.leaving.mail_keys import mail_keys
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SIGNED = signed_address("gone@old.example", ticket=7, key=mail_keys()[0])


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("help@shop.example", True),
        ("Help+anything@Shop.example", True),
        ("returns@shop.example", True),
        (SIGNED, True),
        (SIGNED.upper(), True),
        ("attend@localhost", True),
        ("help@shop.example.net", False),
        ("helper@shop.example", False),
        ("demo@shop.example", False),
        ("gone+aaaaaaaaaaaaaaaaaa@old.example", False),
        ("", False),
    ],
)
def test_ours_are(make: Make, address: str, ours: bool) -> None:
    make.mailbox(aliases=["returns@shop.example"])
    make.mailbox("demo@shop.example", store=make.store("Demo", environment="demo"))

    assert (address in OurAddresses("live")) is ours
