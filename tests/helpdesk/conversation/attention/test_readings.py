"""Up to where somebody has read: a visit lasts as long as looks follow one another."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.conversation.attention import readings
from helpdesk.models import Reading, Ticket
from tests.make import NOW, Make


def stands_at(ticket: Ticket, seq: int) -> Ticket:
    ticket.last_seq = seq
    return ticket


def test_a_visit_goes_on_over_looks_that_follow_one_another(make: Make) -> None:
    ticket, owner, moment = make.ticket(), make.agent("owner"), readings.ONE_VISIT / 2
    seen = [
        readings.read(stands_at(ticket, seq), by=owner, now=NOW + number * moment)
        for number, seq in enumerate([1, 4, 5])
    ]
    assert seen == [None, None, None]

    later = NOW + timedelta(hours=1)
    assert readings.read(stands_at(ticket, 9), by=owner, now=later) == 5
    assert readings.read(stands_at(ticket, 9), by=owner, now=later + moment) == 5


def test_nobody_has_read_less_than_they_had(make: Make) -> None:
    ticket, owner = make.ticket(), make.agent("owner")
    readings.read(stands_at(ticket, 9), by=owner, now=NOW)
    readings.read(stands_at(ticket, 4), by=owner, now=NOW)
    assert Reading.objects.get().seq == 9


def test_each_has_read_for_themself(make: Make) -> None:
    ticket, later = make.ticket(), NOW + timedelta(hours=1)
    readings.read(ticket, by=make.agent("owner"), now=NOW)
    assert readings.read(ticket, by=make.agent("colleague"), now=later) is None


def test_what_nobody_has_read_for_long_is_forgotten(make: Make) -> None:
    readings.read(make.ticket(), by=make.agent("owner"), now=NOW)
    assert readings.forget_oldest(now=NOW + readings.KEPT_FOR) == 0
    assert readings.forget_oldest(now=NOW + readings.KEPT_FOR + timedelta(seconds=1)) == 1
