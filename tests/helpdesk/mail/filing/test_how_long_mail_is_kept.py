"""Mail as it came is kept for a while; that of a customer who is erased goes with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from helpdesk.access.erasing import erased_mails
from helpdesk.access.erasure import erase_customer
from helpdesk.mail import past_mail
from helpdesk.models import (
    Customer,
    ErasedMail,
    MailId,
    MailOutcome,
    Message,
    MessageParty,
    RawMail,
    RawMailBytes,
    Status,
    Store,
    Ticket,
)
from helpdesk.models.mail.raw_mail import MailReason
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


def test_what_has_piled_up_goes_in_pieces(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_mail, "AT_A_TIME", 2)
    for number in range(3):
        post(shop, mail(mid=f"{number}@example.com"), now=NOW + number * SECOND)
    Ticket.objects.update(status=Status.CLOSED)
    late = NOW + AWHILE + timedelta(days=1)

    assert [past_mail.forget(kept_for=AWHILE, now=late) for _ in range(3)] == [2, 1, 0]
    parties = MessageParty.objects.count()
    assert past_mail.forget_parties(kept_for=AWHILE, now=late) == 2
    while past_mail.forget_parties(kept_for=AWHILE, now=late):
        pass
    assert (parties > 2, MessageParty.objects.count()) == (True, 0)


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


@pytest.fixture
def erased(shop: Store) -> Iterator[Store]:
    """A shop that had a mail of somebody who was erased, and whose secrets lie under a newer key since."""
    with override_settings(KEY_RING=["old" * 20]):
        post(shop, mail())
        with transaction.atomic():
            erase_customer(customer=Customer.objects.get())
    with override_settings(KEY_RING=["new" * 20, "old" * 20]):
        yield shop


def test_the_same_mail_that_comes_by_another_way_brings_nobody_back(erased: Store) -> None:
    again = post(erased, mail(Received="from a mailbox that was restored"))

    assert (again.outcome, again.reason) == (MailOutcome.PASSED, MailReason.ERASED)
    assert not Customer.objects.exclude(email="").exists()
    assert not RawMailBytes.objects.exists()
    assert b"one@example.com" not in b"".join(bytes(one.digest) for one in ErasedMail.objects.all())


@pytest.mark.parametrize(
    "given",
    [{"mid": "new@example.com"}, {"at": NOW - SECOND}, {"by": MIRA}],
    ids=["a new mail", "under an id that their program gives all", "of another who has that program"],
)
def test_whoever_was_erased_may_write_again_and_others_too(erased: Store, given: dict[str, Any]) -> None:
    assert post(erased, mail("And now?", **given)).outcome == MailOutcome.OPENED


def test_that_it_was_erased_is_known_for_as_long_as_mail_is_kept(erased: Store) -> None:
    [row] = ErasedMail.objects.all()
    assert erased_mails.forget(kept_for=AWHILE, now=row.erased_at + AWHILE) == 0
    assert erased_mails.forget(kept_for=AWHILE, now=row.erased_at + AWHILE + SECOND) == 1


def test_the_same_bytes_that_come_again_open_nothing_then(shop: Store) -> None:
    post(shop, mail())
    with transaction.atomic():
        erase_customer(customer=Customer.objects.get())

    post(shop, mail())

    assert not Customer.objects.exclude(email="").exists()
