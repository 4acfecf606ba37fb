"""What had broken before anybody could know of the risk is told as broken, once; a warning still of use is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import bounces, replies
from helpdesk.tickets import assignment, manual_due_time, ticket_attributes
from monitor.models import Clock, Flag, News, Policy
from monitor.promises import versions
from monitor.relay import recount
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import recounted

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def levels(metric: str) -> list[str]:
    """Return how often what was told of a metric, whether it still stands or not."""
    raised = News.objects.filter(change="raised", flag__metric=metric)
    return sorted(raised.values_list("flag__level", flat=True))


def look(after: timedelta) -> None:
    sweep.sweep(now=NOW + after, limit=100, noticed_by="test")


def test_what_comes_after_its_due_time_is_told_as_broken(make: Make) -> None:
    make.ticket(occurred_at=NOW - 5 * HOUR)
    look(MINUTE)

    assert levels("acknowledgement") == levels("first_response") == ["breached"]
    assert levels("resolution") == []


def test_what_comes_after_its_warning_and_before_its_due_time_is_told_as_at_risk(make: Make) -> None:
    make.ticket(occurred_at=NOW - 50 * MINUTE)
    assert levels("acknowledgement") == ["at_risk"]

    look(10 * MINUTE)
    assert levels("acknowledgement") == ["at_risk", "breached"]


def test_a_recount_and_later_events_ask_for_no_warning_that_was_left_out(make: Make) -> None:
    ticket = make.ticket(occurred_at=NOW - 5 * HOUR)
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=NOW + MINUTE)

    assert recount.check([ticket.pk], now=NOW + MINUTE) == []
    look(HOUR)
    assert levels("first_response") == ["breached"]
    assert not Clock.objects.filter(metric="first_response").exclude(rings_at=None).exists()


def test_a_target_that_is_spent_already_is_told_as_broken(make: Make) -> None:
    ticket = make.ticket(priority="low")
    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="urgent", by=None, now=NOW + 50 * MINUTE)
    look(51 * MINUTE)

    assert levels("acknowledgement") == levels("first_response") == ["breached"]


def test_a_target_that_is_spent_after_an_unseen_warning_is_told_as_broken(make: Make) -> None:
    ticket = make.ticket(priority="normal")
    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="urgent", by=None, now=NOW + 50 * MINUTE)

    assert levels("acknowledgement") == ["breached"]


def test_another_queue_with_a_promise_that_is_spent_is_told_as_broken(make: Make) -> None:
    ticket = make.ticket(priority="low")
    promise_faster_in(make, "Returns")
    with transaction.atomic():
        ticket_attributes.change_queue(
            ticket=ticket, queue=make.queue("Returns"), by=None, now=NOW + 50 * MINUTE
        )

    assert levels("first_response") == ["breached"]


def promise_faster_in(make: Make, queue: str) -> None:
    everybody = Policy.objects.get(name="Everybody").versions.latest("version")
    versions.publish_policy(
        policy=Policy.objects.create(name=queue),
        rules={"match": {"queue": [make.queue(queue).pk]}, "targets": {"first_response": {"seconds": 360}}},
        position=everybody.position - 1,
        calendar=everybody.calendar,
        now=NOW - MINUTE,
        effective_at=None,
        scope="new",
    )


def test_a_due_time_set_by_hand_in_the_past_is_told_as_broken(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic():
        manual_due_time.set_due_time(
            ticket=ticket,
            metric="first_response",
            due_at=NOW + MINUTE,
            reason="They called.",
            by=make.agent("overseer"),
            now=NOW + 50 * MINUTE,
        )

    assert levels("first_response") == ["breached"]


def test_a_due_time_that_is_moved_near_warns_while_that_is_of_use(make: Make) -> None:
    ticket = make.ticket(priority="low")
    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="normal", by=None, now=NOW + 50 * MINUTE)
    assert levels("acknowledgement") == ["at_risk"]

    look(HOUR)
    assert levels("acknowledgement") == ["at_risk", "breached"]


def test_a_stop_that_is_taken_back_long_after_is_told_as_broken(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic():
        reply = replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="Here.", now=NOW + 5 * MINUTE
        )
    with transaction.atomic():
        bounces.take_back_bounced(ticket=ticket, message=reply, now=NOW + 5 * HOUR)

    assert levels("acknowledgement") == levels("first_response") == ["breached"]


def test_a_version_under_which_a_target_is_spent_is_told_as_broken(make: Make) -> None:
    make.ticket(priority="low")
    everybody = Policy.objects.get(name="Everybody").versions.latest("version")
    versions.publish_policy(
        policy=everybody.policy,
        rules={"targets": {"first_response": {"seconds": 360}}},
        position=everybody.position,
        calendar=everybody.calendar,
        now=NOW + 50 * MINUTE,
        effective_at=None,
        scope="new_and_open",
    )
    recounted.go_on_to_the_end(now=NOW + 51 * MINUTE)

    assert levels("first_response") == ["breached"]


def test_a_look_that_comes_too_late_still_tells_of_the_warning(make: Make) -> None:
    make.ticket()
    look(2 * HOUR)

    assert levels("acknowledgement") == ["at_risk", "breached"]


def test_an_answer_that_comes_late_leaves_what_was_told(make: Make) -> None:
    ticket = make.ticket()
    look(50 * MINUTE)
    assert levels("acknowledgement") == ["at_risk"]

    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=NOW + 2 * HOUR)

    assert levels("acknowledgement") == ["at_risk", "breached"]
    assert Flag.objects.standing().filter(metric="acknowledgement").count() == 2
