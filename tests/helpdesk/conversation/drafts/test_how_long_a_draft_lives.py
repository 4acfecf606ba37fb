"""A draft lives until it is sent, emptied, erased with its customer, or old; and so do its files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer, make_anonymous
from helpdesk.attachments import file_sweep
from helpdesk.attachments.file_keeping import take_in
from helpdesk.conversation import held_replies
from helpdesk.conversation.drafts import past_drafts
from helpdesk.models import Attachment, Draft, DraftKind
from tests.helpdesk.attachments.given_files import BILL
from tests.helpdesk.conversation.drafts.drafts import begun
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

WEEK, MONTHS = timedelta(days=7), timedelta(days=90)
SECOND = timedelta(seconds=1)


def test_on_a_ticket_is_what_anybody_writes_there(make: Make) -> None:
    ticket, other = make.ticket(), make.ticket()
    mine, theirs = begun(ticket, make.agent()), begun(ticket, make.agent("colleague"))
    begun(other, make.agent())

    assert set(Draft.objects.on(ticket)) == {mine, theirs}
    assert list(Draft.objects.on(ticket).by(make.agent())) == [mine]


def test_it_is_seen_by_its_author_and_by_whoever_sees_the_ticket(make: Make) -> None:
    begun(make.ticket(), make.agent())
    alone = begun(None, make.agent(), kind=DraftKind.NEW_TICKET)

    assert Draft.objects.visible_to(make.agent()).count() == 2
    assert alone not in Draft.objects.visible_to(make.agent("colleague"))
    assert not Draft.objects.visible_to(make.agent("outsider")).exists()


def test_it_is_forgotten_when_nobody_has_gone_on_with_it_for_long(make: Make) -> None:
    begun(make.ticket(), make.agent())

    assert past_drafts.forget(kept_for=MONTHS, now=NOW + MONTHS) == 0
    assert past_drafts.forget(kept_for=MONTHS, now=NOW + MONTHS + SECOND) == 1


def test_its_files_are_not_swept_while_it_lives(make: Make) -> None:
    draft = begun(make.ticket(), make.agent())
    file = take_in(BILL, giver=make.agent(), store=make.store(), now=NOW)
    Attachment.objects.filter(pk=file.pk).update(draft=draft)
    assert file_sweep.sweep(now=NOW + WEEK, limit=10) == 0

    draft.delete()

    assert file_sweep.sweep(now=NOW + WEEK, limit=10) == 1


def test_nor_are_those_of_a_reply_that_is_held_or_was_given_back(make: Make) -> None:
    file = take_in(BILL, giver=make.agent(), store=make.store(), now=NOW)
    held_replies.hold(
        ticket=make.ticket(),
        author=make.agent(),
        body="Here.",
        then="wait",
        external_id="h",
        now=NOW,
        files=[file.pk],
    )

    assert file_sweep.sweep(now=NOW + WEEK, limit=10) == 0


def test_erasing_a_customer_takes_the_drafts_on_their_tickets_with_their_files(make: Make) -> None:
    ticket, other = make.ticket(), make.ticket()
    draft, stays = begun(ticket, make.agent()), begun(other, make.agent())
    file = take_in(BILL, giver=make.agent(), store=make.store(), now=NOW)
    Attachment.objects.filter(pk=file.pk).update(draft=draft)

    with transaction.atomic():
        erase_customer(customer=ticket.customer)

    assert list(Draft.objects.all()) == [stays]
    assert Attachment.objects.get().name == ""
    assert file_sweep.sweep(now=NOW + timedelta(hours=1), limit=10) == 1


def test_and_their_address_off_what_is_written_to_others(make: Make) -> None:
    zelda = make.ticket(email="zelda@home.example").customer
    copies = {"cc": ["Zelda Q <Zelda@home.example>, eve@example.org"], "mode": ["public"]}
    copied = begun(make.ticket(), make.agent(), fields=copies)
    begun(None, make.agent(), kind=DraftKind.NEW_TICKET, fields={"email": ["zelda@home.example"]})

    with transaction.atomic():
        erase_customer(customer=zelda)

    assert list(Draft.objects.values_list("pk", "fields")) == [
        (copied.pk, {"cc": ["eve@example.org"], "mode": ["public"]})
    ]


def test_what_an_agent_began_who_has_left_stays_on_its_ticket(make: Make) -> None:
    draft = begun(make.ticket(), make.agent())

    with transaction.atomic():
        make_anonymous(agent=make.agent(), now=NOW)

    assert Draft.objects.get().body == draft.body
    assert list(Draft.objects.visible_to(make.agent("colleague"))) == [draft]
