"""An alert that somebody had in hand who has left asks again for somebody."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from helpdesk.access.people import departures
from helpdesk.tickets import assignment, ticket_attributes, ticket_status
from monitor.alarms import flags
from monitor.models import Flag, News
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import NOW, Make

LATER = NOW + timedelta(hours=1)


def test_the_alerts_they_had_in_hand_are_open_again(make: Make) -> None:
    defaults.ensure_defaults()
    owner = make.agent()
    ticket, other = make.ticket(), make.ticket()
    assignment.claim(ticket=ticket, by=owner, now=NOW)
    sweep.sweep(now=NOW + timedelta(days=1), limit=100, noticed_by="sweep")
    for flag in Flag.objects.filter(ticket=ticket):
        flags.acknowledge(flag=flag, by=owner, now=LATER)
    for flag in Flag.objects.filter(ticket=other):
        flags.acknowledge(flag=flag, by=make.agent("colleague"), now=LATER)
    in_hand = Flag.objects.filter(acknowledged_by=owner).count()
    assert in_hand > 0

    assert departures.deactivate(agent=owner, now=LATER).alerts == in_hand

    assert not Flag.objects.filter(ticket=ticket).exclude(acknowledged_at=None).exists()
    assert not Flag.objects.filter(ticket=other, acknowledged_at=None).exists()
    assert News.objects.filter(change="reopened").count() == in_hand


def test_what_is_over_asks_nobody_again(make: Make) -> None:
    defaults.ensure_defaults()
    owner, ticket = make.agent(), make.ticket()
    sweep.sweep(now=NOW + timedelta(days=1), limit=100, noticed_by="sweep")
    for flag in Flag.objects.all():
        flags.acknowledge(flag=flag, by=owner, now=LATER)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=owner, now=NOW + timedelta(days=1))

    assert departures.deactivate(agent=owner, now=NOW + timedelta(days=1)).alerts == 0
    assert not News.objects.filter(change="reopened").exists()


def test_those_of_a_ticket_that_has_moved_ask_whoever_works_there(make: Make) -> None:
    defaults.ensure_defaults()
    owner, both, admin = make.agent(), make.agent("both"), make.agent("admin")
    returns = make.queue("Returns")
    make.member(both, queue=returns)
    hands = {agent: make.ticket() for agent in (owner, both, admin)}
    sweep.sweep(now=NOW + timedelta(days=1), limit=100, noticed_by="sweep")
    for agent, ticket in hands.items():
        for flag in Flag.objects.filter(ticket=ticket):
            flags.acknowledge(flag=flag, by=agent, now=LATER)

    with transaction.atomic():
        for ticket in hands.values():
            ticket_attributes.change_queue(ticket=ticket, queue=returns, by=None, now=LATER)

    open_again = Flag.objects.filter(clock__ended_at=None, acknowledged_at=None)
    assert set(open_again.values_list("ticket", flat=True)) == {hands[owner].pk}
    assert News.objects.filter(change="reopened").count() == open_again.count()


def test_only_those_of_the_queue_that_they_left_are(make: Make) -> None:
    defaults.ensure_defaults()
    owner, returns = make.agent(), make.queue("Returns")
    here, there = make.ticket(), make.ticket(queue=returns)
    sweep.sweep(now=NOW + timedelta(days=1), limit=100, noticed_by="sweep")
    for flag in Flag.objects.all():
        flags.acknowledge(flag=flag, by=owner, now=LATER)

    departures.leave(agent=owner, queue_ids=[returns.pk], now=LATER)

    assert not Flag.objects.filter(ticket=here, acknowledged_at=None).exists()
    assert not Flag.objects.filter(ticket=there).exclude(acknowledged_at=None).exists()
