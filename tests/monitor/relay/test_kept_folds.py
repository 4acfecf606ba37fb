"""Long tickets keep a fold: what goes on from it says what all events say, and what reaches behind it asks them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.models import Message, Ticket, TicketEvent
from helpdesk.tickets import ticket_status
from helpdesk.tickets.event_relays import relayed_together
from monitor.models import Calendar, CalendarVersion, Clock, Flag, KeptFold, Policy, Standing, VersionScope
from monitor.promises import versions
from monitor.relay import clock_state, fold_input, kept_folds, recount, recount_job, relay
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning
from tests.monitor import recounted
from tests.monitor.watched import Elsewhere

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
KEPT_OUT, RENEWED_EVERY = 6, 3

Step = Callable[[Make, Ticket, datetime], object]


@pytest.fixture(autouse=True)
def folds_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_folds, "KEPT_OUT", KEPT_OUT)
    monkeypatch.setattr(kept_folds, "RENEWED_EVERY", RENEWED_EVERY)


@pytest.fixture
def read_whole(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Hear of each ticket of which all events are read."""
    read: list[int] = []
    read_events = fold_input.read_events

    def heard(ticket_ids: Any, **options: Any) -> Any:
        read.extend(ticket_ids)
        return read_events(ticket_ids, **options)

    monkeypatch.setattr(fold_input, "read_events", heard)
    return read


def writes(make: Make, ticket: Ticket, now: datetime, **more: Any) -> None:
    replies.receive_customer_message(ticket=ticket, body="And?", now=now, **more)


def answers(make: Make, ticket: Ticket, now: datetime) -> None:
    replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=now)


def resolves(make: Make, ticket: Ticket, now: datetime) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=now)


def told_late(make: Make, ticket: Ticket, now: datetime) -> None:
    writes(make, ticket, now, sent_at=NOW + 3 * MINUTE)


def bounces(make: Make, ticket: Ticket, now: datetime) -> None:
    reply = Message.objects.filter(ticket=ticket, author="agent").order_by("pk")[0]
    take_back_bounced(ticket=ticket, message=reply, now=now)


def leaves_and_comes_back(make: Make, ticket: Ticket, now: datetime) -> None:
    ticket_status.mark_spam(ticket=ticket, by=None, now=now)
    for minutes in range(KEPT_OUT + RENEWED_EVERY):
        replies.add_note(ticket=ticket, author=make.agent(), body="Hm.", now=now + minutes * MINUTE)
    ticket_status.restore(ticket=ticket, by=None, now=now + 30 * MINUTE)


def promises_more(make: Make, ticket: Ticket, now: datetime) -> None:
    versions.publish_policy(
        policy=Policy.objects.get(name="Everybody"),
        rules={"targets": {"resolution": {"seconds": 60}, "next_response": {"seconds": 30}}},
        position=1000,
        calendar=Calendar.objects.get(name="24×7"),
        now=now,
        scope=VersionScope.NEW_AND_OPEN,
    )


def had_closed_earlier(make: Make, ticket: Ticket, now: datetime) -> None:
    """Write a version as no service would: one that begins before it is published."""
    CalendarVersion.objects.create(
        calendar=Calendar.objects.get(name="24×7"),
        version=2,
        spec={"timezone": "UTC", "weekly": {"mon": [["15:00", "16:07"]]}},
        effective_at=NOW + 2 * MINUTE,
    )
    recount_job.ask(now=now)


TALK: tuple[Step, ...] = (answers, writes, answers, resolves, writes) * 3
STORIES: dict[str, tuple[Step, ...]] = {
    "talk": TALK,
    "a reply of long ago bounces": (*TALK, bounces, *TALK),
    "a message of long ago is told": (*TALK, told_late, *TALK),
    "it was spam": (*TALK, leaves_and_comes_back, *TALK),
    "another promise": (*TALK, promises_more, *TALK),
    "other hours, in the past": (*TALK, had_closed_earlier, *TALK),
}


def tell(make: Make, story: tuple[Step, ...]) -> Ticket:
    """Let it happen to a ticket, ten minutes from one thing to the next, with a sweep in between."""
    ticket, now = make.ticket(email="somebody@example.com"), NOW
    for step in story:
        now += 10 * MINUTE
        with transaction.atomic():
            step(make, ticket, now)
        recounted.go_on_to_the_end(now=now)
        assert recount.check([ticket.pk], now=now) == []
        sweep.sweep(now=now + 5 * MINUTE, limit=100, noticed_by="test")
    return ticket


OUR_OWN = {"noticed_at", "updated_at"}


def stored(ticket: Ticket) -> list[list[Any]]:
    """Return all that stands, without numbers and instants that only this database knows."""
    rows = (
        Clock.objects.standing().filter(ticket=ticket).order_by("metric", "start_seq").values(),
        Flag.objects.filter(ticket=ticket)
        .order_by("clock__metric", "clock__start_seq", "level", "pk")
        .values(),
        Standing.objects.filter(ticket=ticket).values(),
    )
    return [
        [{k: v for k, v in row.items() if not k.endswith("id") and k not in OUR_OWN} for row in some]
        for some in rows
    ]


@pytest.mark.parametrize("name", STORIES)
def test_with_folds_and_without_the_same_is_stored(
    make: Make, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with transaction.atomic():
        with_folds = stored(tell(make, STORIES[name]))
        assert KeptFold.objects.count() == 1
        transaction.set_rollback(True)
    monkeypatch.setattr(kept_folds, "KEPT_OUT", 1000)

    without = stored(tell(make, STORIES[name]))

    assert KeptFold.objects.count() == 0
    assert with_folds == without


def test_a_long_ticket_keeps_a_fold_and_renews_it(make: Make) -> None:
    ticket = make.ticket()
    kept: list[int] = []
    for minutes in range(1, 15):
        with transaction.atomic():
            replies.add_note(ticket=ticket, author=make.agent(), body="Hm.", now=NOW + minutes * MINUTE)
        kept.append(KeptFold.objects.filter(ticket=ticket).values_list("last_seq", flat=True).first() or 0)

    assert kept == [0] * 7 + [3, 3, 3, 6, 6, 6, 9]


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return tell(make, TALK)


LATER = NOW + timedelta(days=1)


def test_what_goes_on_reads_no_event_that_was_folded(
    make: Make, ticket: Ticket, read_whole: list[int]
) -> None:
    answers(make, ticket, LATER)
    writes(make, ticket, LATER + MINUTE)

    assert read_whole == []
    assert recount.check([ticket.pk], now=LATER + MINUTE) == []


def test_several_tickets_go_on_together(make: Make, read_whole: list[int]) -> None:
    tickets = [tell(make, TALK), make.ticket(), tell(make, TALK)]
    numbers = [ticket.pk for ticket in tickets]
    read_whole.clear()

    with transaction.atomic(), relayed_together(now=LATER):
        for ticket in tickets:
            answers(make, ticket, LATER)
    told = clock_state.tell([Ticket.objects.get(pk=pk) for pk in numbers], now=LATER).told

    assert read_whole == []
    assert [len(told[pk].clocks or ()) for pk in numbers] == [4, 3, 4]
    assert recount.check(numbers, now=LATER) == []


@pytest.mark.parametrize("step", [told_late, bounces])
def test_what_reaches_behind_reads_all_and_leaves_a_fold_that_is_true(
    make: Make, ticket: Ticket, read_whole: list[int], step: Step
) -> None:
    before = KeptFold.objects.get()
    step(make, ticket, LATER)

    assert read_whole == [ticket.pk]
    assert recount.check([ticket.pk], now=LATER) == []
    assert [fold.last_seq < before.last_seq for fold in KeptFold.objects.all()] in ([True], [])


def test_by_other_zone_data_a_ticket_is_folded_from_the_start_once(
    make: Make, ticket: Ticket, read_whole: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_folds, "zone_data", lambda: "2099a")
    answers(make, ticket, LATER)
    assert read_whole == [ticket.pk]

    writes(make, ticket, LATER + MINUTE)
    assert read_whole == [ticket.pk]
    assert "2099a" in KeptFold.objects.get().checkpoint["stamp"]


def test_a_clock_that_runs_and_should_not_is_found_without_a_recount(
    make: Make, ticket: Ticket, read_whole: list[int]
) -> None:
    ended = Clock.objects.filter(ticket=ticket, metric="next_response").exclude(ended_at=None)
    astray = ended.order_by("start_seq")[0]
    Clock.objects.filter(ticket=ticket, metric="next_response", ended_at=None).delete()
    Clock.objects.filter(pk=astray.pk).update(ended_at=None, outcome="")

    answers(make, ticket, LATER)

    assert read_whole == [ticket.pk]
    assert recount.check([ticket.pk], now=LATER) == []


def test_an_event_that_was_set_aside_is_not_forgotten(make: Make, ticket: Ticket) -> None:
    aside = TicketEvent.objects.filter(ticket=ticket, kind="resolved").order_by("seq")[:1].get()
    TicketEvent.objects.filter(pk=aside.pk).update(relayed_at=None, set_aside_at=LATER)
    recount.repair([ticket.pk], now=LATER)
    assert aside.seq < KeptFold.objects.get().last_seq
    without = Clock.objects.get(ticket=ticket, metric="resolution").wall

    relay.retry([aside])
    assert relay.take_up_waiting(now=LATER, limit=10) == 1

    assert recount.check([ticket.pk], now=LATER) == []
    assert Clock.objects.get(ticket=ticket, metric="resolution").wall != without


def test_a_recount_heeds_no_fold_and_replaces_it(make: Make, ticket: Ticket) -> None:
    for _ in range(2):
        replies.add_note(ticket=ticket, author=make.agent(), body="Hm.", now=LATER)
    true = KeptFold.objects.values().get()
    KeptFold.objects.update(last_seq=true["last_seq"] + 1, checkpoint=true["checkpoint"] | {"status": "void"})
    assert [drift.what for drift in recount.check([ticket.pk], now=LATER)] == ["fold"]
    before = stored(ticket)

    recount.repair([ticket.pk], now=LATER)

    assert stored(ticket) == before
    assert KeptFold.objects.get().last_seq > true["last_seq"] + 1
    assert recount.check([ticket.pk], now=LATER) == []


def test_a_recount_takes_away_what_is_too_early_to_keep(
    make: Make, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_folds, "KEPT_OUT", 1000)
    recount.repair([ticket.pk], now=LATER)

    assert not KeptFold.objects.exists()


@pytest.mark.usefixtures("poison")
def test_a_relay_that_fails_after_a_fold_was_written_leaves_the_old_one(make: Make, ticket: Ticket) -> None:
    before = KeptFold.objects.values().get()
    poisoning.poison(ticket)
    for minutes in range(RENEWED_EVERY + 1):
        writes(make, ticket, LATER + minutes * MINUTE)
    assert KeptFold.objects.values().get() == before

    poisoning.cure(ticket)
    assert relay.take_up_waiting(now=LATER + timedelta(hours=1), limit=10) == 1
    assert KeptFold.objects.get().last_seq > before["last_seq"]
    assert recount.check([ticket.pk], now=LATER + timedelta(hours=1)) == []


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_leave_one_true_fold(make: Make, elsewhere: Elsewhere) -> None:
    ticket = tell(make, TALK)

    def write(agent: Any, minutes: int) -> None:
        the_same = Ticket.objects.get(pk=ticket.pk)
        with transaction.atomic():
            replies.reply_in_public(ticket=the_same, author=agent, body="Here.", now=LATER + minutes * MINUTE)

    agent = make.agent()
    for minutes in range(0, 2 * RENEWED_EVERY, 2):
        for written in [elsewhere(lambda at=one: write(agent, at)) for one in (minutes, minutes + 1)]:  # type: ignore[misc]
            written.result(timeout=20)

    assert recount.check([ticket.pk], now=LATER + timedelta(hours=1)) == []


@pytest.fixture
def held(second: psycopg.Connection) -> Callable[[str], bool]:
    """Tell whether a clock is locked by the transaction that this test is in."""

    def is_held(where: str) -> bool:
        try:
            second.execute(f"SELECT FROM monitor_clock WHERE {where} FOR NO KEY UPDATE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            return True
        return False

    return is_held


@pytest.mark.django_db(transaction=True)
def test_only_clocks_that_have_not_ended_or_are_still_to_ring_are_locked(
    make: Make, held: Callable[[str], bool]
) -> None:
    ticket = tell(make, TALK)
    Clock.objects.filter(ticket=ticket, metric="first_response").update(rings_at=LATER + timedelta(days=900))

    with transaction.atomic():
        fold_input.read_to_fold([ticket.pk])

        assert held("ended_at IS NULL")
        assert held("metric = 'first_response'")
        assert not held("ended_at IS NOT NULL AND rings_at IS NULL")
