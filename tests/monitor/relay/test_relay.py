"""What happened to tickets reaches their clocks: at once, or by the heartbeat, and never half."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from helpdesk.conversation import bounces, replies
from helpdesk.models import Author, EventKind, Message, Ticket, TicketEvent
from helpdesk.models.event import LONGEST_REST
from helpdesk.tickets import assignment, ticket_attributes, ticket_status
from helpdesk.tickets.opening import opening
from helpdesk.tickets.ticket_change import changing
from monitor.alarms import flags
from monitor.models import Clock, Flag, FlagChange, News, Policy, PolicyVersion, Standing
from monitor.promises import versions
from monitor.relay import recount, relay
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning
from tests.monitor import recounted
from tests.monitor.watched import Elsewhere

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOON = NOW + timedelta(minutes=5)
LONG_AFTER = NOW + timedelta(hours=5)


def test_a_committed_ticket_has_its_clocks_and_its_place(make: Make) -> None:
    ticket = make.ticket(priority="high")

    due = dict(Clock.objects.filter(ticket=ticket).values_list("metric", "due_at"))
    assert due == {
        "acknowledgement": NOW + timedelta(minutes=30),
        "first_response": NOW + timedelta(hours=1),
        "resolution": NOW + timedelta(days=1),
    }
    standing = Standing.objects.get(ticket=ticket)
    assert (standing.waiting_due_at, standing.due_at) == (
        NOW + timedelta(minutes=30),
        NOW + timedelta(days=1),
    )
    assert (standing.waiting_since, standing.unacknowledged_since) == (NOW, NOW)
    assert not TicketEvent.objects.filter(relayed_at=None).exists()


def test_an_answer_ends_clocks_and_moves_the_place(make: Make) -> None:
    ticket = make.ticket()

    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=SOON)

    ended = dict(Clock.objects.filter(ended_at=SOON).values_list("metric", "outcome"))
    assert ended == {"acknowledgement": "met", "first_response": "met"}
    standing = Standing.objects.get()
    assert (standing.waiting_due_at, standing.waiting_since) == (None, None)
    assert standing.turn_at == standing.due_at == NOW + timedelta(days=3)


def test_an_ended_ticket_has_no_place_and_gets_it_back(make: Make) -> None:
    ticket, owner = make.ticket(), make.agent()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=owner, now=SOON)
    assert not Standing.objects.exists()

    with transaction.atomic():
        ticket_status.reopen(ticket=ticket, by=owner, now=SOON + timedelta(hours=1))
    assert Standing.objects.get().status == "open"


def test_five_hundred_tickets_take_as_many_statements_as_two(
    make: Make, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    make.ticket()  # so that the book has been read
    settings.TICKET_EVENT_RELAYS = []
    counted: list[int] = []
    for many in (2, 500):
        with transaction.atomic():
            opened = opening.open_tickets(
                [make.shape(occurred_at=NOW - timedelta(hours=5)) for _ in range(many)],
                store=make.store(),
                now=NOW,
            )
        with monkeypatch.context() as patch:
            said = _listen_in(patch)
            relay.apply([one.ticket.pk for one in opened if one.ticket], now=NOW)
        counted.append(len(said))

    assert counted == [8, 8]
    assert Clock.objects.count() == 503 * 3


def _listen_in(patch: pytest.MonkeyPatch) -> list[object]:
    """Note every statement that passes the ORM by."""
    said: list[object] = []
    execute = psycopg.Cursor.execute

    def note(self: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        said.append(query)
        return execute(self, query, *arguments, **more)

    patch.setattr(psycopg.Cursor, "execute", note)
    return said


def test_what_was_due_before_it_came_in_is_flagged_with_it(make: Make) -> None:
    make.ticket(priority="urgent", occurred_at=NOW - timedelta(minutes=20))

    raised = {(flag.metric, flag.level, flag.noticed_by, flag.rang_at) for flag in Flag.objects.all()}
    assert raised == {
        ("acknowledgement", "breached", "relay", NOW),
    }
    assert Flag.objects.get(level="breached").raised_at == NOW - timedelta(minutes=5)


def test_imported_history_never_rings(make: Make) -> None:
    make.ticket(occurred_at=NOW - timedelta(days=90), imported=True)

    assert not Flag.objects.exists()
    assert sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test") == 0
    assert Clock.objects.get(metric="first_response").breach_at == NOW - timedelta(days=90) + timedelta(
        hours=4
    )


def test_a_bounce_takes_the_stop_back_and_a_late_answer_takes_the_flag_back(make: Make) -> None:
    ticket, owner = make.ticket(), make.agent()
    sweep.sweep(now=LONG_AFTER, limit=10, noticed_by="test")
    breach = Flag.objects.get(metric="first_response", level="breached")

    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=owner, body="Here.", now=LONG_AFTER, sent_at=SOON)
    breach.refresh_from_db()
    assert (breach.withdrawn_at, breach.withdrawn_reason) == (LONG_AFTER, "corrected")
    assert list(News.objects.filter(flag=breach).values_list("change", flat=True)) == [
        FlagChange.RAISED,
        FlagChange.WITHDRAWN,
    ]

    with transaction.atomic():
        bounces.take_back_bounced(ticket=ticket, message=Message.objects.latest("pk"), now=LONG_AFTER)
    assert Clock.objects.get(metric="first_response").ended_at is None
    again = Flag.objects.standing().get(metric="first_response", level="breached")
    assert again.pk != breach.pk


def test_a_clock_whose_start_was_taken_back_rings_no_more(make: Make) -> None:
    bounce_of_an_answer_before_a_question(make, swept_at=SOON)

    clock = Clock.objects.get(metric="next_response")
    assert (clock.superseded_at, clock.rings_at) == (LONG_AFTER, None)
    sweep.sweep(now=LONG_AFTER + timedelta(days=30), limit=10, noticed_by="test")
    assert not Flag.objects.filter(metric="next_response").exists()


def test_nor_does_it_leave_its_flags_standing(make: Make) -> None:
    bounce_of_an_answer_before_a_question(make, swept_at=LONG_AFTER)

    flags = Flag.objects.filter(metric="next_response")
    assert flags.count() == 2
    assert {(flag.withdrawn_at, flag.withdrawn_reason) for flag in flags} == {(LONG_AFTER, "corrected")}


def bounce_of_an_answer_before_a_question(make: Make, *, swept_at: datetime) -> None:
    """Let a customer ask again after an answer, of which we hear at last that it never arrived."""
    ticket = make.ticket()
    with transaction.atomic():
        answer = replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW)
        replies.receive_customer_message(ticket=ticket, body="And this?", now=SOON)
    sweep.sweep(now=swept_at, limit=10, noticed_by="test")
    with transaction.atomic():
        bounces.take_back_bounced(ticket=ticket, message=answer, now=LONG_AFTER)


def test_a_relay_that_fails_costs_no_work_and_the_heartbeat_catches_up(make: Make, poison: None) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)

    with transaction.atomic():
        message = replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)
    assert Message.objects.filter(pk=message.pk).exists()
    assert Clock.objects.get(metric="first_response").ended_at is None
    assert TicketEvent.objects.waiting().exists()

    poisoning.cure(ticket)
    beat = sweep.heartbeat(now=LONG_AFTER, limit=10)
    assert (beat.relayed, beat.flagged) == (1, 0)
    assert Clock.objects.get(metric="first_response").outcome == "met"


def beats(*, since: datetime) -> list[int]:
    """Let as many heartbeats come as an event may fail at, each when no ticket rests any more."""
    instants = [since + times * LONGEST_REST for times in range(relay.FAILURES_ALLOWED)]
    return [sweep.heartbeat(now=now, limit=10).relayed for now in instants]


def test_one_bad_ticket_never_stops_the_rest(make: Make, poison: None) -> None:
    bad, good = make.ticket(), make.ticket()
    for ticket in (bad, good):
        poisoning.poison(ticket)
        with transaction.atomic():
            assignment.acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    poisoning.cure(good)

    assert beats(since=SOON) == [1, 0, 0, 0, 1]  # the last without the event that is set aside

    [aside] = TicketEvent.objects.set_aside()
    assert (aside.ticket, aside.failures, aside.set_aside_at) == (bad, 5, SOON + 4 * LONGEST_REST)
    assert "poisoned" in aside.last_error
    assert not TicketEvent.objects.waiting().exists()


def test_an_event_that_was_set_aside_is_left_out_until_it_is_retried(make: Make, poison: None) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    beats(since=SOON)
    poisoning.cure(ticket)

    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="low", by=None, now=SOON)
    clock = Clock.objects.get(metric="acknowledgement")
    assert (clock.ended_at, clock.target) == (None, timedelta(hours=4))
    assert recount.check([ticket.pk], now=SOON) == []

    assert relay.retry(TicketEvent.objects.all()) == 1
    sweep.heartbeat(now=LONG_AFTER, limit=10)
    clock.refresh_from_db()
    assert (clock.ended_at, clock.outcome) == (SOON, "met")


def test_an_event_that_is_retried_is_taken_up_by_the_next_heartbeat(make: Make, poison: None) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    beats(since=SOON)
    poisoning.cure(ticket)

    assert relay.retry(TicketEvent.objects.all()) == 1
    assert sweep.heartbeat(now=SOON + 4 * LONGEST_REST + timedelta(seconds=1), limit=10).relayed == 1


def test_an_event_is_set_aside_though_the_rest_cannot_be_written_either(make: Make, poison: None) -> None:
    ticket = make.ticket()
    with transaction.atomic(), changing(ticket, now=SOON, author=Author.SYSTEM) as change:
        change.record(EventKind.DUE_TIME_SET, metric="resolution", due_at="2026-03-09T18:00:00")
        change.record(EventKind.ACKNOWLEDGED)
    poisoning.poison(ticket)

    assert beats(since=SOON) == [0, 0, 0, 0, 0]
    assert TicketEvent.objects.set_aside().get().kind == EventKind.DUE_TIME_SET


def test_it_is_the_event_that_nobody_can_read_that_is_set_aside(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic(), changing(ticket, now=SOON, author=Author.SYSTEM) as change:
        change.record(EventKind.NOTE_ADDED)
        change.record(EventKind.DUE_TIME_SET, metric="resolution", due_at="2026-03-09T18:00:00")
        change.record(EventKind.ACKNOWLEDGED)

    assert beats(since=SOON) == [0, 0, 0, 0, 1]
    assert TicketEvent.objects.set_aside().get().kind == EventKind.DUE_TIME_SET
    assert Clock.objects.get(metric="acknowledgement").ended_at == SOON


def test_a_recount_that_passes_by_while_an_event_fails_is_made_up_for(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic(), changing(ticket, now=SOON, author=Author.SYSTEM) as change:
        change.record(EventKind.DUE_TIME_SET, metric="resolution", due_at="2026-03-09T18:00:00")
    version = _publish_for_all(now=SOON)
    recounted.go_on_to_the_end(now=SOON)
    beats(since=SOON)

    assert TicketEvent.objects.set_aside().exists()
    assert recount.check([ticket.pk], now=SOON) == []
    assert Clock.objects.get(metric="first_response").policy_version == version


def _publish_for_all(*, now: datetime) -> PolicyVersion:
    """Promise a first response within six minutes, to clocks that run as well."""
    policy = Policy.objects.get(name="Everybody")
    return versions.publish_policy(
        policy=policy,
        rules={"targets": {"first_response": {"seconds": 360}}},
        position=1000,
        calendar=policy.versions.get().calendar,
        now=now,
        scope="new_and_open",
    )


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_somebody_writes_to_is_left_to_them(
    make: Make, poison: None, elsewhere: Elsewhere
) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    poisoning.cure(ticket)

    with transaction.atomic():
        Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
        beat = elsewhere(lambda: sweep.heartbeat(now=SOON, limit=10)).result(timeout=20)
    assert beat.relayed == 0
    assert sweep.heartbeat(now=SOON, limit=10).relayed == 1


@pytest.mark.django_db(transaction=True)
def test_the_watch_is_told_of_alarms_within_half_a_minute_and_no_others(
    make: Make, second: psycopg.Connection
) -> None:
    second.execute(f"LISTEN {settings.ALARM_CHANNEL}")

    make.ticket()
    assert list(second.notifies(timeout=0.2)) == []
    make.ticket(occurred_at=NOW - timedelta(minutes=45) + timedelta(seconds=20))  # at risk 20 s from now
    assert len(list(second.notifies(timeout=5, stop_after=1))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_flag_raised_while_a_late_answer_comes_in_is_withdrawn(make: Make, elsewhere: Elsewhere) -> None:
    ticket, owner = make.ticket(), make.agent()

    def answer() -> None:
        with transaction.atomic():
            late = Ticket.objects.get(pk=ticket.pk)
            replies.reply_in_public(ticket=late, author=owner, body="Here.", now=LONG_AFTER, sent_at=SOON)

    with transaction.atomic():
        flags.raise_due(now=LONG_AFTER, limit=10, noticed_by="test")
        answered = elsewhere(answer)
        _await_somebody_who_waits_for_us()
    answered.result(timeout=20)

    assert not Flag.objects.standing().filter(metric="first_response").exists()
    assert Flag.objects.filter(metric="first_response", withdrawn_reason="corrected").count() == 2
    assert recount.check([ticket.pk], now=LONG_AFTER) == []


def _await_somebody_who_waits_for_us() -> None:
    with connection.cursor() as cursor:
        for _ in range(2000):
            cursor.execute(
                "SELECT pg_sleep(0.005), count(*) FROM pg_locks"
                " WHERE NOT granted AND transactionid = pg_current_xact_id()::xid"
            )
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_a_writer_whose_time_is_older_than_the_sweeps_leaves_its_flags(make: Make) -> None:
    ticket = make.ticket()
    sweep.sweep(now=NOW + timedelta(minutes=45), limit=10, noticed_by="test")

    with transaction.atomic():
        replies.add_note(
            ticket=ticket, author=make.agent(), body="Hm.", now=NOW + timedelta(minutes=44, seconds=59)
        )

    assert [flag.withdrawn_at for flag in Flag.objects.all()] == [None]
