"""Excusals and freezes: what was measured stays, and adjusted figures count them out, as long as they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import bounces
from helpdesk.models import Message, SecurityEvent
from helpdesk.refusal import Refused
from monitor.excusals import excusing, freezing
from monitor.models import Clock, Excusal
from monitor.promises.defaults import ensure_defaults
from monitor.reports.adjusted import excused_clocks as adjusted
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import (
    MUCH_LATER,
    answer,
    counted,
    excuse,
    excused_tickets,
    first_response,
    freeze,
    late_by,
    take_back,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True, params=["unfolded", "folded"])
def fold(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Let the figures begin, and return what brings them up to date, or leaves that to who reads them."""
    ensure_defaults()
    figures.begin()
    return figures.fold if request.param == "folded" else lambda: None


def test_an_excused_promise_is_left_out_of_the_adjusted_share_alone(
    make: Make, fold: Callable[[], None]
) -> None:
    ticket = late_by(make, HOUR)
    late_by(make, HOUR)
    before = list(Clock.objects.order_by("pk").values())

    assert excuse(ticket, by=make.agent("overseer")) == 1
    assert excuse(ticket, by=make.agent("admin")) == 0
    fold()

    assert counted() == ({"late": 2}, 1)
    assert excused_tickets() == {ticket.pk}
    assert list(Clock.objects.order_by("pk").values()) == before


def test_taken_back_it_counts_as_before(make: Make, fold: Callable[[], None]) -> None:
    ticket, overseer = late_by(make, HOUR), make.agent("overseer")
    excuse(ticket, by=overseer)
    fold()

    assert take_back(ticket, by=overseer, now=MUCH_LATER + HOUR) == 1
    assert take_back(ticket, by=overseer) == 0
    fold()

    assert counted() == ({"late": 1}, 0)
    assert excused_tickets() == set()
    [kept] = Excusal.objects.all()
    assert (kept.taken_back_by, kept.taken_back_at) == (overseer, MUCH_LATER + HOUR)
    assert [line.facts["fields"] for line in SecurityEvent.objects.order_by("pk")] == [
        ["excused"],
        ["taken_back"],
    ]


def test_an_excusal_says_why(make: Make) -> None:
    ticket = late_by(make, HOUR)

    with pytest.raises(Refused), transaction.atomic():
        excusing.excuse([first_response(ticket)], reason=" ", by=make.agent("overseer"), now=NOW)


def test_what_is_broken_no_more_has_nothing_to_excuse(make: Make, fold: Callable[[], None]) -> None:
    ticket = make.ticket()
    due_at = first_response(ticket).due_at
    assert due_at
    with transaction.atomic():
        excusing.excuse([first_response(ticket)], reason="?", by=make.agent("admin"), now=due_at + MINUTE)
    fold()

    assert counted(now=due_at - MINUTE) == ({"undecided": 1}, 0)
    assert counted(now=due_at + HOUR) == ({"late": 1}, 1)
    assert excused_tickets(now=due_at - MINUTE) == set()


def test_a_bounce_makes_an_excused_late_answer_a_wait_that_is_excused_still(
    make: Make, fold: Callable[[], None]
) -> None:
    ticket = late_by(make, HOUR)
    excuse(ticket, by=make.agent("admin"))
    reply = Message.objects.filter(ticket=ticket).latest("pk")
    with transaction.atomic():
        bounces.take_back_bounced(ticket=ticket, message=reply, now=MUCH_LATER)
    fold()

    assert counted() == ({"late": 1}, 1)
    assert first_response(ticket).outcome == ""


def test_a_freeze_excuses_what_would_have_been_in_time_without_it(
    make: Make, fold: Callable[[], None]
) -> None:
    by_an_hour, by_two = late_by(make, HOUR - MINUTE), late_by(make, 2 * HOUR)
    before = list(Clock.objects.order_by("pk").values())

    made = freeze(make, NOW, NOW + HOUR)
    figures.fold()

    assert counted() == ({"late": 2}, 1)
    assert excused_tickets() == {by_an_hour.pk}
    assert list(Clock.objects.order_by("pk").values()) == before
    [told] = adjusted.told_of([first_response(by_an_hour)]).values()
    assert (told.freezes, told.is_excused, told.excusal) == ([made], True, None)

    with transaction.atomic():
        freezing.take_back(made, by=make.agent("admin"), now=MUCH_LATER)
    figures.fold()
    assert counted() == ({"late": 2}, 0)
    assert by_two.pk not in excused_tickets()


def test_whoever_was_never_answered_is_excused_by_no_freeze(make: Make) -> None:
    make.ticket()
    freeze(make, NOW - HOUR, None)
    figures.fold()

    assert counted() == ({"late": 1}, 0)


def test_a_freeze_that_lasts_excuses_late_answers_as_they_come_until_it_is_ended(make: Make) -> None:
    ticket = make.ticket()
    due_at = first_response(ticket).due_at
    assert due_at
    made = freeze(make, due_at - HOUR, None)
    answer(make, ticket, due_at + 2 * HOUR)
    figures.fold()
    assert excused_tickets() == {ticket.pk}

    with transaction.atomic():
        freezing.end(made, at=due_at, by=make.agent("admin"))
    figures.fold()
    assert excused_tickets() == set()


def test_a_freeze_of_other_queues_or_promises_excuses_nothing(make: Make) -> None:
    late_by(make, MINUTE)
    freeze(make, NOW, NOW + HOUR, queues=[make.queue("Elsewhere")])
    freeze(make, NOW, NOW + HOUR, metrics=["resolution"])
    freeze(make, NOW, NOW + HOUR, environment="test")
    figures.fold()

    assert excused_tickets() == set()


def test_what_a_freeze_would_excuse_is_told_before(make: Make) -> None:
    late_by(make, MINUTE)
    late_by(make, 3 * HOUR)
    freeze_to_be = freeze(make, NOW, NOW + HOUR, metrics=["first_response"])
    with transaction.atomic():
        freezing.take_back(freeze_to_be, by=make.agent("admin"), now=MUCH_LATER)
    freeze_to_be.pk = None

    told = freezing.preview(freeze_to_be)

    assert (told.excused, told.late, told.more) == (1, 2, False)


def test_adjusted_is_never_worse_than_what_was_measured() -> None:
    for met in range(6):
        for broken in range(6):
            for excused in range(broken + 1):
                share = adjusted.adjusted_per_mille(met, broken, excused)
                raw = met * 1000 // (met + broken) if met + broken else None
                assert share is None or raw is None or share >= raw
