"""Addresses as people type and paste them: all of them are read, or the first that is none is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.conversation.recipients import Recipient
from helpdesk.mail.addressing.typed_addresses import NoAddress, as_typed, typed_recipients

ANN, DANA = Recipient("ann@office.example", "Ann"), Recipient("dana@home.example", "Levi, Dana")


@pytest.mark.parametrize(
    "text",
    [
        'Ann <ann@office.example>, "Levi, Dana" <dana@home.example>',
        '"Ann" <ann@office.example>;"Levi, Dana"<dana@home.example>;',
        'Ann <ann@office.example>\n  "Levi, Dana" <dana@home.example>\n\n',
    ],
)
def test_names_stand_before_their_addresses(text: str) -> None:
    assert typed_recipients(text) == [ANN, DANA]


@pytest.mark.parametrize("text", ["", " , ;\n", "\u200b"])
def test_nothing_is_nobody(text: str) -> None:
    assert typed_recipients(text) == []


def test_bare_addresses_do() -> None:
    found = typed_recipients("ann@office.example,<dana@home.example>")
    assert found == [Recipient("ann@office.example"), Recipient("dana@home.example")]


def test_an_address_copied_from_a_link_is_that_address() -> None:
    assert typed_recipients("mailto:ann@office.example") == [Recipient("ann@office.example")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ann", "ann"),
        ("ann@office.example, bob", "bob"),
        ("ann@office.example bob@office.example", "ann@office.example bob@office.example"),
        ("Levi, Dana <dana@home.example>", "Levi"),
        ("Ann <ann@office.example> and more", "Ann <ann@office.example> and more"),
        ("Ann <ann@office.example", "Ann <ann@office.example"),
        ("ann@@office.example", "ann@@office.example"),
        ("ann@office.example\x00", "ann@office.example"),
        ("jörg@home.example", "jörg@home.example"),
        ("a\u202en@office.example", "an@office.example"),
        ("a@" + "b" * 300 + ".example", "a@" + "b" * 58),
        ("a@b\r\nBcc: c@d.example", "Bcc: c@d.example"),
    ],
)
def test_what_is_no_address_is_named_and_nothing_is_guessed(text: str, named: str) -> None:
    with pytest.raises(NoAddress) as refused:
        typed_recipients(text)
    assert str(refused.value) == f"\u2068{named}\u2069 is no e-mail address that we can write to."


@given(st.lists(st.builds(Recipient, st.just("ann@office.example"), st.text(max_size=20))))
def test_whatever_somebody_is_called_what_we_type_names_them_again(people: list[Recipient]) -> None:
    again = typed_recipients(as_typed(people))

    assert [each.address for each in again] == [each.address for each in people]
    assert as_typed(again) == as_typed(people)
