"""Who is named in a header of addresses."""

from __future__ import annotations

import pytest

from helpdesk.mail.reading.headers.mail_addresses import MailAddress, address_in, addresses_in


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ("eva@customer.example", "eva@customer.example", ""),
        ("<eva@customer.example>", "eva@customer.example", ""),
        ("Eva Müller <eva@customer.example>", "eva@customer.example", "Eva Müller"),
        ('"Müller, Eva" <eva@customer.example>', "eva@customer.example", "Müller, Eva"),
        ("Müller, Eva <eva@customer.example>", "eva@customer.example", "Müller, Eva"),
        ("=?utf-8?b?TcO8bGxlciwgRXZh?= <eva@customer.example>", "eva@customer.example", "Müller, Eva"),
        ("'Eva' via Help <help@shop.example>", "help@shop.example", "Eva' via Help"),
        ("eva@customer.example (Eva)", "eva@customer.example", "Eva"),
        ('"eva@customer.example" <eva@customer.example>', "eva@customer.example", "eva@customer.example"),
        ('"Eva \\"E\\" M" <eva@customer.example>', "eva@customer.example", 'Eva "E" M'),
        ('"Eva <eva@customer.example>', "eva@customer.example", "Eva"),
        ("Eva <mailto:eva@customer.example>", "eva@customer.example", "Eva"),
        ("Eva eva@customer.example jon@customer.example", "eva@customer.example", ""),
        ("Eva+Shop@Customer.example", "Eva+Shop@Customer.example", ""),
        ("அன்பு <அன்பு@உதாரணம்.example>", "அன்பு@உதாரணம்.example", "அன்பு"),
        ("Eva <eva@[192.0.2.7]>", "eva@[192.0.2.7]", "Eva"),
        ("Eva [eva@customer.example].", "eva@customer.example", ""),
        ("eva@a@b", "", ""),
        ("Eva <eva>", "", "Eva"),
        ("Eva", "", "Eva"),
        ("undisclosed-recipients:;", "", ""),
        ("<>", "", ""),
        ("", "", ""),
    ],
)
def test_an_author_is_read_however_written(written: str, address: str, name: str) -> None:
    assert address_in(written.encode()) == MailAddress(address, name)


def test_everybody_is_read_once_and_groups_are_their_members() -> None:
    written = b'Team: Jon <jon@x.example>, zoe@x.example;, "a, b" <ab@x.example>, JON@x.example, nobody'

    assert [each.address for each in addresses_in(written)] == [
        "jon@x.example",
        "zoe@x.example",
        "ab@x.example",
    ]


def test_what_has_no_address_is_nobody() -> None:
    assert addresses_in(b"undisclosed-recipients:;, nobody, a@b@c") == ()
