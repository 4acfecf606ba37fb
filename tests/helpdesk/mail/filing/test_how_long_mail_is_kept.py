"""Mail as it came is kept for a while; that of a customer who is erased goes with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.mail import past_mail
from helpdesk.models import Customer, MailId, MailOutcome, Message, RawMail, RawMailBytes, Store
from tests.helpdesk.mail.filing.post import MIRA, bring, mail, post
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

AWHILE = timedelta(days=90)
SECOND = timedelta(seconds=1)


def test_after_its_time_it_is_forgotten_and_its_message_stays(shop: Store) -> None:
    post(shop, mail())
    assert past_mail.forget(kept_for=AWHILE, now=NOW + AWHILE) == 0

    assert past_mail.forget(kept_for=AWHILE, now=NOW + AWHILE + SECOND) == 1
    assert not RawMailBytes.objects.exists()
    assert Message.objects.count() == MailId.objects.count() == 1


def test_what_nobody_has_read_waits_however_long(shop: Store) -> None:
    bring(shop, mail())

    assert past_mail.forget(kept_for=AWHILE, now=NOW + 2 * AWHILE) == 0
    assert RawMailBytes.objects.count() == 1


def test_with_a_customer_go_all_mails_of_their_tickets_and_from_their_address(
    shop: Store, settings: pytest.FixtureRequest
) -> None:
    settings.MAIL_PER_SENDER = 1  # type: ignore[attr-defined]  # Django's
    post(shop, mail())
    post(shop, mail("I am his wife", mid="wife@example.org", by=MIRA, answers=["one@example.com"]))
    aside = post(shop, mail("More", mid="more@example.com"))
    other = post(shop, mail(by="eve@example.net", mid="eve@example.net"))
    assert aside.outcome == MailOutcome.SET_ASIDE

    with transaction.atomic():
        erase_customer(customer=Customer.objects.get(email="jon@example.com"))

    assert list(RawMailBytes.objects.values_list("mail", flat=True)) == [other.pk]
    assert set(RawMail.objects.values_list("sender_key", flat=True)) == {"", "eve@example.net"}
    assert list(MailId.objects.values_list("value", flat=True)) == ["eve@example.net"]


def test_the_same_bytes_that_come_again_open_nothing_then(shop: Store) -> None:
    post(shop, mail())
    with transaction.atomic():
        erase_customer(customer=Customer.objects.get())

    post(shop, mail())

    assert not Customer.objects.exclude(email="").exists()
