"""Blocking the sender of spam on its ticket, and what was stopped, for those who work for the store."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import RawMail, SenderBlock, Store, Ticket
from helpdesk.tasks import read_mail
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import Make

pytestmark = pytest.mark.django_db

PAGE = "/mail/blocked/"


@pytest.fixture
def shop(make: Make) -> Store:
    return make.store()


@pytest.fixture
def ticket(shop: Store, make: Make, client: Client) -> Ticket:
    client.force_login(make.agent())
    kept = post(shop, mail(by="Eve <eve@spam.example>", at=None), now=database_now())
    assert kept.message is not None
    return kept.message.ticket


def shown(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def put_aside(client: Client, ticket: Ticket, **given: str) -> str:
    address = reverse("ticket-removal", args=[ticket.reference])
    return client.post(address, given, follow=True).content.decode()


def stop(client: Client, ticket: Ticket) -> RawMail:
    """Block the sender of a ticket, and return the mail that was stopped since."""
    put_aside(client, ticket, reason="spam", block="for-90-days eve@spam.example")
    return post(
        ticket.store, mail("<b>", by="eve@spam.example", mid="2@spam.example", subject="<b>Win</b>", at=None),
        now=database_now(),
    )  # fmt: skip


def test_spam_offers_to_stop_the_address_and_the_domain(client: Client, ticket: Ticket) -> None:
    page = shown(client, reverse("ticket", args=[ticket.reference]))

    for value in ("for-90-days eve@", "for-good eve@", "for-90-days @", "for-good @"):
        assert f'name="block" value="{value}spam.example"' in page


def test_of_a_big_provider_it_offers_no_domain(shop: Store, make: Make, client: Client) -> None:
    client.force_login(make.agent())
    kept = post(shop, mail(by="eve@gmail.com"))
    assert kept.message is not None

    assert "@gmail.com, for" not in shown(
        client, reverse("ticket", args=[kept.message.ticket.reference])
    ).replace("eve@gmail.com", "")


def test_what_is_chosen_is_done_with_it(client: Client, ticket: Ticket) -> None:
    page = put_aside(client, ticket, reason="spam", block="for-good @spam.example")

    ticket.refresh_from_db()
    assert ticket.status == "spam"
    assert (SenderBlock.objects.get().sender, SenderBlock.objects.get().until) == ("@spam.example", None)
    assert "is stopped from now on." in page


def test_spam_alone_blocks_nobody(client: Client, ticket: Ticket) -> None:
    put_aside(client, ticket, reason="spam", block="")

    assert not SenderBlock.objects.exists()


@pytest.mark.parametrize("how", ["ticket-removal", "ticket-undo"])
def test_restoring_or_undoing_lets_their_mail_in_again(client: Client, ticket: Ticket, how: str) -> None:
    put_aside(client, ticket, reason="spam", block="for-good eve@spam.example")

    page = client.post(reverse(how, args=[ticket.reference]), {"reason": ""}, follow=True).content.decode()
    assert "comes in again." in page
    assert SenderBlock.objects.get().lifted_at is not None


def test_undoing_that_it_was_restored_stops_their_mail_again(client: Client, ticket: Ticket) -> None:
    put_aside(client, ticket, reason="spam", block="for-good eve@spam.example")
    put_aside(client, ticket, reason="")
    page = client.post(reverse("ticket-undo", args=[ticket.reference]), follow=True).content.decode()

    assert "is stopped again." in page
    assert SenderBlock.objects.get().lifted_at is None


def test_who_was_blocked_anew_meanwhile_is_not_blocked_twice(client: Client, ticket: Ticket) -> None:
    put_aside(client, ticket, reason="spam", block="for-good eve@spam.example")
    put_aside(client, ticket, reason="")
    first = SenderBlock.objects.get()
    anew = SenderBlock.objects.create(
        store=first.store, sender=first.sender, blocked_at=database_now(), blocked_by=first.blocked_by
    )
    client.post(reverse("ticket-undo", args=[ticket.reference]))

    assert SenderBlock.objects.get(lifted_at=None) == anew


def test_the_page_says_who_is_blocked_since_when_and_how_much_was_stopped(
    client: Client, ticket: Ticket
) -> None:
    stop(client, ticket)
    page = shown(client, PAGE)

    assert "eve@spam.example" in page
    assert "1 mail was stopped" in page
    assert "until" in page
    block = shown(client, reverse("blocked-sender", args=[SenderBlock.objects.get().pk]))
    assert "&lt;b&gt;Win&lt;/b&gt;" in block


def test_not_spam_is_filed_within_seconds(client: Client, ticket: Ticket) -> None:
    stopped = stop(client, ticket)
    client.post(reverse("mail-not-spam", args=[stopped.pk]), {"lift": "on"})
    read_mail()

    stopped.refresh_from_db()
    assert stopped.outcome == "opened"
    assert SenderBlock.objects.get().lifted_at is not None


def test_a_block_is_lifted_by_a_button(client: Client, ticket: Ticket) -> None:
    stop(client, ticket)
    block = SenderBlock.objects.get()

    for told in ("Lifted: their mail comes in again.", "It was lifted already."):
        answer = client.post(reverse("block-lifting", args=[block.pk]), follow=True)
        assert told in answer.content.decode()


def test_who_works_for_another_store_sees_and_does_nothing(
    client: Client, make: Make, ticket: Ticket
) -> None:
    stopped = stop(client, ticket)
    block = SenderBlock.objects.get()
    client.force_login(make.agent("outsider"))

    assert "eve@spam.example" not in shown(client, PAGE)
    assert client.get(reverse("blocked-sender", args=[block.pk])).status_code == 404
    assert client.post(reverse("block-lifting", args=[block.pk])).status_code == 404
    assert client.post(reverse("mail-not-spam", args=[stopped.pk])).status_code == 404
    assert (
        client.post(reverse("ticket-removal", args=[ticket.reference]), {"reason": "spam"}).status_code == 404
    )
    block.refresh_from_db()
    assert block.lifted_at is None


def test_a_mail_that_was_never_stopped_is_no_business_of_the_button(client: Client, ticket: Ticket) -> None:
    assert client.post(reverse("mail-not-spam", args=[RawMail.objects.get().pk])).status_code == 404


def test_a_block_that_ran_out_is_shown_while_its_mail_is_kept(client: Client, ticket: Ticket) -> None:
    stopped = stop(client, ticket)
    SenderBlock.objects.update(until=database_now() - timedelta(hours=1))
    assert "ran out" in shown(client, PAGE)

    RawMail.objects.filter(pk=stopped.pk).delete()
    assert "Nobody is blocked" in shown(client, PAGE)
