"""What hides lateness: each act as a line of a table, its share, and each number with its tickets."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from helpdesk.conversation import replies
from helpdesk.models import Queue, Status, Ticket
from helpdesk.tickets import ticket_attributes, ticket_status
from monitor.alarms import flags
from monitor.models import Calendar, HidingAct, Policy
from monitor.promises import versions
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import answer, first_response
from tests.monitor.pages.test_the_board import listed

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LINK = re.compile(r'href="(/tickets/[?][^"]*hides=([a-z_]+)[^"]*)">([0-9,]+)')
NUMBER = re.compile(r'href="(/tickets/[?][^"]*)">([0-9]+)</a>')


def test_each_act_is_counted_and_leads_to_its_tickets(client: Client, make: Make) -> None:
    ensure_defaults()
    figures.begin()
    agent = make.agent("owner")
    pending, unanswered, asked_again, dated_back = (make.ticket() for _ in range(4))
    with transaction.atomic():
        ticket_status.set_status(ticket=pending, status=Status.PENDING, by=agent, now=NOW + MINUTE)
        ticket_status.resolve(ticket=unanswered, by=agent, now=NOW + MINUTE)
    answer(make, asked_again, NOW + MINUTE)
    with transaction.atomic():
        replies.receive_customer_message(ticket=asked_again, body="And?", now=NOW + 5 * MINUTE)
    due_at = first_response(dated_back).due_at
    assert due_at
    with transaction.atomic():
        replies.reply_in_public(
            ticket=dated_back,
            author=agent,
            body="Here it is.",
            sent_at=due_at - MINUTE,
            now=due_at + 60 * MINUTE,
        )
    answer(make, make.ticket(), NOW + MINUTE)
    client.force_login(make.agent("overseer"))

    figures.fold()
    found = hidden(client)
    expected = {
        "pending": pending,
        "unanswered": unanswered,
        "asked_again": asked_again,
        "dated_back": dated_back,
    }
    assert {name: count for name, (_address, count) in found.items()} == dict.fromkeys(expected, 1)
    for name, ticket in expected.items():
        listed = client.get(found[name][0].replace("&amp;", "&")).content.decode()
        assert ticket.reference in listed, name


def hidden(client: Client) -> dict[str, tuple[str, int]]:
    """Return of each act that was done where its tickets are listed, and how often it was."""
    page = client.get("/board/hiding/?from=2026-03-09&to=2026-03-09").content.decode()
    return {name: (address, int(count)) for address, name, count in LINK.findall(page) if count != "0"}


def lower(make: Make, now: datetime) -> Ticket:
    """Somebody asks urgently, to be answered within half an hour, and by then it is urgent no more."""
    ticket = make.ticket(priority="urgent")
    flags.raise_due(now=now, limit=100, noticed_by="a test")
    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="normal", by=make.agent("owner"), now=now)
    return ticket


def test_a_priority_that_is_lowered_after_the_warning_is_told(client: Client, make: Make) -> None:
    ensure_defaults()
    figures.begin()
    near = lower(make, NOW + 25 * MINUTE)
    lower(make, NOW + 5 * MINUTE)
    figures.fold()
    client.force_login(make.agent("overseer"))

    found = hidden(client)

    assert found.keys() == {"lowered"}
    address, count = found["lowered"]
    assert count == 1
    assert near.reference in client.get(address.replace("&amp;", "&")).content.decode()


def test_what_is_handed_over_near_its_due_time_is_told(client: Client, make: Make) -> None:
    ensure_defaults()
    figures.begin()
    elsewhere, due_in = make.queue("Elsewhere"), 240
    near, early = make.ticket(), make.ticket()
    with transaction.atomic():
        for ticket, minutes in ((near, due_in - 20), (early, 20)):
            at = NOW + minutes * MINUTE
            ticket_attributes.change_queue(ticket=ticket, queue=elsewhere, by=make.agent("owner"), now=at)
    figures.fold()
    client.force_login(make.agent("admin"))

    address, count = hidden(client)["handed_over"]

    listed = client.get(address.replace("&amp;", "&")).content.decode()
    assert (count, near.reference in listed, early.reference in listed) == (1, True, False)


def test_every_number_of_the_page_leads_to_as_many(client: Client, make: Make) -> None:
    ensure_defaults()
    figures.begin()
    for minutes in (25, 5, 20):
        lower(make, NOW + minutes * MINUTE)
    unanswered, elsewhere = make.ticket(), make.ticket(queue=make.queue("Elsewhere"))
    with transaction.atomic():
        for ticket in (unanswered, elsewhere):
            ticket_status.resolve(ticket=ticket, by=make.agent("admin"), now=NOW + MINUTE)
    figures.fold()
    client.force_login(make.agent("admin"))

    page = client.get("/board/hiding/?from=2026-03-09&to=2026-03-09").content.decode()

    numbers = {(address, int(number)) for address, number in NUMBER.findall(page)}
    acts = {one for one in numbers if "hides=" in one[0]}
    assert sorted(number for address, number in acts if "queue=" in address) == [1, 1, 1]
    assert sorted(number for address, number in acts if "queue=" not in address) == [0, 0, 0, 0, 1, 2]
    for address, number in numbers:
        tickets = listed(client, address.replace("&amp;", "&"))
        assert (
            tickets == number
            if (address, number) in acts
            else 0 < tickets <= number or tickets == number == 0
        )
    assert "40\N{NO-BREAK SPACE}%" in page  # two of five first responses


NEVER_WARNED = {
    "match": {},
    "targets": {
        "first_response": {"basis": "business", "warn": None, "seconds": {"urgent": 1800, "normal": 14400}}
    },
}


@pytest.mark.parametrize("act", ["lowered", "handed_over"])
def test_a_policy_that_never_warns_hides_nothing(client: Client, make: Make, act: str) -> None:
    ensure_defaults()
    figures.begin()
    slow = make.queue("Slow")
    _promise_without_warning(slow)
    near, early = (make.ticket(priority="urgent") for _ in range(2))
    for ticket, minutes in ((near, 25), (early, 5)):
        with transaction.atomic():
            by, now = make.agent("owner"), NOW + minutes * MINUTE
            if act == "lowered":
                ticket_attributes.change_priority(ticket=ticket, priority="normal", by=by, now=now)
            else:
                ticket_attributes.change_queue(ticket=ticket, queue=slow, by=by, now=now)
    figures.fold()
    client.force_login(make.agent("admin"))

    found = hidden(client)

    assert found.keys() == {act}
    listed = client.get(found[act][0].replace("&amp;", "&")).content.decode()
    assert (near.reference in listed, early.reference in listed) == (True, False)
    [told] = HidingAct.objects.filter(metric="first_response")
    assert (told.ticket_id, told.changed_at, told.left) == (near.pk, NOW + 25 * MINUTE, 5 * MINUTE)
    assert told.due_before_at == NOW + 30 * MINUTE


def _promise_without_warning(slow: Queue) -> None:
    """Let no policy warn of first responses; in the slow queue all of them have four hours."""
    for policy in Policy.objects.all():
        always = {"first_response": {"basis": "business", "warn": None, "seconds": 14400}}
        is_slow = policy.name == "Chat"
        versions.publish_policy(
            policy=policy,
            rules={"match": {"queue": [slow.pk]}, "targets": always} if is_slow else NEVER_WARNED,
            position=10 if is_slow else 1000,
            calendar=Calendar.objects.get(),
            now=NOW - timedelta(days=1),
        )
