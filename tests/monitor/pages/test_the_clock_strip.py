"""The clocks on the ticket page: how each stands, and why it is due when it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.conversation import answers, replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket, TicketEvent
from helpdesk.tickets import ticket_attributes, ticket_status
from monitor.clock.ledger import Step
from monitor.models import Calendar, Policy
from monitor.pages.clock_strip import FIRST, LAST, shortened
from monitor.promises import versions
from monitor.relay import kept_folds
from tests.make import Make

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def strip(client: Client, ticket: Ticket) -> str:
    """Return what the ticket page says about its clocks, in one line."""
    page = client.get(reverse("ticket", args=[ticket.reference]))
    assert page.status_code == 200
    html = page.content.decode()
    section = html[html.index('aria-labelledby="clocks"') :]
    return re.sub(r"\s+", " ", strip_tags(section[: section.index("</section>")].replace("<td", " <td")))


def test_running_clocks_say_target_elapsed_state_and_due_time(
    client: Client, owner: Agent, make: Make
) -> None:
    asked = database_now() - timedelta(minutes=59)
    said = strip(client, make.ticket(now=asked))

    assert "Acknowledgement at risk due in" in said
    assert "First response due in 3 hr" in said
    assert "target 4 hr, around the clock · 59 min on the customer's clock" in said
    assert "0 hr" not in said


def count_in(*windows: list[str], days: Iterable[str] = DAYS) -> None:
    """Let every promise count in these windows of these days from now on."""
    calendar, spec = Calendar.objects.get(), {"timezone": "UTC", "weekly": dict.fromkeys(days, windows)}
    versions.publish_calendar(calendar=calendar, spec=spec, now=database_now())


def test_a_target_of_open_time_is_never_said_as_time_of_the_calendar(
    client: Client, owner: Agent, make: Make
) -> None:
    far = database_now() + timedelta(hours=2)
    count_in([f"{far:%H}:00", f"{far + timedelta(hours=8):%H}:00"])

    said = strip(client, make.ticket(now=database_now()))

    assert "target 4 hr of open time" in said
    assert "target 9 working days (72 hr of open time)" in said
    assert "target 3 days" not in said


def test_days_that_are_promised_are_said_with_when_they_end(client: Client, owner: Agent, make: Make) -> None:
    amounts = {"*": {"days": 3, "basis": "wall", "ends": "end_of_day"}}
    rules = {"targets": {"resolution": {"amounts": amounts}}}
    for policy in Policy.objects.all():
        calendar, now = Calendar.objects.get(), database_now()
        versions.publish_policy(policy=policy, calendar=calendar, position=100, rules=rules, now=now)
    ticket = make.ticket(now=database_now())

    said = strip(client, ticket)

    assert "target 3 days, to midnight" in said
    assert "The days end, later by what is paused:" in said
    clock = ticket.clocks.get(metric="resolution")
    assert (clock.basis, clock.target) == ("wall", clock.due_at and clock.due_at - clock.started_at)


def test_what_is_left_is_open_time_too(client: Client, owner: Agent, make: Make) -> None:
    count_in(["00:00", "12:00"], ["12:30", "24:00"])
    ticket, now = make.ticket(now=database_now()), database_now()
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status="pending", by=owner, now=now)

    assert re.search("7[12] hr( 59 min)? of open time left", strip(client, ticket))


def test_it_is_said_which_day_a_shift_over_midnight_belongs_to(
    client: Client, owner: Agent, make: Make
) -> None:
    words = "A shift over midnight belongs to the day on which it begins, for holidays too."
    count_in(["09:00", "17:00"])
    assert words not in strip(client, make.ticket(now=database_now()))
    count_in(["22:00", "06:00"])
    assert words in strip(client, make.ticket(now=database_now()))


def test_what_is_due_next_stands_first(client: Client, owner: Agent, make: Make) -> None:
    asked = database_now() - timedelta(minutes=5)
    ticket = make.ticket(now=asked)
    said = strip(client, ticket)
    places = [said.index(name) for name in ("Acknowledgement due", "First response due", "Resolution due")]
    assert places == sorted(places)


def test_late_at_risk_and_paused_are_words(client: Client, owner: Agent, make: Make) -> None:
    asked = database_now() - timedelta(minutes=50)
    ticket = make.ticket(now=asked, priority="high")
    said = strip(client, ticket)
    assert "Acknowledgement 20 min late" in said
    assert "First response at risk due in" in said

    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket,
            author=owner,
            body="?",
            then=answers.AfterReply.WAIT,
            now=asked + timedelta(minutes=45),
        )
    said = strip(client, ticket)
    assert "Resolution paused" in said
    assert "2 clocks have ended" in said
    assert "Acknowledgement answered late" in said
    assert "First response met" in said


def test_a_silent_resolve_is_never_answered(client: Client, owner: Agent, make: Make) -> None:
    asked = database_now() - timedelta(minutes=50)
    ticket = make.ticket(now=asked)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=owner, now=asked + timedelta(minutes=1))

    said = strip(client, ticket)
    assert "First response never answered" in said
    assert "No clock is running." in said


def test_why_names_policy_calendar_events_and_what_counted(client: Client, owner: Agent, make: Make) -> None:
    asked = database_now() - timedelta(minutes=50)
    ticket = make.ticket(now=asked)
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status="pending", by=owner, now=asked + timedelta(minutes=10))
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status="open", by=owner, now=asked + timedelta(minutes=30))

    said = strip(client, ticket)
    assert "By the policy Everybody (version 1), counted in 24×7 (version 1). Due" in said
    assert "10 min counts opened" in said
    assert "20 min paused waiting for the customer" in said
    assert re.search(r"now 20 min( \d+ sec)? counts status changed", said)


def test_the_steps_add_up_to_the_second(client: Client, owner: Agent, make: Make) -> None:
    asked = database_now().replace(microsecond=900_000) - timedelta(minutes=59)
    ticket = make.ticket(now=asked)
    with transaction.atomic():
        ticket_status.set_status(
            ticket=ticket, status="pending", by=owner, now=asked + timedelta(minutes=10, seconds=2.3)
        )

    began, paused = asked, asked + timedelta(seconds=602.3)
    said = re.sub(r"[A-Z][a-z]{2} \d+, (?=\d+:\d\d:)", "", strip(client, ticket).replace("\u202f", " "))
    assert f"{began:%-I:%M:%S %p} {paused:%-I:%M:%S %p} 10 min 3 sec counts" in said
    assert f"{paused:%-I:%M:%S %p} now" in said  # after midnight their day stands before both


def test_of_a_long_ticket_the_last_of_each_metric_is_shown(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_folds, "KEPT_OUT", 4)
    monkeypatch.setattr(kept_folds, "RENEWED_EVERY", 2)
    asked = database_now() - timedelta(minutes=100)
    ticket = make.ticket(now=asked)
    with transaction.atomic():
        ticket_attributes.change_priority(
            ticket=ticket, priority="high", by=owner, now=asked + timedelta(minutes=5)
        )
    for minutes in range(10, 90, 20):
        with transaction.atomic():
            replies.reply_in_public(
                ticket=ticket, author=owner, body="No.", now=asked + timedelta(minutes=minutes)
            )
        with transaction.atomic():
            replies.receive_customer_message(
                ticket=ticket, body="?", now=asked + timedelta(minutes=minutes + 5)
            )

    said = strip(client, ticket)
    assert "5 clocks have ended The last of each kind: Acknowledgement met" in said
    assert "Next response 4 due in" in said
    assert "Next response 3" not in said
    assert "… 10 min counts earlier steps are not shown" in said
    assert re.search(
        "… 5 min counts earlier steps are not shown .* now 1 hr 35 min.* counts priority changed", said
    )


def test_the_panels_come_alone_for_a_standing_page(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket(now=database_now() - timedelta(minutes=59))
    page = client.get(reverse("ticket", args=[ticket.reference]), {"part": "live"}).content.decode()
    assert "at risk" in page
    assert "<html" not in page

    client.force_login(make.agent("outsider"))
    assert client.get(reverse("ticket", args=[ticket.reference]), {"part": "live"}).status_code == 404


def test_a_change_of_the_promise_is_named_where_it_happened(client: Client, owner: Agent, make: Make) -> None:
    asked = database_now() - timedelta(minutes=50)
    ticket = make.ticket(now=asked, priority="low")
    with transaction.atomic():
        ticket_attributes.change_priority(
            ticket=ticket, priority="urgent", by=owner, now=asked + timedelta(minutes=40)
        )

    assert "priority changed" in strip(client, ticket)


def test_times_stand_in_the_viewers_zone(client: Client, owner: Agent, make: Make) -> None:
    now = database_now()
    ticket = make.ticket(now=now)
    Agent.objects.filter(pk=owner.pk).update(timezone="Asia/Kathmandu")
    local = now.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert f"{local:%-I:%M}" in strip(client, ticket)


def test_a_ticket_without_a_policy_is_measured_and_promises_nothing(
    client: Client, owner: Agent, make: Make
) -> None:
    for policy in Policy.objects.all():
        latest = policy.versions.latest("version")
        versions.publish_policy(
            policy=policy,
            rules=latest.rules,
            position=latest.position,
            calendar=latest.calendar,
            retired=True,
            now=database_now(),
        )

    said = strip(client, make.ticket(now=database_now()))
    assert "No policy applies: it is measured, and promises nothing." in said
    assert "due in" not in said


def test_what_is_not_counted_yet_is_said(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    TicketEvent.objects.filter(ticket=ticket).update(relayed_at=None)
    assert "What happened last is still being counted." in strip(client, ticket)


def test_a_long_ledger_shows_its_ends_and_sums_up_between() -> None:
    start = database_now()

    def step(number: int) -> Step:
        at = start + timedelta(hours=number)
        kind = ("running", "out_of_hours")[number % 2]
        return Step(at, at + timedelta(hours=1), kind, "opened", 3600.0, None, None, 1)

    few, many = [[step(number) for number in range(count)] for count in (FIRST + LAST + 1, 100)]
    assert shortened(few) == (few, [], [])
    begin, between, end = shortened(many)
    assert (len(begin), len(end)) == (FIRST, LAST)
    assert [*begin, *between, *end] == many
