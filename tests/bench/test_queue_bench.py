"""The benchmark of the queue looks at a backlog such as ours writes, and hears every statement."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.models import Status, Ticket
from monitor.models import Clock, Standing
from monitor.promises.defaults import ensure_defaults
from tests.bench import queue
from tests.bench.test_ingest_bench import filled
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TICKETS = 2000
LIVE = TICKETS // queue.LIVE_SHARE


def test_the_backlog_has_the_columns_that_a_ticket_of_ours_has(make: Make) -> None:
    ensure_defaults()
    ours = make.ticket(priority="high")
    queue.desk(TICKETS)

    written = Ticket.objects.filter(assignee=None, status=Status.NEW).latest("pk")

    assert written != ours
    assert filled(written) == filled(ours) | {"external_id"}
    assert filled(Standing.objects.get(ticket=written)) == filled(Standing.objects.get(ticket=ours))


def test_most_of_the_backlog_has_ended_and_of_the_rest_a_few_are_late_or_at_risk() -> None:
    queue.desk(TICKETS)
    now = database_now()

    assert Ticket.objects.count() == TICKETS
    assert Ticket.objects.live().count() == Standing.objects.count() == LIVE
    assert 0 < Standing.objects.filter(late_at__lte=now).count() < LIVE / 10
    assert 0 < Standing.objects.filter(risky__covers=now).count() < LIVE / 10
    assert not Clock.objects.not_ended().exclude(ticket__in=Ticket.objects.live()).exists()


def test_every_statement_of_a_page_is_heard_and_those_of_the_frame_are_set_apart(settings: Settings) -> None:
    settings.PAGE_BANNERS = [
        "monitor.pages.late_banner.banner",
        "helpdesk.pages.setup.outbox_banner.banner",
        "helpdesk.pages.setup.mail_banner.banner",
    ]

    looks = {name: queue.looked(deed, 1)[0] for name, deed in queue.desk(TICKETS).items()}

    page = looks["the page"]
    read = ("monitor_standing", "monitor_standing", "helpdesk_savedview")  # rows, what is counted, kept lists
    assert [table in each.text for table, each in zip(read, page.own, strict=True)] == [True] * 3
    assert all(any(word in each.text for each in page.all) for word in queue.FRAME)
    assert looks["what to take next"].own == looks["what to take next"].all


def test_the_figures_say_what_is_asked_of_each_page() -> None:
    few = [[queue.Look([queue.Asked("", cost)], []) for cost in (1.0, 1.0, 30.0)] for _ in range(5)]
    many = [[queue.Look([queue.Asked("", cost)] * 6, []) for cost in (1.0, 1.0, 2.0)] for _ in range(5)]

    met = {figure.name: (figure.ours, figure.met) for figure in queue.figures("page", few, many)}

    assert met == {
        "page: of the queue": (6, False),
        "page: of the whole request": (0, True),
        "page: p50": (6.0, True),
        "page: p95": (12.0, True),
        "page, p50: many / few": (6.0, False),
    }
