"""What is deleted whole takes with it all that hangs on it, and nothing else, however many there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.query import QuerySet

from helpdesk.conversation import replies
from helpdesk.database.deletion import delete_whole
from helpdesk.models import Message, Ticket, TicketEvent
from monitor.models import Clock, Flag, News, Standing
from monitor.promises import defaults
from monitor.watch import sweep
from tests.helpdesk.desk import statements
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HANGING = (Message, TicketEvent, Clock, Standing)


def answered(make: Make, *, subject: str, count: int) -> QuerySet[Ticket, Ticket]:
    for _each in range(count):
        ticket = make.ticket(subject=subject)
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW)
    return Ticket.objects.filter(subject=subject)


def test_all_that_hangs_on_a_ticket_goes_with_it_and_nothing_else(make: Make) -> None:
    defaults.ensure_defaults()
    kept = answered(make, subject="Kept", count=1).get()
    gone = answered(make, subject="Gone", count=3)
    make.ticket(subject="Gone")
    sweep.sweep(now=NOW + timedelta(days=9), limit=100, noticed_by="test")
    assert News.objects.exclude(flag__ticket=kept).exists()

    delete_whole(gone)

    assert Ticket.objects.get() == kept
    for model in HANGING:
        assert set(model._default_manager.values_list("ticket", flat=True)) == {kept.pk}
    assert set(Flag.objects.values_list("ticket", flat=True)) == {kept.pk}
    assert News.objects.count() == Flag.objects.count()
    connection.check_constraints()


def test_many_take_as_many_statements_as_one(make: Make) -> None:
    one, many = answered(make, subject="One", count=1), answered(make, subject="Many", count=20)

    cost = statements(lambda: delete_whole(one))
    assert statements(lambda: delete_whole(many)) == cost <= 15
    assert not Ticket.objects.exists()
