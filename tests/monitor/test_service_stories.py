"""Stories of the desk and its clocks together that another implementation of the contract found at the edges."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.merging import merge
from monitor.models import Calendar, Clock, Policy, Standing
from monitor.promises import versions
from monitor.reports.ticket_selection import STANDS
from tests.make import Make

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
LONG_AGO = MONDAY - timedelta(days=60)
ALWAYS: Final = {
    "timezone": "UTC",
    "weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}


def at(hours: float, *, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hours)


def calendar(spec: dict[str, Any]) -> Calendar:
    made = Calendar.objects.create(name=f"Hours {Calendar.objects.count()}")
    versions.publish_calendar(calendar=made, spec=spec, now=LONG_AGO, may_never_open=True)
    return made


def promise(
    targets: dict[str, int],
    *,
    basis: str = "wall",
    position: int = 1000,
    hours: Calendar | None = None,
    **rules: Any,
) -> Callable[[datetime], Policy]:
    """Return what publishes this policy, at first and again; targets are hours."""
    policy = Policy.objects.create(name=f"Policy {Policy.objects.count()}")
    hours = hours or calendar(ALWAYS)
    said = {metric: {"basis": basis, "warn": None, "seconds": 3600 * one} for metric, one in targets.items()}

    def publish(now: datetime) -> Policy:
        versions.publish_policy(
            policy=policy, rules={"targets": said, **rules}, position=position, calendar=hours, now=now
        )
        return policy

    publish(LONG_AGO)
    return publish


def answer(make: Make, ticket: Ticket, when: datetime, then: AfterReply = AfterReply.KEEP_OPEN) -> Message:
    return reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=when, then=then)


def clock(ticket: Ticket, metric: str) -> Clock:
    return Clock.objects.filter(ticket=ticket, metric=metric, superseded_at=None).order_by("-start_seq")[0]


def acknowledge_after_a_bounce(make: Make) -> None:
    promise({"acknowledgement": 2})
    ticket = make.ticket(now=at(15))
    take_back_bounced(ticket=ticket, message=answer(make, ticket, at(16)), now=at(17))

    assert assignment.acknowledge(ticket=ticket, by=make.agent(), now=at(18))
    assert (clock(ticket, "acknowledgement").started_at, clock(ticket, "acknowledgement").ended_at) == (
        at(15),
        at(18),
    )


def merge_loses_a_wait_after_resolve_and_bounce(make: Make) -> None:
    one = make.ticket(now=at(15))
    bounced = answer(make, one, at(16), AfterReply.RESOLVE)
    take_back_bounced(ticket=one, message=bounced, now=at(17))
    assert Ticket.objects.get(pk=one.pk).waiting_since == at(15)
    into = make.ticket(now=at(20))
    answer(make, into, at(20))

    merge(ticket=one, into=into, by=make.agent(), now=at(22))

    waits = clock(into, "next_response")
    assert (waits.started_at, waits.ended_at) == (at(15), None)
    assert Ticket.objects.get(pk=into.pk).waiting_since == at(15)


def resolve_by_a_server_whose_clock_is_behind(make: Make) -> None:
    ticket = make.ticket(now=at(15))
    take_back_bounced(ticket=ticket, message=answer(make, ticket, at(16)), now=at(17))

    ticket_status.resolve(ticket=ticket, by=make.agent(), now=at(17) - timedelta(seconds=1))

    ended = clock(ticket, "first_response")
    assert (ended.outcome, ended.ended_at) == ("unanswered", at(17))
    assert Ticket.objects.get(pk=ticket.pk).waiting_since is None


def paused_for_ever(make: Make) -> None:
    promise({"first_response": 20}, pauses={"first_response": ["pending"]})
    ticket = make.ticket(now=at(16))
    bounced = answer(make, ticket, at(17), AfterReply.WAIT)
    ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=at(18))
    take_back_bounced(ticket=ticket, message=bounced, now=at(19))
    add_note(ticket=ticket, author=make.agent(), body="Hm.", now=at(19 + 90))

    runs = clock(ticket, "first_response")
    assert (runs.paused_at, runs.ended_at) == (None, None)
    assert runs.breach_at == at(
        13, day=1
    )  # the pause ends with the status, at 18:00; at the latest it were 14:00


def late_put_on_hold_leaves_the_late_list(make: Make) -> None:
    promise({"resolution": 72})
    ticket = make.ticket(now=at(15))
    answer(make, ticket, at(16))
    ticket_status.set_status(ticket=ticket, status="on_hold", by=make.agent(), now=at(16, day=3))

    now = at(20, day=3)
    assert clock(ticket, "resolution").due_at == at(15, day=3)
    assert Standing.objects.get(ticket=ticket).late_at == at(15, day=3)
    assert Standing.objects.filter(STANDS["late"](now), ticket=ticket).exists()


def calendar_of_one_hour(make: Make) -> None:
    once = calendar({"timezone": "UTC", "weekly": {}, "date_overrides": {"2026-01-20": [["09:00", "10:00"]]}})
    promise({"first_response": 2}, basis="business", hours=once)

    ticket = make.ticket(now=at(15))

    runs = clock(ticket, "first_response")
    assert (runs.due_at, runs.ended_at) == (None, None)
    assert Standing.objects.filter(ticket=ticket).exists()
    assert not TicketEvent.objects.set_aside().exists()


def same_position(make: Make) -> None:
    again = promise({"first_response": 1}, position=-7)
    promise({"first_response": 2}, position=-7)
    before = make.ticket(now=at(15))
    again(at(16))
    after = make.ticket(now=at(17))

    assert clock(before, "first_response").due_at == at(16)
    assert clock(after, "first_response").due_at == at(18)


STORIES: Final = {
    story.__name__: story
    for story in (
        acknowledge_after_a_bounce,
        merge_loses_a_wait_after_resolve_and_bounce,
        resolve_by_a_server_whose_clock_is_behind,
        paused_for_ever,
        late_put_on_hold_leaves_the_late_list,
        calendar_of_one_hour,
        same_position,
    )
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_story_ends_as_the_contract_says(make: Make, story: Callable[[Make], None]) -> None:
    story(make)


def test_no_story_is_left_out(shared_data: Path) -> None:
    told = json.loads((shared_data / "cases" / "core_services.json").read_text())

    assert {each["name"] for each in told} == set(STORIES)


# What a message brings about, and what it does not.


def test_a_thank_you_that_needs_no_reply_leaves_the_ticket_as_it_was(make: Make) -> None:
    promise({"acknowledgement": 1, "first_response": 1, "next_response": 1, "resolution": 24})
    ticket = make.ticket(now=at(15))
    answer(make, ticket, at(15.5))
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=at(16))
    receive_customer_message(ticket=ticket, body="Thanks!", now=at(16.5))
    assert Ticket.objects.get(pk=ticket.pk).status == Status.OPEN

    ticket_status.mark_no_reply_needed(ticket=ticket, by=make.agent(), now=at(17))

    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.waiting_since, stored.unacknowledged_since) == (Status.RESOLVED, None, None)
    outcomes = {one.metric: one.outcome for one in Clock.objects.filter(ticket=ticket, start_seq__gt=1)}
    assert outcomes == {"acknowledgement": "no_reply_needed", "next_response": "no_reply_needed"}
    assert not Clock.objects.filter(ticket=ticket, ended_at=None).exists()
    assert not Standing.objects.filter(ticket=ticket).exists()


def test_a_message_that_was_heard_late_across_a_resolution_waits_once_since_it_was_said(make: Make) -> None:
    ticket = make.ticket(now=at(10))
    answer(make, ticket, at(10.5))
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=at(10) + timedelta(minutes=50))
    said_at = at(10) + timedelta(minutes=40)

    receive_customer_message(ticket=ticket, body="And?", now=at(11) + timedelta(minutes=10), sent_at=said_at)

    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.waiting_since) == (Status.OPEN, said_at)
    waits = Clock.objects.filter(ticket=ticket, metric="next_response", superseded_at=None)
    assert [(one.started_at, one.ended_at) for one in waits] == [(said_at, None)]
    assert not Clock.objects.filter(ticket=ticket, outcome="unanswered", superseded_at=None).exists()
