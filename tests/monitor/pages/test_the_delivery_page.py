"""How long replies take to leave, counting those still leaving, each number with its tickets."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation.inquiries import ask_outside
from helpdesk.conversation.recipients import MailRecipients, Recipient
from helpdesk.conversation.replies import reply_in_public, send_automatically
from helpdesk.database.instant import database_now
from helpdesk.models import MailedReply, Ticket
from monitor.measure.survival import MoreThan
from monitor.reports import delivery_lag
from monitor.reports.board.board_view import BoardView
from tests.make import Make

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    return database_now()


def reply(make: Make, *, sent_at: datetime, took: float | None = None, **fate: datetime) -> Ticket:
    """Answer a ticket of its own by mail: it left after so many seconds, or has not."""
    make.mailbox()
    ticket = make.ticket(now=sent_at - HOUR, email="jon@home.example")
    with transaction.atomic():
        message = reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=sent_at)
    left = {} if took is None else {"left_at": sent_at + timedelta(seconds=took)}
    MailedReply.objects.filter(pk=message.pk).update(**left, **fate)
    return ticket


def page(client: Client, make: Make, name: str = "delivery", query: str = "?zone=UTC") -> str:
    client.force_login(make.agent())
    return client.get(reverse(name) + query).getvalue().decode()


def view(make: Make, now: datetime) -> BoardView:
    return BoardView(agent=make.agent(), environment="live", now=now)


def test_half_and_nine_in_ten_count_those_still_leaving(make: Make, now: datetime) -> None:
    for seconds in (10, 11, 12):
        reply(make, sent_at=now - HOUR, took=seconds)
    reply(make, sent_at=now - HOUR)

    found = delivery_lag.figures(view(make, now))

    assert (found.replies, found.p50, found.p90) == (4, 11.0, MoreThan(3600.0))


def test_letters_to_somebody_outside_are_no_replies(make: Make, now: datetime) -> None:
    ticket = reply(make, sent_at=now - HOUR, took=10)
    dhl = MailRecipients((Recipient("help@dhl.example", "DHL"),))
    with transaction.atomic():
        ask_outside(ticket=ticket, author=make.agent(), body="Where is it?", to=dhl, now=now - HOUR)

    found = delivery_lag.figures(view(make, now))

    assert (found.replies, found.p90, found.fates["leaving"].count) == (1, 10.0, 0)


def test_one_that_was_refused_was_leaving_until_then(make: Make, now: datetime) -> None:
    reply(make, sent_at=now - HOUR, took=10)
    reply(make, sent_at=now - HOUR, refused_at=now - HOUR + timedelta(seconds=5))

    found = delivery_lag.figures(view(make, now))

    assert (found.p50, found.p90, found.fates["refused"].count) == (10.0, 10.0, 1)


def test_each_number_leads_to_exactly_its_tickets(make: Make, client: Client, now: datetime) -> None:
    quick = reply(make, sent_at=now - HOUR, took=10)
    leaving = reply(make, sent_at=now - HOUR)
    delayed = reply(make, sent_at=now - HOUR, took=400, delayed_at=now)
    refused = reply(make, sent_at=now - HOUR, refused_at=now)

    shown = page(client, make)

    links = dict(re.findall(r'href="(/tickets/\?delivery=(\w+)[^"]*)"', shown))
    listed = {fate: client.get(link.replace("&amp;", "&")).content.decode() for link, fate in links.items()}
    for fate, ticket in {"leaving": leaving, "delayed": delayed, "refused": refused}.items():
        found = set(re.findall(r"T-[0-9A-Z]{7}", listed[fate]))
        assert found == {ticket.reference}
    assert quick.reference in shown


def test_days_that_are_asked_for_end_with_the_last_of_them(make: Make, client: Client, now: datetime) -> None:
    within = reply(make, sent_at=now - timedelta(days=9))
    reply(make, sent_at=now - HOUR)
    first, last = ((now - timedelta(days=days)).date() for days in (10, 8))
    query = f"?from={first}&to={last}"

    shown = page(client, make, query=query)
    _heads, row = csv.reader(StringIO(page(client, make, "deliveries-csv", query)))
    links = re.findall(r'href="(/tickets/\?delivery=leaving[^"]*)"', shown)
    listed = client.get(links[0].replace("&amp;", "&")).content.decode()

    assert "1 reply" in shown
    assert row[0] == within.reference
    assert set(re.findall(r"T-[0-9A-Z]{7}", listed)) == {within.reference}
    assert f'href="{reverse("deliveries-csv")}?from={first}&amp;to={last}"' in shown


def test_a_list_that_was_kept_by_its_first_day_alone_shows_what_it_did(
    make: Make, client: Client, now: datetime
) -> None:
    ticket = reply(make, sent_at=now - HOUR)
    since = (now - timedelta(days=3)).date()

    listed = page(client, make, "tickets", f"?delivery=leaving&since={since}&zone=UTC")

    assert ticket.reference in listed


def test_the_longest_stand_first_and_say_how_they_stand(make: Make, client: Client, now: datetime) -> None:
    quick, slow = reply(make, sent_at=now - HOUR, took=10), reply(make, sent_at=now - HOUR)

    shown = page(client, make)

    assert shown.index(slow.reference) < shown.index(quick.reference)
    assert "so far" in shown


def test_what_a_machine_sent_and_what_lies_back_too_far_is_not_counted(make: Make, now: datetime) -> None:
    reply(make, sent_at=now - timedelta(days=20), took=10)
    ticket = reply(make, sent_at=now - HOUR, took=10)
    with transaction.atomic():
        send_automatically(ticket=ticket, body="We got it", now=now)

    assert delivery_lag.figures(view(make, now)).replies == 1


def test_who_works_elsewhere_sees_nothing_of_it(make: Make, client: Client, now: datetime) -> None:
    slow = reply(make, sent_at=now - HOUR)
    client.force_login(make.agent("outsider"))

    shown = client.get(reverse("delivery")).content.decode()

    assert "No reply has left by mail" in shown
    assert slow.reference not in shown


def test_one_row_per_reply_as_csv(make: Make, client: Client, now: datetime) -> None:
    sent_at = now - HOUR
    first, second = reply(make, sent_at=sent_at, took=10.5), reply(make, sent_at=sent_at, refused_at=now)

    heads, *rows = csv.reader(StringIO(page(client, make, "deliveries-csv")))

    assert tuple(heads) == delivery_lag.HEADS
    left = (sent_at + timedelta(seconds=10.5)).isoformat()
    assert rows == [
        [first.reference, sent_at.isoformat(), left, "10.5", "left"],
        [second.reference, sent_at.isoformat(), "", "3600.0", "refused"],
    ]


@pytest.mark.parametrize("together", [1, 2, 3, 5])
def test_each_reply_is_in_the_table_once_however_it_is_cut(
    make: Make, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(delivery_lag, "TOGETHER", together)
    replies = [reply(make, sent_at=now - HOUR - (number // 2) * HOUR / 60, took=1) for number in range(5)]

    _heads, *rows = csv.reader(StringIO(page(client, make, "deliveries-csv")))

    in_order = [replies[number].reference for number in (4, 2, 3, 0, 1)]
    assert [row[0] for row in rows] == in_order


@pytest.mark.parametrize(
    "query", ["?delivery=nope&since=2026-03-01", "?delivery=leaving", "?delivery=leaving&since=x"]
)
def test_an_address_that_means_nothing_lists_nothing(
    make: Make, client: Client, now: datetime, query: str
) -> None:
    slow = reply(make, sent_at=now - HOUR)

    assert slow.reference not in page(client, make, "tickets", query)
