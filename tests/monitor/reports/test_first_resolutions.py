"""First resolutions: whether that was the end of the matter, by what a ticket and its customer's others say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Ticket
from helpdesk.tickets import ticket_status
from monitor.models import FirstResolution
from monitor.reports.resolutions import first_resolutions
from monitor.reports.rollup import rollup_check
from tests import figures
from tests.make import NOW, Make

JON = "jon@example.com"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def begun(db: None) -> None:
    """The figures of an empty desk."""
    figures.begin()


@pytest.fixture
def kept() -> Callable[[Ticket], FirstResolution | None]:
    """Fold, and return what is then kept of a ticket, which is what it says."""

    def fold_and_find(ticket: Ticket) -> FirstResolution | None:
        figures.fold(now=NOW)
        assert not first_resolutions.astray(list(Ticket.objects.values_list("pk", flat=True)))
        return FirstResolution.objects.filter(pk=ticket.pk).first()

    return fold_and_find


Kept = Callable[[Ticket], FirstResolution | None]


def answered(make: Make, ticket: Ticket, after: timedelta = 10 * MINUTE) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW + after)


def resolved(make: Make, after: timedelta = 20 * MINUTE) -> Ticket:
    """Return a ticket that was answered and resolved."""
    ticket = make.ticket(now=NOW, email=JON)
    answered(make, ticket)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=NOW + after)
    return ticket


def asks(ticket: Ticket, after: timedelta) -> None:
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="And now?", now=NOW + after)


def test_a_ticket_that_was_resolved_says_when_and_how_soon_it_had_been_answered(
    make: Make, kept: Kept
) -> None:
    one, waiting = resolved(make), make.ticket(now=NOW)

    found = kept(one)

    assert found is not None
    assert (found.resolved_at, found.response) == (NOW + 20 * MINUTE, "quarter")
    assert (found.reopened_at, found.asked_again_at) == (None, None)
    assert kept(waiting) is None


def test_whoever_writes_again_within_a_week_has_asked_again_and_reopened_it(make: Make, kept: Kept) -> None:
    one = resolved(make)
    assert kept(one)

    asks(one, 6 * DAY)

    found = kept(one)
    assert found is not None
    assert found.asked_again_at == found.reopened_at == NOW + 6 * DAY
    assert found.asked_again_on == one.pk


def test_a_week_later_it_is_another_matter(make: Make, kept: Kept) -> None:
    one = resolved(make)

    asks(one, 7 * DAY + 21 * MINUTE)

    found = kept(one)
    assert found is not None
    assert (found.reopened_at, found.asked_again_at) == (None, None)


def test_a_new_ticket_of_the_same_customer_is_asking_again(make: Make, kept: Kept) -> None:
    one = resolved(make)
    assert kept(one)

    again = make.ticket(now=NOW + DAY, email=JON)

    found = kept(one)
    assert found is not None
    assert (found.asked_again_on, found.reopened_at) == (again.pk, None)


def test_what_another_customer_asks_is_not(make: Make, kept: Kept) -> None:
    one = resolved(make)

    make.ticket(now=NOW + DAY, email="somebody.else@example.com")

    found = kept(one)
    assert found is not None
    assert found.asked_again_at is None


def test_what_was_asked_before_the_resolution_is_not(make: Make, kept: Kept) -> None:
    one, other = resolved(make), make.ticket(now=NOW + MINUTE, email=JON)
    answered(make, other)
    asks(other, DAY)

    found = kept(one)
    assert found is not None
    assert found.asked_again_at is None


def test_a_thank_you_is_not_asking_again_and_reopens_nothing(make: Make, kept: Kept) -> None:
    one = resolved(make)
    asks(one, DAY)
    assert kept(one)

    with transaction.atomic():
        ticket_status.mark_no_reply_needed(ticket=one, by=make.agent(), now=NOW + DAY + MINUTE)

    found = kept(one)
    assert found is not None
    assert (found.reopened_at, found.asked_again_at) == (None, None)


def test_a_new_ticket_that_was_spam_is_not_asking_again(make: Make, kept: Kept) -> None:
    one, again = resolved(make), make.ticket(now=NOW + DAY, email=JON)
    assert kept(one)

    with transaction.atomic():
        ticket_status.mark_spam(ticket=again, by=make.agent(), now=NOW + DAY + MINUTE)

    found = kept(one)
    assert found is not None
    assert found.asked_again_at is None


def test_an_agent_who_reopens_has_reopened_it_and_nobody_has_asked(make: Make, kept: Kept) -> None:
    one = resolved(make)

    with transaction.atomic():
        ticket_status.reopen(ticket=one, by=make.agent("colleague"), now=NOW + DAY)

    found = kept(one)
    assert found is not None
    assert (found.reopened_at, found.asked_again_at) == (NOW + DAY, None)


def test_a_resolution_that_was_undone_never_was(make: Make, kept: Kept) -> None:
    one = resolved(make)
    assert kept(one)

    with transaction.atomic():
        ticket_status.reopen(ticket=one, by=make.agent(), now=NOW + 20 * MINUTE + timedelta(seconds=3))

    assert kept(one) is None


def test_a_ticket_resolved_twice_counts_from_the_first_time(make: Make, kept: Kept) -> None:
    one = resolved(make)
    asks(one, DAY)
    with transaction.atomic():
        ticket_status.resolve(ticket=one, by=make.agent(), now=NOW + 2 * DAY)

    found = kept(one)

    assert found is not None
    assert (found.resolved_at, found.asked_again_at) == (NOW + 20 * MINUTE, NOW + DAY)


def test_who_was_resolved_without_an_answer_is_told_apart(make: Make, kept: Kept) -> None:
    silent, thanks, gone, spam = (make.ticket(now=NOW) for _ in range(4))
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=make.agent(), now=NOW + MINUTE)
        ticket_status.mark_no_reply_needed(ticket=thanks, by=make.agent(), now=NOW + MINUTE)
        ticket_status.resolve(ticket=thanks, by=make.agent(), now=NOW + MINUTE)
        ticket_status.close(ticket=gone, by=None, by_customer=True, now=NOW + MINUTE)
        ticket_status.resolve(ticket=spam, by=make.agent(), now=NOW + MINUTE)
        ticket_status.mark_spam(ticket=spam, by=make.agent(), now=NOW + 2 * MINUTE)

    found = kept(silent)

    assert found is not None
    assert found.response == "never"
    assert [kept(other) for other in (thanks, gone, spam)] == [None, None, None]


def test_what_is_kept_otherwise_is_named_by_the_check(make: Make) -> None:
    one = resolved(make)
    edition = figures.begin()
    figures.fold(now=NOW)
    assert not list(rollup_check.astray(edition))

    FirstResolution.objects.update(response="never")

    assert f"ticket {one.pk}" in list(rollup_check.astray(edition))
