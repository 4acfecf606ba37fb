"""What a mail said as HTML is kept with its message, harmless, where it shows more than the text."""

from __future__ import annotations

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.models import Customer, Message, MessageMarkup, Store
from tests.helpdesk.mail.filing.post import MIRA, mail, post

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HTML = "text/html; charset=utf-8"
TABLE = (
    "<p>Both:</p><table><tr><td>One</td><td onclick=alert(1)>Two</td></tr></table><script>alert(1)</script>"
)
KEPT = "<p>Both:</p><table><tbody><tr><td>One</td><td>Two</td></tr></tbody></table>"


def kept_of(message: Message | None) -> str:
    return MessageMarkup.objects.get(message=message).html


def test_it_is_kept_beside_the_text_of_what_opens_and_what_joins(shop: Store) -> None:
    opened = post(shop, mail(TABLE, Content_Type=HTML)).message
    joined = post(
        shop, mail(TABLE, mid="two@example.com", answers=["one@example.com"], Content_Type=HTML)
    ).message
    third = post(
        shop, mail(TABLE, mid="wife@example.org", by=MIRA, answers=["two@example.com"], Content_Type=HTML)
    ).message

    assert opened
    assert opened.body == "Both:\n\nOne\tTwo"
    assert [kept_of(each) for each in (opened, joined, third)] == [KEPT] * 3


def test_of_what_says_no_more_than_its_text_nothing_is_kept(shop: Store) -> None:
    post(shop, mail("<div>Where is it?<br>Jon</div>", Content_Type=HTML))

    assert not MessageMarkup.objects.exists()


def test_a_text_with_tags_in_it_is_a_text(shop: Store) -> None:
    message = post(shop, mail(TABLE)).message

    assert message
    assert message.body == TABLE
    assert not MessageMarkup.objects.exists()


def test_what_comes_twice_is_kept_once(shop: Store) -> None:
    post(shop, mail(TABLE, Content_Type=HTML))
    post(shop, mail(TABLE, Received="by another way", Content_Type=HTML))

    assert MessageMarkup.objects.count() == 1


def test_it_is_forgotten_with_its_customer(shop: Store) -> None:
    post(shop, mail(TABLE, Content_Type=HTML))
    post(shop, mail(TABLE, mid="other@example.org", by=MIRA, Content_Type=HTML))

    with transaction.atomic():
        erase_customer(customer=Customer.objects.get(email="jon@example.com"))

    [left] = MessageMarkup.objects.all()
    assert left.message.ticket.customer.email == "mira@example.org"
