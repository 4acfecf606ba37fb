"""What looks for work every few seconds, or for what is over, finds it by an index: it costs what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail import past_mail
from helpdesk.mail.leaving import reply_outcome
from helpdesk.models import Delivery, Message, MessageParty, Status, Ticket
from tests.make import NOW, Make

AWHILE = timedelta(days=90)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def plans(act: Callable[[], object], *, of: str, settings: str) -> list[str]:
    """Return how the server does what the act asks of a table."""
    with CaptureQueriesContext(connection) as queries:
        act()
    asked = [query["sql"] for query in queries if of in query["sql"]]
    assert asked
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(settings)
        return [_plan(cursor, sql) for sql in asked]


def _plan(cursor: Any, sql: str) -> str:
    cursor.execute(f"EXPLAIN {sql}")
    return "\n".join(line for (line,) in cursor.fetchall())


def test_who_was_not_reached_is_asked_of_what_was_given_up(make: Make) -> None:
    make.mailbox(smtp_host="127.0.0.1", smtp_port=9)
    reply_in_public(ticket=make.ticket(), author=make.agent(), body="Here.", now=NOW)

    address = Delivery.objects.get().address
    told = {"address": address, "opened_at": NOW, "gives_up_at": NOW, "sealed_at": NOW, "sent_at": NOW}
    Delivery.objects.bulk_create(Delivery(**told) for _ in range(3000))

    found = plans(
        lambda: reply_outcome.follow(longest=timedelta(minutes=5), now=NOW, limit=10),
        of="given_up_at",
        settings="ANALYZE helpdesk_delivery, helpdesk_deliveryaddress, helpdesk_mailedreply, helpdesk_messageparty",
    )

    for plan in found:
        assert "delivery_given_up" in plan, plan
        assert "Seq Scan on helpdesk_delivery " not in plan, plan


def test_parties_that_are_over_are_found_before_the_first_that_is_younger(make: Make) -> None:
    ticket = make.ticket()
    old, *young = _noted(ticket, [NOW, *[NOW + timedelta(days=60)] * 3000])
    Ticket.objects.update(status=Status.RESOLVED)

    [first, over, _gone] = plans(
        lambda: past_mail.forget_parties(kept_for=AWHILE, now=NOW + timedelta(days=91)),
        of="helpdesk_messageparty",
        settings="ANALYZE helpdesk_message, helpdesk_messageparty, helpdesk_ticket",
    )

    assert "Index Scan using helpdesk_messageparty_pkey" in first, first
    assert "Index Cond: (id < " in over, over
    assert set(MessageParty.objects.values_list("message", flat=True)) == {one.pk for one in young} - {old.pk}


def _noted(ticket: Ticket, instants: Iterable[datetime]) -> list[Message]:
    """Write notes of third parties that came at these instants, each with who wrote it."""
    said = {"ticket": ticket, "store": ticket.store, "author": "third_party", "public": False, "body": "So."}
    notes = Message.objects.bulk_create(Message(**said, sent_at=at, received_at=at) for at in instants)
    MessageParty.objects.bulk_create(
        MessageParty(message=note, role="sender", address="a@b.example", address_key="a@b.example")
        for note in notes
    )
    return notes


def test_one_that_is_dated_ahead_keeps_no_other_here(make: Make) -> None:
    ahead, _old = _noted(make.ticket(), [NOW + 9 * AWHILE, NOW])
    Ticket.objects.update(status=Status.RESOLVED)

    past_mail.forget_parties(kept_for=AWHILE, now=NOW + 2 * AWHILE)

    assert set(MessageParty.objects.values_list("message", flat=True)) == {ahead.pk}
