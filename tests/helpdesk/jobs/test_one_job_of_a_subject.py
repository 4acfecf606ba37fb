"""Of jobs about the same, however many ask at once, one is under way."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from helpdesk.database.transaction import NoTransaction
from helpdesk.jobs import job_request
from helpdesk.jobs.job_request import AskedAlready
from helpdesk.models import Job
from tests.config.running import eventually
from tests.helpdesk.jobs.kinds import count_to
from tests.make import NOW
from tests.monitor.watched import Elsewhere, somebody_waits_for_a_lock

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def ask(subject: str = "sheep") -> Job:
    with transaction.atomic():
        return job_request.ask("counting", now=NOW, arguments={"to": 3}, subject=subject)


def test_whoever_asks_meanwhile_is_told_of_the_one_that_is_under_way() -> None:
    job = ask()

    with pytest.raises(AskedAlready) as told:
        ask()

    assert told.value.job == job
    assert ask("goats") != job
    assert ask("") != ask(""), "without a subject there may be many"


@pytest.mark.parametrize(
    "over", [{"finished_at": NOW}, {"cancelled_at": NOW}, {"failed_at": NOW, "failure": "x"}]
)
def test_once_it_is_over_there_may_be_another(over: dict[str, object]) -> None:
    job = ask()
    Job.objects.filter(pk=job.pk).update(**over)

    assert ask() != job


def test_the_table_holds_no_two() -> None:
    count_to(3, subject="sheep")

    with pytest.raises(IntegrityError, match="job_one_under_way_of_a_subject"), transaction.atomic():
        count_to(5, subject="sheep")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_the_second_waits_and_is_told_of_the_first(elsewhere: Elsewhere) -> None:
    with transaction.atomic():
        job = ask()
        other = elsewhere(ask)
        eventually(somebody_waits_for_a_lock)

    told = other.exception(timeout=60)
    assert isinstance(told, AskedAlready)
    assert told.job == job


@pytest.mark.django_db(transaction=True)
def test_the_second_has_its_own_where_the_first_is_undone(elsewhere: Elsewhere) -> None:
    with transaction.atomic():
        ask()
        other = elsewhere(ask)
        eventually(somebody_waits_for_a_lock)
        transaction.set_rollback(True)

    job = other.result(timeout=60)
    assert list(Job.objects.all()) == [job]


@pytest.mark.django_db(transaction=True)
def test_a_subject_is_asked_for_in_the_transaction_that_it_is_part_of() -> None:
    with pytest.raises(NoTransaction):
        job_request.ask("counting", now=NOW, subject="sheep")
