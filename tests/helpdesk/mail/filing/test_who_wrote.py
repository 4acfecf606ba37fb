"""Who wrote a mail that is from a form, a group or ourselves."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.models import Mailbox, MailOutcome, Store
from helpdesk.models.mail.raw_mail import MailReason
from tests.helpdesk.mail.filing.post import mail, post

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FORM = "Shop (Shopify) <mailer@shopify.com>"
GROUP = "'Jon Smith' via Support <support@shop.example>"


@pytest.fixture
def mailbox(shop: Store) -> Mailbox:
    return Mailbox.objects.create(
        store=shop, environment=shop.environment, address="help@shop.example", queue=shop.default_queue,
        mode="full", public_name="Shop", smtp_host="mail.shop.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "customer"),
    [
        ({"by": FORM, "Reply_To": "Jon <jon@example.com>"}, "jon@example.com"),
        ({"by": "wordpress@any.example", "Reply_To": "jon@example.com"}, "jon@example.com"),
        ({"by": GROUP, "X_Original_From": "Jon <jon@example.com>"}, "jon@example.com"),
        ({"by": "Jon <jon@example.com>", "X_Original_From": "eve@example.org"}, "jon@example.com"),
        ({"by": "Jon <jon@example.com>", "Reply_To": "eve@example.org"}, "jon@example.com"),
        ({"by": "Shop <Help@Shop.example>", "Reply_To": "jon@example.com"}, "jon@example.com"),
    ],
)
def test_the_customer_is_who_wrote_it(
    shop: Store, mailbox: Mailbox, headers: dict[str, Any], customer: str
) -> None:
    kept = post(shop, mail(**headers))

    assert kept.message is not None
    assert kept.message.ticket.customer.email == customer


def test_the_ticket_says_through_whom_it_came(shop: Store) -> None:
    kept = post(shop, mail(by=FORM, Reply_To="jon@example.com"))

    assert kept.message is not None
    assert kept.message.ticket.metadata == {"from": "mailer@shopify.com"}


def test_a_form_may_be_added_to_the_list(shop: Store, settings: pytest.FixtureRequest) -> None:
    settings.MAIL_FORM_SENDERS = ["@forms.example"]  # type: ignore[attr-defined]  # Django's

    kept = post(shop, mail(by="x@forms.example", Reply_To="jon@example.com"))

    assert kept.message is not None
    assert kept.message.ticket.customer.email == "jon@example.com"


def test_what_a_form_sends_never_joins_by_its_subject(shop: Store) -> None:
    first = post(shop, mail())
    assert first.message is not None

    subject = f"About {first.message.ticket.reference}"
    kept = post(shop, mail(by=FORM, Reply_To="jon@example.com", mid="two@shopify.com", subject=subject))

    assert kept.outcome == MailOutcome.OPENED


@pytest.mark.parametrize("by", ["help@shop.example", "Somebody without an address", '"" <>'])
def test_where_there_is_nobody_to_answer_it_is_set_aside(shop: Store, mailbox: Mailbox, by: str) -> None:
    kept = post(shop, mail(by=by))

    assert (kept.outcome, kept.reason) == (MailOutcome.SET_ASIDE, MailReason.NOBODY)
