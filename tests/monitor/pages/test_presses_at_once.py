"""Several who press the same at once, or one who presses twice: there is one of it, and all are led to that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Agent, Job
from monitor.models import PolicyVersion, ReportedMonth, Trial
from monitor.promises import draft
from tests.config.running import eventually
from tests.make import Make
from tests.monitor.promises.trial import tried
from tests.monitor.recounted import go_on_to_the_end
from tests.monitor.reports.months.closing import answered, asked, close, in_last_month, last_month
from tests.monitor.watched import Elsewhere, elsewhere, promises, somebody_waits_for_a_lock

__all__ = ["elsewhere", "promises"]

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("promises"),
]

Press = Callable[[], Any]


def of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@contextmanager
def at_once(elsewhere: Elsewhere, *others: Press) -> Iterator[list[Any]]:
    """Let others press while what is done in the block is not committed yet; what they are answered is in the list."""
    answers: list[Any] = []
    with transaction.atomic():
        yield answers
        pressed = [elsewhere(press) for press in others]
        eventually(somebody_waits_for_a_lock)
    answers += [one.result(timeout=120) for one in pressed]


def told(answer: HttpResponse) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]  # the client's


def closing(client: Client, **fields: object) -> Any:
    month = last_month(database_now()).strftime("%Y-%m")
    return client.post(reverse("month-closing"), {"month": month, **fields})


def a_month_with_a_ticket(make: Make) -> None:
    at = in_last_month(database_now())
    answered(asked(make, at), make, at + timedelta(minutes=10))


def test_a_month_that_several_close_at_once_is_reported_once(make: Make, elsewhere: Elsewhere) -> None:
    a_month_with_a_ticket(make)
    admin, overseer = of(make.agent("admin")), of(make.agent("overseer"))

    with at_once(elsewhere, lambda: closing(admin), lambda: closing(overseer, note="Mine")) as answers:
        closing(admin)
    go_on_to_the_end(now=database_now())

    assert [one.number for one in ReportedMonth.objects.all()] == [1]
    twice, other = answers
    assert [twice.headers["Location"], other.headers["Location"]] == [reverse("months")] * 2
    assert told(twice)[-1].startswith("It is being closed already")
    assert "“\u2068Mine\u2069”" in told(other)[-1]


def test_a_press_that_comes_when_it_has_just_been_closed_leads_to_that_report(make: Make) -> None:
    a_month_with_a_ticket(make)
    admin, overseer = of(make.agent("admin")), of(make.agent("overseer"))
    closing(admin)
    go_on_to_the_end(now=database_now())

    answer = closing(overseer)

    assert answer.headers["Location"] == reverse("reported-month", args=[1])
    assert "closed meanwhile" in told(answer)[0]
    assert ReportedMonth.objects.count() == 1


def test_who_has_seen_the_report_closes_it_again_under_a_number_of_its_own(make: Make) -> None:
    a_month_with_a_ticket(make)
    close(make, database_now())
    admin = of(make.agent("admin"))
    month = last_month(database_now()).strftime("%Y-%m")
    page = admin.get(reverse("month-closing"), {"month": month}).content.decode()
    assert '<input type="hidden" name="seen" value="1">' in page

    for _twice in range(2):
        closing(admin, seen=1)
        go_on_to_the_end(now=database_now())

    assert [one.number for one in ReportedMonth.objects.order_by("number")] == [1, 2]


def begin(client: Client, **fields: Any) -> Any:
    said = json.dumps(draft.to_json(tried.draft(**fields)))
    return client.post(reverse("trials"), {"draft": [said], "days": 30})


def test_a_draft_that_is_tried_twice_at_once_is_counted_once(make: Make, elsewhere: Elsewhere) -> None:
    admin, again = of(make.agent("admin")), of(make.agent("admin"))

    with at_once(elsewhere, lambda: begin(again)) as answers:
        begin(admin)

    trial = Trial.objects.get()
    assert answers[0].headers["Location"] == reverse("trial", args=[trial.pk])
    begin(again, why="Another reason.")
    assert Trial.objects.count() == 2
    tried.go_on(now=database_now())
    begin(again)
    assert Trial.objects.count() == 3, "what was counted may be counted again"


def test_what_was_tried_is_published_once_by_two_presses(make: Make, elsewhere: Elsewhere) -> None:
    admin, again = of(make.agent("admin")), of(make.agent("admin"))
    begin(admin, policy=None, name="For those in a hurry")
    tried.go_on(now=database_now())
    trial, before = Trial.objects.get(), PolicyVersion.objects.count()
    address, read = reverse("trial-publication", args=[trial.pk]), {"meant": tried.meant(trial)}

    with at_once(elsewhere, lambda: again.post(address, read)) as answers:
        admin.post(address, read)

    assert PolicyVersion.objects.count() == before + 1
    assert told(answers[0])[-1] == "It was published already."


def test_a_dry_run_that_is_ending_is_over_and_not_cancelled(make: Make, elsewhere: Elsewhere) -> None:
    admin = of(make.agent("admin"))
    begin(admin)
    trial = Trial.objects.get()
    while Job.objects.get().state.get("part") != "past":
        job_turn.take(now=database_now(), limit=500)

    cancel = reverse("trial-cancellation", args=[trial.pk])
    with at_once(elsewhere, lambda: admin.post(cancel)) as answers:
        job_turn.take(now=database_now(), limit=500)

    assert told(answers[0])[-1] == "The dry run was over already."
    trial.refresh_from_db()
    assert trial.complete_at is not None
    assert Job.objects.get().cancelled_at is None


def test_a_closing_that_is_being_called_off_takes_no_step_more(make: Make, elsewhere: Elsewhere) -> None:
    a_month_with_a_ticket(make)
    admin = of(make.agent("admin"))
    closing(admin)
    job = Job.objects.get()

    with transaction.atomic():
        admin.post(reverse("job-cancellation", args=[job.pk]))
        step = elsewhere(lambda: job_turn.take(now=database_now(), limit=500))
        assert step.result(timeout=60) is None

    assert job_turn.take(now=database_now(), limit=500) is None
    assert not ReportedMonth.objects.reported().exists()
    closing(admin)
    go_on_to_the_end(now=database_now())
    assert [one.number for one in ReportedMonth.objects.reported()] == [1]
