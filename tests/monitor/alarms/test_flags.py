"""Alarms become flags: every one, once, whoever looks, and none that is not true."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from helpdesk.conversation import answers, replies
from helpdesk.models import Author, EventKind, Ticket, TicketEvent
from helpdesk.tickets import ticket_attributes, ticket_status
from helpdesk.tickets.opening import opening
from helpdesk.tickets.ticket_change import changing
from monitor.alarms import flags
from monitor.models import Clock, Flag, FlagChange, News, PolicyVersion
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning
from tests.monitor.watched import Elsewhere

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOON = NOW + timedelta(minutes=5)
LONG_AFTER = NOW + timedelta(days=30)
PROMISES = 3
"""Clocks of a fresh ticket; each is at risk once and breached once."""


def _open(make: Make, count: int) -> list[int]:
    with transaction.atomic():
        opened = opening.open_tickets([make.shape() for _ in range(count)], store=make.store(), now=NOW)
    return [one.ticket.pk for one in opened if one.ticket]


def test_a_thousand_and_one_due_tickets_are_all_flagged(make: Make) -> None:
    _open(make, 1001)

    assert sweep.sweep(now=LONG_AFTER, limit=500, noticed_by="test") == 1001 * PROMISES * 2
    assert Flag.objects.values("ticket").distinct().count() == 1001
    assert News.objects.filter(change=FlagChange.RAISED).count() == Flag.objects.count()
    assert not Clock.objects.exclude(rings_at=None).exists()
    assert sweep.sweep(now=LONG_AFTER, limit=500, noticed_by="test") == 0


def test_no_alarm_is_silenced_by_calling_a_message_history(make: Make) -> None:
    ticket, agent = make.ticket(), make.agent()
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=agent, body="Here.", now=NOW)
        replies.receive_customer_message(ticket=ticket, body="And now?", now=SOON, imported=True)
    sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test")

    assert Flag.objects.filter(metric="next_response", level="breached").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_raise_one_flag_each(make: Make, elsewhere: Elsewhere) -> None:
    _open(make, 300)

    both = [
        elsewhere(lambda: sweep.sweep(now=LONG_AFTER, limit=7, noticed_by="worker")) for _worker in range(2)
    ]

    assert sum(one.result(timeout=60) for one in both) == 300 * PROMISES * 2 == Flag.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_worker_passes_by_what_another_one_holds(make: Make, elsewhere: Elsewhere) -> None:
    _open(make, 10)

    with transaction.atomic():
        held = flags.raise_due(now=LONG_AFTER, limit=12, noticed_by="one")
        rest = elsewhere(lambda: flags.raise_due(now=LONG_AFTER, limit=100, noticed_by="other"))
        assert rest.result(timeout=20) == 60 - held == 36


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_inside_its_claim_leaves_everything_to_the_others(make: Make) -> None:
    make.ticket()
    with transaction.atomic():
        assert flags.raise_due(now=LONG_AFTER, limit=10, noticed_by="dying") == PROMISES * 2
        transaction.set_rollback(True)

    assert not Flag.objects.exists()
    assert flags.raise_due(now=LONG_AFTER, limit=10, noticed_by="test") == PROMISES * 2


def test_an_alarm_rings_at_its_warning_and_at_its_due_time_and_is_flagged_at_each(make: Make) -> None:
    make.ticket()
    risk, due = NOW + timedelta(minutes=45), NOW + timedelta(hours=1)

    for now, raised in (
        (risk - timedelta(microseconds=1), 0),
        (risk, 1),
        (risk, 0),
        (due - timedelta(microseconds=1), 0),
        (due, 1),
        (due, 0),
    ):
        assert flags.raise_due(now=now, limit=10, noticed_by="test") == raised
    assert list(Flag.objects.order_by("pk").values_list("metric", "level", "raised_at", "rang_at")) == [
        ("acknowledgement", "at_risk", risk, risk),
        ("acknowledgement", "breached", due, due),
    ]


def test_what_was_flagged_at_its_very_instant_rings_for_it_no_more(make: Make) -> None:
    make.ticket()
    clock = Clock.objects.filter(metric="acknowledgement")

    flags.raise_due(now=NOW + timedelta(minutes=45), limit=10, noticed_by="test")
    assert clock.get().rings_at == NOW + timedelta(hours=1)
    flags.raise_due(now=NOW + timedelta(hours=1), limit=10, noticed_by="test")
    assert clock.get().rings_at is None


def test_what_has_been_due_the_longest_is_flagged_first(make: Make) -> None:
    make.ticket(priority="low")
    urgent = make.ticket(priority="urgent")

    flags.raise_due(now=LONG_AFTER, limit=1, noticed_by="test")

    assert set(Flag.objects.values_list("ticket", flat=True)) == {urgent.pk}


def test_a_sweep_goes_on_while_each_clock_brings_one_flag_alone(make: Make) -> None:
    _open(make, 3)

    assert sweep.sweep(now=NOW + timedelta(minutes=45), limit=1, noticed_by="test") == 3


def test_answered_one_second_late_and_before_anybody_looked_is_still_flagged(make: Make) -> None:
    ticket = make.ticket(priority="urgent")
    late = NOW + timedelta(minutes=30, seconds=1)

    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=late)

    flag = Flag.objects.get(metric="first_response", level="breached")
    assert (flag.raised_at, flag.noticed_by) == (NOW + timedelta(minutes=30), "relay")
    assert Clock.objects.get(metric="first_response").outcome == "late"


def test_answered_exactly_at_the_due_time_is_not_flagged_as_broken(make: Make) -> None:
    ticket = make.ticket(priority="urgent")

    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="Here.", now=NOW + timedelta(minutes=30)
        )
    sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test")

    assert not Flag.objects.filter(metric="first_response", level="breached").exists()


def _answer(ticket: Ticket, make: Make, at: datetime) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=at)


def test_an_answer_already_written_beats_the_sweep(make: Make, poison: None) -> None:
    ticket, due = make.ticket(priority="urgent"), NOW + timedelta(minutes=30)
    poisoning.poison(ticket)
    _answer(ticket, make, due - timedelta(seconds=3))

    assert flags.raise_due(now=due + timedelta(seconds=6), limit=10, noticed_by="test") == 0
    poisoning.cure(ticket)
    sweep.heartbeat(now=due + timedelta(seconds=6), limit=10)
    assert not Flag.objects.filter(metric="first_response", level="breached").exists()


def test_what_is_not_counted_in_ten_seconds_keeps_no_alarm_back_and_the_flag_says_so(
    make: Make, poison: None
) -> None:
    ticket, since = make.ticket(priority="urgent"), NOW + timedelta(minutes=29, seconds=50)
    poisoning.poison(ticket)
    for seconds in (0, 9):  # to go on writing keeps it back no longer
        _answer(ticket, make, since + timedelta(seconds=seconds))

    assert flags.raise_due(now=since + timedelta(seconds=9.9), limit=10, noticed_by="test") == 0
    flags.raise_due(now=since + flags.PATIENCE, limit=10, noticed_by="test")
    broken = Flag.objects.get(metric="first_response", level="breached")
    assert (broken.raised_at, broken.uncounted_since) == (NOW + timedelta(minutes=30), since)

    poisoning.cure(ticket)
    sweep.heartbeat(now=since + timedelta(minutes=1), limit=10)
    broken.refresh_from_db()
    assert broken.withdrawn_at == since + timedelta(minutes=1)


def test_what_a_clock_that_was_set_back_dates_ahead_keeps_no_alarm_back(make: Make, poison: None) -> None:
    ticket, due = make.ticket(priority="urgent"), NOW + timedelta(minutes=30)
    poisoning.poison(ticket)
    _answer(ticket, make, due + timedelta(hours=9))
    flags.raise_due(now=due, limit=10, noticed_by="test")

    assert Flag.objects.filter(metric="first_response", level="breached").exists()


def test_a_flag_says_nothing_of_what_was_counted_or_set_aside(make: Make) -> None:
    ticket = make.ticket()
    _answer(ticket, make, SOON)
    with transaction.atomic(), changing(ticket, now=SOON, author=Author.SYSTEM) as change:
        change.record(EventKind.DUE_TIME_SET, metric="resolution", due_at="2026-03-09T18:00:00")
    TicketEvent.objects.waiting().update(set_aside_at=SOON)
    flags.raise_due(now=LONG_AFTER, limit=10, noticed_by="test")

    assert set(Flag.objects.values_list("uncounted_since", flat=True)) == {None}


def test_an_event_that_was_set_aside_does_not_keep_flags_away(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic(), changing(ticket, now=SOON, author=Author.SYSTEM) as change:
        change.record(EventKind.DUE_TIME_SET, metric="resolution", due_at="2026-03-09T18:00:00")
    TicketEvent.objects.waiting().update(set_aside_at=SOON)

    assert flags.raise_due(now=LONG_AFTER, limit=10, noticed_by="test") == PROMISES * 2


def test_a_paused_clock_is_never_flagged(make: Make) -> None:
    ticket, owner = make.ticket(), make.agent()
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket, author=owner, body="Which one?", now=SOON, then=answers.AfterReply.WAIT
        )

    assert sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test") == 0
    paused = Clock.objects.get(metric="resolution")
    assert (paused.due_at, paused.rings_at, paused.remaining) == (
        None,
        None,
        timedelta(days=3) - timedelta(minutes=5),
    )


def test_a_due_time_that_moves_away_takes_its_warning_back_and_warns_again(make: Make) -> None:
    ticket = make.ticket(priority="high")
    sweep.sweep(now=NOW + timedelta(minutes=50), limit=10, noticed_by="test")
    assert Flag.objects.filter(metric="first_response", level="at_risk").count() == 1

    with transaction.atomic():
        ticket_attributes.change_priority(
            ticket=ticket, priority="low", by=None, now=NOW + timedelta(minutes=50)
        )
    assert Flag.objects.get(metric="first_response").withdrawn_reason == "moved"

    sweep.sweep(now=NOW + timedelta(hours=6), limit=10, noticed_by="test")
    assert Flag.objects.standing().get(metric="first_response").raised_at == NOW + timedelta(hours=6)


def test_a_breach_is_for_ever_whatever_moves_later(make: Make) -> None:
    ticket = make.ticket(priority="urgent")
    sweep.sweep(now=NOW + timedelta(hours=1), limit=10, noticed_by="test")

    with transaction.atomic():
        ticket_attributes.change_priority(
            ticket=ticket, priority="low", by=None, now=NOW + timedelta(hours=1)
        )

    breached = Flag.objects.get(metric="first_response", level="breached")
    assert (breached.withdrawn_at, breached.raised_at) == (None, NOW + timedelta(minutes=30))


def test_a_flag_is_taken_in_hand_once_and_touches_no_clock(make: Make) -> None:
    make.ticket()
    sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test")
    flag = Flag.objects.earliest("pk")
    before = list(Clock.objects.order_by("pk").values())

    assert flags.acknowledge(flag=flag, by=make.agent(), now=LONG_AFTER) is True
    assert flags.acknowledge(flag=flag, by=make.agent("colleague"), now=LONG_AFTER) is False

    flag.refresh_from_db()
    assert flag.acknowledged_by == make.agent()
    assert News.objects.filter(flag=flag, change=FlagChange.ACKNOWLEDGED).count() == 1
    assert list(Clock.objects.order_by("pk").values()) == before


def test_a_flag_that_was_withdrawn_is_not_taken_in_hand(make: Make) -> None:
    make.ticket()
    sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test")
    flag = Flag.objects.earliest("pk")
    Flag.objects.filter(pk=flag.pk).update(withdrawn_at=LONG_AFTER, withdrawn_reason="corrected")

    assert flags.acknowledge(flag=flag, by=make.agent(), now=LONG_AFTER) is False
    assert not News.objects.filter(change=FlagChange.ACKNOWLEDGED).exists()


def test_spam_takes_the_place_and_restoring_brings_the_alarms_back(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic():
        ticket_status.mark_spam(ticket=ticket, by=None, now=SOON)
    assert sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test") == 0

    with transaction.atomic():
        ticket_status.restore(ticket=ticket, by=None, now=LONG_AFTER)
    assert Flag.objects.standing().filter(level="breached").count() == PROMISES


def test_the_sweep_reads_its_own_index_and_nothing_else(make: Make) -> None:
    _open(make, 200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE monitor_clock; ANALYZE helpdesk_ticketevent; SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + flags._RAISE,
            {"now": NOW, "patient_until": NOW, "impatient_from": NOW, "limit": 500, "by": "test"},
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "clock_rings" in plan
    assert "Seq Scan on monitor_clock" not in plan


def test_tickets_of_no_policy_are_measured_and_never_flagged(make: Make) -> None:
    PolicyVersion.objects.all().delete()
    ticket = make.ticket()

    assert sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test") == 0
    assert set(Clock.objects.filter(ticket=ticket).values_list("target", "rings_at")) == {(None, None)}
    assert Ticket.objects.get().standing.turn_at is None
