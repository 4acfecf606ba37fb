"""Rollups: folded in any order, with corrections and crashes, they are what would be summed up from nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.conversation import replies
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.database import statement
from helpdesk.database.deletion import delete_whole
from helpdesk.models import Message, Ticket
from helpdesk.tickets import assignment, ticket_status
from monitor.models import RollupEdition, UncountedTicket
from monitor.reports.clock_selection import ClockSelection, InstantSpan
from monitor.reports.resolutions import first_resolutions
from monitor.reports.rollup import folding, live_folding, rollup_check, uncounted_tickets
from tests.make import NOW, Make
from tests.monitor.reports.poisonous_tickets import DamagedShares
from tests.monitor.reports.test_rollups import (
    MINUTE,
    cells,
    fold,
    fold_all,
    from_nothing,
    live,
    live_from_nothing,
)

pytestmark = pytest.mark.django_db

# Deeds: each is done to one of three tickets, some minutes later.
Deed = Callable[[Make, Ticket, datetime], object]


def asks(make: Make, ticket: Ticket, now: datetime) -> None:
    replies.receive_customer_message(ticket=ticket, body="And?", now=now)


def asked_before(make: Make, ticket: Ticket, now: datetime) -> None:
    replies.receive_customer_message(ticket=ticket, body="Hm?", now=now, sent_at=now - 90 * MINUTE)


def answers(make: Make, ticket: Ticket, now: datetime) -> None:
    replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=now)


def holds_off(make: Make, ticket: Ticket, now: datetime) -> None:
    replies.reply_in_public(ticket=ticket, author=make.agent(), body="We have it.", now=now, holding=True)


def hears_bot(make: Make, ticket: Ticket, now: datetime) -> None:
    replies.reply_as_bot(ticket=ticket, body="Look there.", now=now)


def bounces(make: Make, ticket: Ticket, now: datetime) -> None:
    reply = Message.objects.filter(ticket=ticket, author="agent").order_by("-pk").first()
    if reply is not None:
        take_back_bounced(ticket=ticket, message=reply, now=now)


def resolves(make: Make, ticket: Ticket, now: datetime) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=now)


def is_taken(make: Make, ticket: Ticket, now: datetime) -> None:
    assignment.assign(ticket=ticket, to=make.agent(), by=make.agent(), now=now)


def asks_anew(make: Make, ticket: Ticket, now: datetime) -> None:
    make.ticket(now=now, email="jon@example.com")


def goes(make: Make, ticket: Ticket, now: datetime) -> None:
    delete_whole(Ticket.objects.filter(pk=ticket.pk))


DEEDS = (asks, asked_before, asks_anew, answers, holds_off, hears_bot, bounces, is_taken, resolves, goes)
STATEMENTS = 14
"""At most so many statements write or read in one fold of what can be folded, after the turn is had."""


class Killed(BaseException):
    """The process that folds is killed here."""


@pytest.fixture
def dies_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let folding die before its n-th statement; 0: no more."""
    left = [0]
    run = statement.run

    def until_killed(*asked: Any, **how: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return run(*asked, **how)

    monkeypatch.setattr(folding, "run", until_killed)
    monkeypatch.setattr(live_folding, "run", until_killed)
    monkeypatch.setattr(first_resolutions, "run", until_killed)
    monkeypatch.setattr(uncounted_tickets, "run", until_killed)
    return lambda statements: left.__setitem__(0, statements)


def answers_due(edition: RollupEdition) -> int:
    """Return how many answers are still to be given, as it is kept."""
    kept = live_folding.of_scope(edition, "live", None, None)
    return sum(len(one.answers) for one in kept.values())


def answers_that_lists_find() -> int:
    """Return how many a list of all tickets finds, those that are not live among them."""
    due = ClockSelection(metric="responses", due=InstantSpan(None, NOW + 9999 * MINUTE))
    return due.clocks(Ticket.objects.all(), now=NOW).count()


def fold_or_die(dies_before: Callable[[int], None], *, at: int, limit: int) -> None:
    dies_before(at)
    try:
        fold(limit=limit)
    except Killed:
        pass
    finally:
        dies_before(0)


STEP = st.one_of(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 2)),
    st.tuples(st.just("fold"), st.integers(1, 3)),
    st.tuples(st.just("die"), st.integers(1, STATEMENTS + 2)),
    st.tuples(st.just("shuffle"), st.integers(1, 9)),
    st.tuples(st.just("damage"), st.integers(0, 2)),
    st.tuples(st.just("mend"), st.just(0)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=14))
def test_folded_in_any_order_with_corrections_crashes_and_damage_it_is_what_is_summed_up_from_nothing(
    make: Make, dies_before: Callable[[int], None], steps: list[tuple[Any, int]]
) -> None:
    with transaction.atomic():
        fold()
        edition = RollupEdition.objects.complete().get()
        tickets = [make.ticket(email="jon@example.com").pk for _ in range(3)]
        damaged = DamagedShares()
        for minutes, (what, number) in enumerate(steps, start=7):
            match what:
                case "fold":
                    fold(limit=number)
                case "die":
                    fold_or_die(dies_before, at=number, limit=2)
                case "shuffle":
                    shuffle_marks(number)
                case "damage":
                    damaged.damage(tickets[number])
                case "mend":
                    damaged.mend()
                case deed:
                    do(deed, make, tickets[number], NOW + 7 * minutes * MINUTE)
        mend_and_fold_all(damaged)

        assert not UncountedTicket.objects.exists()
        is_as_from_nothing(edition)
        transaction.set_rollback(True)


def mend_and_fold_all(damaged: DamagedShares) -> None:
    """Fold what can be; once nothing is damaged any more, the rest, too."""
    fold_all()
    damaged.mend()
    uncounted_tickets.mark_all()
    fold_all()


def is_as_from_nothing(edition: RollupEdition) -> None:
    assert cells(edition) == from_nothing(edition)
    assert live(edition) == live_from_nothing()
    assert answers_due(edition) == answers_that_lists_find()
    assert not list(rollup_check.astray(edition))


def do(deed: Deed, make: Make, ticket_id: int, now: datetime) -> None:
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is not None:
        deed(make, ticket, now)


def shuffle_marks(seed: int) -> None:
    """Write the marks anew, in an order of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (DELETE FROM monitor_rollupmark RETURNING id, ticket_id) "
            "INSERT INTO monitor_rollupmark (ticket_id) SELECT ticket_id FROM taken ORDER BY id * 7919 %% %s",
            [10 + seed],
        )
