"""Long addresses go on in the next line where one can read them on, and are what they were when they are copied."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.templatetags.shell import breakable
from tests.make import Make


@pytest.mark.parametrize(("address", "said"), [
    ("jon@mail.example.com", "jon@<wbr>mail.<wbr>example.<wbr>com"),
    ("jon.doe+a@example.", "jon.<wbr>doe+a@<wbr>example."),
    ("<b>@x.example", "&lt;b&gt;@<wbr>x.<wbr>example"),
    ("J. R. Doe & Co.", "J. R. Doe &amp; Co."),
])  # fmt: skip
def test_a_line_may_end_after_the_at_sign_and_after_a_dot_and_names_are_left_alone(
    address: str, said: str
) -> None:
    assert breakable(address) == said


@pytest.mark.django_db
def test_so_the_customer_stands_beside_their_ticket(client: Client, make: Make) -> None:
    ticket = make.ticket(customer={"email": "somebody.with.a.long.name@department.shop.example"})
    client.force_login(make.agent())

    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()

    assert "somebody.<wbr>with.<wbr>a.<wbr>long.<wbr>name@<wbr>department.<wbr>shop.<wbr>example" in page
