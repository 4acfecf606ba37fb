"""Jobs go on step by step, share fairly, and lose or double nothing whatever happens to a worker."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from pytest_django import Settings

from helpdesk import tasks
from helpdesk.database.instant import database_now
from helpdesk.jobs import job_request, job_turn
from helpdesk.mail import inbox
from helpdesk.models import Job
from tests.helpdesk.jobs import kinds
from tests.helpdesk.jobs.kinds import count_to, written
from tests.make import NOW, Make
from tests.monitor.watched import Elsewhere

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + job_turn.RESTS_FOR


def _take(now: object = NOW, *, limit: int = 3) -> Job | None:
    return job_turn.take(now=now, limit=limit)  # type: ignore[arg-type]  # an instant


def _anew(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_a_row_that_says_what_by_whom_and_when(make: Make) -> None:
    job = job_request.ask("counting", now=NOW, by=make.agent("admin"), arguments={"to": 5})

    assert (job.kind, job.asked_by, job.asked_at, job.arguments) == (
        "counting", make.agent("admin"), NOW, {"to": 5},
    )  # fmt: skip
    assert list(Job.objects.waiting()) == [job]
    assert job.is_waiting
    with pytest.raises(ProtectedError):
        make.agent("admin").delete()


def test_it_goes_on_where_it_stood_until_it_is_finished() -> None:
    job = count_to(5)

    assert _take() == job
    assert list(Job.objects.running()) == [job]
    assert (_anew(job).done, _anew(job).total, _anew(job).over_at) == (3, 5, None)
    assert _take(LATER) == job
    assert _take(LATER) is None

    job = _anew(job)
    assert (job.started_at, job.finished_at, job.done, job.result) == (NOW, LATER, 5, {"last": 5})
    assert (job.error_count, written(job)) == (1, [1, 2, 3, 5])
    assert not Job.objects.unfinished().exists()


def test_several_share_step_by_step() -> None:
    one, other = count_to(7), count_to(7)

    turns = [_take(NOW + timedelta(milliseconds=step)) for step in range(6)]

    assert turns == [one, other, one, other, one, other]


def test_what_has_failed_in_passing_is_tried_again_after_a_rest(caplog: pytest.LogCaptureFixture) -> None:
    job = count_to(3)
    kinds.mishaps.append(kinds.collide)

    assert _take() == job
    assert written(job) == []
    assert "a deadlock" in _anew(job).failure
    assert _take() is None, "it rests"
    assert _take(LATER) == job

    assert (written(job), _anew(job).failure, _anew(job).finished_at) == ([1, 2, 3], "", LATER)


def test_what_rests_from_a_time_still_to_come_goes_on() -> None:
    """As when the clock was fast for a while, and has been set right."""
    job = count_to(3)
    kinds.mishaps.append(kinds.collide)
    _take(NOW + timedelta(hours=9))

    assert _take(NOW) == job
    assert written(job) == [1, 2, 3]


def test_what_fails_for_good_says_why_and_stops(caplog: pytest.LogCaptureFixture) -> None:
    job, other = count_to(9), count_to(3)
    _take()
    kinds.mishaps.append(kinds.stumble)
    with caplog.at_level(logging.ERROR):
        _take()
        _take()

    job, other = _anew(job), _anew(other)
    assert (other.failed_at, other.failure) == (NOW, "ValueError: seven cannot be written")
    assert written(other) == []
    assert job.is_running
    assert "ValueError" in caplog.text


def test_one_that_waits_for_something_has_not_started_and_stops_no_other() -> None:
    waiting, job = Job.objects.create(kind="waiting", asked_at=NOW), count_to(3)

    assert [_take(), _take(), _take()] == [waiting, job, None]
    assert _anew(waiting).is_waiting

    Job.objects.filter(pk=waiting.pk).update(arguments={"enough": True})
    _take(LATER)
    assert (_anew(waiting).state, _anew(waiting).finished_at) == ({"looked": 2}, LATER)


def test_a_kind_that_this_version_does_not_know_is_left_to_one_that_does(settings: Settings) -> None:
    count_to(3)
    settings.JOB_KINDS = {}

    assert _take() is None
    assert Job.objects.waiting().count() == 1


def test_one_that_is_called_off_stops_between_two_steps() -> None:
    job = count_to(9)
    _take()

    assert job_request.cancel(job, now=LATER)
    assert not job_request.cancel(job, now=LATER), "once is enough"

    assert _take(LATER) is None
    assert (_anew(job).cancelled_at, _anew(job).over_at, written(job)) == (LATER, LATER, [1, 2, 3])


def test_what_is_over_cannot_be_called_off() -> None:
    job = count_to(3)
    _take()

    assert not job_request.cancel(job, now=LATER)
    assert _anew(job).cancelled_at is None


@pytest.mark.parametrize(
    "wrong",
    [{"finished_at": NOW, "cancelled_at": NOW}, {"failed_at": NOW}, {"failed_at": NOW, "finished_at": NOW}],
)
def test_a_job_is_over_once_and_says_why_it_failed(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        count_to(3, **wrong)


def test_of_very_many_errors_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_turn, "ERRORS_KEPT", 3)
    job = count_to(20)
    while _take(limit=8):
        pass

    assert _anew(job).error_count == 5
    assert list(job.errors.order_by("pk").values_list("what", flat=True)) == [
        "=line 4",
        "=line 8",
        "=line 12",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_loses_its_step_and_nothing_is_done_twice(elsewhere: Elsewhere) -> None:
    job = count_to(9)
    _take()
    kinds.mishaps.append(kinds.die)
    elsewhere(_take).exception(timeout=20)
    assert _anew(job).done == 3

    while _take(LATER):
        pass

    assert (_anew(job).finished_at, written(job)) == (LATER, [1, 2, 3, 5, 6, 7, 9])


@pytest.mark.django_db(transaction=True)
def test_two_workers_are_never_at_the_same_job(elsewhere: Elsewhere) -> None:
    job = count_to(3)

    with transaction.atomic():
        Job.objects.select_for_update(no_key=True).get()
        assert elsewhere(_take).result(timeout=20) is None
    assert _take() == job


@pytest.mark.django_db(transaction=True)
def test_calling_off_waits_for_the_step_that_is_being_taken(elsewhere: Elsewhere) -> None:
    job = count_to(9)
    asked = []
    kinds.mishaps.append(lambda: asked.append(elsewhere(lambda: job_request.cancel(job, now=LATER))))

    _take()

    assert asked[0].result(timeout=20)
    assert (_anew(job).done, _anew(job).cancelled_at) == (3, LATER)


def test_the_task_goes_on_until_nothing_is_left(settings: Settings) -> None:
    jobs = [count_to(5), count_to(7)]
    settings.HEARTBEAT_BATCH = 2

    tasks.go_on_with_jobs()

    assert [_anew(job).done for job in jobs] == [5, 7]
    assert not Job.objects.unfinished().exists()


def test_the_task_does_one_step_at_a_time_while_mail_waits(make: Make, settings: Settings) -> None:
    job = count_to(6)
    settings.HEARTBEAT_BATCH = 2
    with transaction.atomic():
        inbox.keep(b"From: jon@example.com\r\n\r\nHello?", store=make.store(), now=database_now())

    done = []
    for _ in range(3):
        tasks.go_on_with_jobs()
        done.append(_anew(job).done)

    assert done == [2, 4, 6]


def test_the_task_stops_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "JOB_SECONDS", 0)
    count_to(5)

    tasks.go_on_with_jobs()

    assert Job.objects.waiting().exists()
