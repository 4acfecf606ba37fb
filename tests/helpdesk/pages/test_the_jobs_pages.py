"""The page of jobs: what was asked for, how far it is, what came of it, and how to call it off; for admins."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Agent, Job
from helpdesk.pages.setup import job_pages
from tests.helpdesk.jobs import kinds
from tests.helpdesk.jobs.kinds import count_to
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counting(settings: Settings) -> None:
    settings.JOB_KINDS = kinds.KINDS


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def _page(client: Client, name: str = "jobs", *arguments: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_only_an_admin_reaches_jobs(client: Client, make: Make) -> None:
    job = count_to(9)
    for who in ("owner", "overseer", "outsider"):
        client.force_login(make.agent(who))
        assert client.get(reverse("jobs")).status_code == 403
        assert client.post(reverse("jobs"), {"kind": "counting", "offer": "few"}).status_code == 403
        assert client.get(reverse("job", args=[job.pk])).status_code == 403
        assert client.post(reverse("job-cancellation", args=[job.pk])).status_code == 403
        assert client.get(reverse("job-errors", args=[job.pk])).status_code == 403
        assert reverse("jobs") not in client.get(reverse("tickets")).content.decode()
    assert list(Job.objects.unfinished()) == [job]


def test_an_admin_finds_the_page_and_at_first_there_is_nothing(client: Client, admin: Agent) -> None:
    assert f'href="{reverse("jobs")}"' in _page(client, "tickets")

    page = _page(client)

    assert "No jobs yet" in page
    assert "every 2s" not in page


def test_one_is_asked_for_by_a_button(client: Client, admin: Agent) -> None:
    assert 'value="few">Count to three<' in _page(client)

    answer = client.post(reverse("jobs"), {"kind": "counting", "offer": "few"})

    job = Job.objects.get()
    assert (job.kind, job.arguments, job.asked_by) == ("counting", {"to": 3}, admin)
    assert answer.headers["Location"] == reverse("job", args=[job.pk])


def test_what_is_asked_for_twice_is_under_way_once(client: Client, admin: Agent) -> None:
    asked = [client.post(reverse("jobs"), {"kind": "counting", "offer": "few"}) for _twice in range(2)]

    job = Job.objects.get()
    assert [answer.headers["Location"] for answer in asked] == [reverse("job", args=[job.pk])] * 2
    assert "That is under way already." in _page(client, "job", job.pk)
    Job.objects.update(cancelled_at=NOW)
    client.post(reverse("jobs"), {"kind": "counting", "offer": "few"})
    assert Job.objects.count() == 2


@pytest.mark.parametrize("wrong", [{}, {"kind": "moon", "offer": "few"}, {"kind": "counting", "offer": "x"}])
def test_what_is_not_offered_cannot_be_asked_for(client: Client, admin: Agent, wrong: dict[str, str]) -> None:
    assert client.post(reverse("jobs"), wrong).status_code == 404
    assert not Job.objects.exists()


def test_it_says_what_by_whom_and_how_far(client: Client, admin: Agent) -> None:
    count_to(50_000, asked_by=admin, started_at=NOW, done=12_400, total=50_000)

    page = _page(client)

    assert "Counting to 50000" in page
    assert "asked for by <bdi>Admin</bdi>" in page
    assert "12,400 of 50,000 numbers" in page
    assert '<progress aria-labelledby="job-' in page
    assert 'value="12400" max="50000"' in page
    assert "every 2s" in page


def test_what_is_over_says_what_came_of_it_and_is_looked_at_no_more(client: Client, admin: Agent) -> None:
    job = count_to(5)
    for _ in range(2):
        job_turn.take(now=NOW, limit=3)

    page = _page(client, "job", job.pk)

    assert "<p>5 numbers</p> <p>The last was 5.</p>" in page
    assert "1 could not be done" in page
    assert "every 2s" not in page
    assert reverse("job-cancellation", args=[job.pk]) not in page


def test_the_errors_are_a_file_in_which_nothing_runs(client: Client, admin: Agent) -> None:
    job = count_to(9)
    job_turn.take(now=NOW, limit=9)

    answer = client.get(reverse("job-errors", args=[job.pk]))

    assert answer.headers["Content-Disposition"] == f'attachment; filename="job-{job.pk}-errors.csv"'
    assert list(csv.reader(answer.content.decode().splitlines())) == [
        ["what", "why"],
        ["'=line 4", "it is divisible by four"],
        ["'=line 8", "it is divisible by four"],
    ]


def test_cancelling_asks_first_and_is_safe_to_repeat(client: Client, admin: Agent) -> None:
    job = count_to(9)
    assert "Yes, cancel it" in _page(client, "job", job.pk)
    assert client.get(reverse("job-cancellation", args=[job.pk])).status_code == 405

    told = [
        client.post(reverse("job-cancellation", args=[job.pk]), follow=True).content.decode()
        for _ in range(2)
    ]

    assert "The job is cancelled." in told[0]
    assert "The job was over already." in told[1]
    assert Job.objects.get().cancelled_at is not None


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "Waiting"),
        ({"started_at": NOW}, "Running"),
        ({"started_at": NOW, "finished_at": NOW}, "Finished"),
        ({"started_at": NOW, "cancelled_at": NOW}, "Cancelled"),
        ({"started_at": NOW, "failed_at": NOW, "failure": "ValueError: seven"}, "Failed"),
    ],
)
def test_how_it_stands_is_a_word(client: Client, admin: Agent, fields: dict[str, Any], word: str) -> None:
    job = count_to(9, **fields)

    assert job_pages.standing_of(job).word == word
    page = _page(client)
    assert f"<span>{word}</span>" in page
    assert ("ValueError: seven" in page) == (word == "Failed")


def test_what_is_in_the_way_for_now_is_said(client: Client, admin: Agent) -> None:
    count_to(9, failure="OperationalError: a deadlock", rests_until=database_now() + timedelta(seconds=2))

    assert "Tried again within seconds: <bdi><code>Operational" in _page(client)


def test_a_job_of_a_kind_that_is_no_longer_known_is_still_shown(client: Client, admin: Agent) -> None:
    Job.objects.create(kind="gone", asked_at=NOW, started_at=NOW, done=7)

    page = _page(client)
    assert ">gone</a>" in page
    assert "<p>7</p>" in page


def test_the_newest_stand_first_and_the_older_on_the_next_page(
    client: Client, admin: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_pages, "PAGE_SIZE", 2)
    first, second, third = (count_to(number) for number in (1, 2, 3))

    page = _page(client)
    assert page.index("Counting to 3") < page.index("Counting to 2")
    assert "Counting to 1" not in page
    assert f"?before={second.pk}" in page

    older = _page(client, before=second.pk)
    assert "Counting to 1" in older
    assert f"job-{third.pk}" not in older
    assert f"job-{first.pk}" in _page(client, before=second.pk, part="jobs")
    assert _page(client, before="nonsense").count("<article") == 2


def test_a_list_takes_as_many_queries_as_one(
    client: Client, admin: Agent, django_assert_num_queries: Any
) -> None:
    address = reverse("jobs")
    count_to(1, asked_by=admin)
    client.get(address)
    with django_assert_num_queries(4) as few:
        client.get(address, {"part": "jobs"})
    for number in range(5):
        count_to(number, asked_by=admin)
    with django_assert_num_queries(len(few)):
        client.get(address, {"part": "jobs"})


def test_a_job_that_is_not_there_is_not_found(client: Client, admin: Agent) -> None:
    assert client.get(reverse("job", args=[7])).status_code == 404
