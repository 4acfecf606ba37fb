"""A new version asks for a recount, which reaches every ticket that may know only the one before it."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta
from importlib import import_module
from threading import Event
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_request, job_turn
from helpdesk.models import Job, Ticket
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.opening import opening
from monitor.models import Clock, Flag, Policy, PolicyVersion, Standing
from monitor.promises import versions
from monitor.relay import recount, recount_job
from tests.make import NOW, Make
from tests.monitor import poison as poisoning
from tests.monitor import recounted
from tests.monitor.watched import Elsewhere

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOON = NOW + timedelta(minutes=5)
RESTED = SOON + job_turn.RESTS_FOR
LATER = NOW + timedelta(hours=2)
MIGRATION = "0004_recount_is_a_job"
ADDRESS = ("host", "port", "user", "password", "dbname")


def _publish_for_all(*, now: Any = SOON, effective_at: Any = None) -> PolicyVersion:
    """Promise a first response within six minutes, to clocks that run as well."""
    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.latest("version")
    return versions.publish_policy(
        policy=policy,
        rules={"targets": {"first_response": {"seconds": 360}}},
        position=last.position,
        calendar=last.calendar,
        now=now,
        effective_at=effective_at,
        scope="new_and_open",
    )


def test_a_new_version_reaches_open_tickets_chunk_by_chunk(make: Make) -> None:
    tickets = [make.ticket() for _ in range(5)]
    version = _publish_for_all()

    reached = []
    while done := recounted.go_on(now=SOON, limit=2):
        reached.append(done)

    assert reached == [2, 2, 1]
    assert (Job.objects.get().finished_at, Job.objects.get().total) == (SOON, 5)
    due = set(Clock.objects.filter(metric="first_response").values_list("policy_version", "due_at"))
    assert due == {(version.pk, NOW + timedelta(minutes=6))}
    assert recount.check([ticket.pk for ticket in tickets], now=SOON) == []
    assert Flag.objects.filter(level="at_risk", raised_at=SOON).count() == 5


def test_a_step_locks_few_tickets_however_many_may_be_done(make: Make) -> None:
    with transaction.atomic():
        opening.open_tickets([make.shape() for _ in range(recount.TOGETHER + 1)], store=make.store(), now=NOW)
    assert [len(ids) for ids in recount.chunks(everything=True)] == [recount.TOGETHER, 1]
    recount_job.ask(now=SOON)

    assert recounted.go_on(now=SOON, limit=500) == recount.TOGETHER <= 50
    assert recounted.go_on(now=SOON, limit=500) == 1


def test_one_ticket_that_cannot_be_recounted_stops_no_other(make: Make, poison: None) -> None:
    good, bad = make.ticket(), make.ticket()
    poisoning.poison(bad)
    with transaction.atomic():
        assignment.acknowledge(ticket=bad, by=make.agent(), now=SOON)
    version = _publish_for_all()

    assert recounted.go_on(now=SOON) == 2
    assert recounted.go_on(now=SOON) == 0
    job = Job.objects.get()
    assert (job.finished_at, job.error_count) == (SOON, 1)
    assert job.errors.get().what == bad.reference
    assert "poisoned" in job.errors.get().why
    assert Clock.objects.get(ticket=good, metric="first_response").policy_version == version


@pytest.mark.django_db(transaction=True)
def test_what_fails_in_passing_is_recounted_the_next_time(make: Make, second: psycopg.Connection) -> None:
    tickets = [make.ticket() for _ in range(3)]
    _publish_for_all()
    assert recounted.go_on(now=SOON, limit=1) == 1

    with second.transaction():
        second.execute("SELECT FROM helpdesk_ticket WHERE id = %s FOR UPDATE", [tickets[1].pk])
        _go_on_without_patience()

    assert "lock timeout" in Job.objects.get().failure
    assert recounted.go_on(now=RESTED) == 2


def _go_on_without_patience() -> None:
    """Go on, but give up on a lock that is not free within 50 ms."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        assert recounted.go_on(now=SOON) == 0


class SlowOpening:
    """A ticket that is written and not committed yet, elsewhere."""

    def __init__(self, make: Make, elsewhere: Elsewhere) -> None:
        self._written, self._may_end = Event(), Event()
        self._ticket: Future[Ticket] = elsewhere(lambda: self._open(make))
        assert self._written.wait(20)

    def finish(self) -> Ticket:
        """Let it be committed."""
        self._may_end.set()
        return self._ticket.result(timeout=20)

    def _open(self, make: Make) -> Ticket:
        with transaction.atomic():
            ticket = make.ticket()
            self._written.set()
            assert self._may_end.wait(20)
        return ticket


@pytest.mark.django_db(transaction=True)
def test_a_recount_waits_for_a_ticket_that_is_opened_under_the_old_version(
    make: Make, elsewhere: Elsewhere
) -> None:
    make.store()
    opening = SlowOpening(make, elsewhere)
    version = _publish_for_all()
    assert recounted.go_on(now=SOON) == 0
    assert Job.objects.get().is_waiting

    ticket = opening.finish()
    assert recounted.go_on(now=RESTED) == 1
    assert Clock.objects.get(ticket=ticket, metric="first_response").policy_version == version


@pytest.mark.django_db(transaction=True)
def test_a_recount_waits_for_who_began_while_the_version_was_not_committed_yet(
    make: Make, elsewhere: Elsewhere
) -> None:
    make.store()
    with transaction.atomic():
        version = _publish_for_all()
        opening = SlowOpening(make, elsewhere)
    assert recounted.go_on(now=SOON) == 0
    assert Job.objects.get().is_waiting

    ticket = opening.finish()
    assert recounted.go_on(now=RESTED) == 1
    assert Clock.objects.get(ticket=ticket, metric="first_response").policy_version == version


def test_a_writer_of_another_database_holds_no_recount_up(make: Make) -> None:
    make.ticket()
    others = connection.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**{key: value for key, value in others.items() if key in ADDRESS}) as other:
        other.execute("SELECT pg_current_xact_id()")
        _publish_for_all()

        assert recounted.go_on(now=SOON) == 1


def test_a_ticket_that_came_and_went_while_a_version_was_published_is_recounted(make: Make) -> None:
    begun = database_now()
    ticket = make.ticket(now=begun)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=begun)
    version = _publish_for_all(now=begun)
    recounted.go_on(now=database_now())

    assert Clock.objects.get(ticket=ticket, metric="first_response").policy_version == version


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_recount_the_same_tickets(make: Make, elsewhere: Elsewhere) -> None:
    make.ticket()
    _publish_for_all()

    with transaction.atomic():
        Job.objects.select_for_update(no_key=True).get()
        assert elsewhere(lambda: recounted.go_on(now=SOON)).result(timeout=20) == 0
    assert recounted.go_on(now=SOON) == 1


def seen(job: Job) -> Job:
    """Let a worker have had a look at who writes, and no more."""
    Job.objects.filter(pk=job.pk).update(state={"barrier": 0})
    return job


def test_a_recount_is_over_with_a_newer_one_that_has_begun(make: Make) -> None:
    make.ticket()
    older, newer = seen(recount_job.ask(now=SOON)), recount_job.ask(now=SOON)

    assert recounted.go_on(now=SOON) == 0, "the older one waits"
    assert recounted.go_on(now=SOON) == 1
    recounted.go_on_to_the_end(now=SOON)

    older, newer = Job.objects.get(pk=older.pk), Job.objects.get(pk=newer.pk)
    assert (older.finished_at, older.done, older.result) == (SOON, 0, {"over_with": newer.pk})
    assert recount_job.RECOUNT.outcome(older) == f"Over with the newer recount #{newer.pk}."
    assert (newer.finished_at, newer.done) == (SOON, 1)


def test_one_that_was_called_off_before_it_began_leaves_the_older_one_to_do(make: Make) -> None:
    make.ticket()
    seen(recount_job.ask(now=SOON))
    job_request.cancel(recount_job.ask(now=SOON), now=SOON)

    assert recounted.go_on(now=SOON) == 1


def test_a_recount_that_nobody_has_looked_at_is_not_asked_for_twice(make: Make) -> None:
    make.ticket()
    first = recount_job.ask(now=SOON)

    assert recount_job.ask(now=LATER) == first
    assert recount_job.ask(now=LATER, everything=True) != first

    seen(first)
    assert recount_job.ask(now=LATER) != first


def test_a_recount_of_everything_is_not_over_with_one_of_live_tickets(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    Clock.objects.filter(metric="resolution").update(outcome="voided")
    later = database_now()
    everything = recount_job.ask(now=later, everything=True)
    recount_job.ask(now=later)

    assert recounted.go_on(now=later) == 1
    recounted.go_on_to_the_end(now=later)
    assert "over_with" not in Job.objects.get(pk=everything.pk).result
    assert recount.check([ticket.pk], now=later) == []


def test_what_came_and_went_between_two_versions_is_recounted_with_the_newer(make: Make) -> None:
    begun = database_now()
    ticket = make.ticket(now=begun)
    first = Clock.objects.get(metric="first_response").policy_version
    _publish_for_all(now=begun)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=begun)
    Clock.objects.filter(metric="first_response").update(policy_version=first)
    later = database_now()
    _publish_for_all(now=later)
    recounted.go_on_to_the_end(now=later)

    assert recount.check([ticket.pk], now=later) == []


def test_a_version_to_come_asks_for_a_second_recount_when_it_is_there(make: Make) -> None:
    make.ticket()
    _publish_for_all(effective_at=LATER)
    assert recounted.go_on(now=SOON) == 1
    assert recounted.go_on(now=SOON) == 0
    now, then = Job.objects.order_by("pk")
    assert (now.finished_at, then.is_waiting) == (SOON, True)

    assert recounted.go_on(now=LATER) == 1
    assert recounted.go_on(now=LATER) == 0
    assert Job.objects.get(pk=then.pk).finished_at == LATER


def test_one_that_is_still_to_come_holds_none_up_and_none_is_over_with_it(make: Make) -> None:
    make.ticket()
    seen(recount_job.ask(now=SOON))
    recount_job.ask_again(at=LATER, now=SOON)

    assert recounted.go_on(now=SOON) == 1


def test_one_that_was_to_come_is_not_over_with_one_that_began_before_it(make: Make) -> None:
    make.ticket()
    to_come = recount_job.ask_again(at=LATER, now=SOON)
    recount_job.ask(now=SOON)
    assert recounted.go_on(now=SOON) == 1

    recounted.go_on_to_the_end(now=LATER)
    to_come.refresh_from_db()
    assert (to_come.done, to_come.finished_at) == (1, LATER)


def test_versions_that_begin_together_are_recounted_together() -> None:
    first = recount_job.ask_again(at=LATER, now=NOW)

    assert recount_job.ask_again(at=LATER, now=SOON) == first
    assert recount_job.ask_again(at=LATER + timedelta(hours=1), now=SOON) != first
    assert recount_job.RECOUNT.title(first) == "Recount of live tickets at March 9, 2026, 5 p.m."


def test_an_unfinished_recounting_became_a_job() -> None:
    """The migration, in the state of the tables before it."""
    loader = MigrationLoader(connection)
    before = loader.project_state(list(loader.get_migration("monitor", MIGRATION).dependencies)).apps
    with connection.schema_editor() as editor:
        editor.create_model(before.get_model("monitor", "Recounting"))
    asked = before.get_model("monitor", "Recounting").objects
    asked.create(asked_at=NOW, finished_at=NOW)
    asked.create(asked_at=NOW, reached=7, barrier=12)
    asked.create(asked_at=SOON)

    import_module(f"monitor.migrations.{MIGRATION}").move_unfinished(before, None)

    [going, waiting] = Job.objects.order_by("pk")
    assert (going.kind, going.is_running, going.state["reached"], going.state["barrier"]) == (
        "recount",
        True,
        7,
        12,
    )
    assert (waiting.asked_at, waiting.is_waiting, waiting.arguments) == (SOON, True, {"everything": False})


def test_an_upgrade_asks_for_places_to_be_worked_out_again_where_there_are_any(make: Make) -> None:
    upgrade = import_module("monitor.migrations.0006_standing_by_turn").ask_for_a_recount
    upgrade(apps, None)
    assert not Job.objects.exists()

    ticket = make.ticket()
    Standing.objects.update(waiting_due_at=None, due_at=None, late_at=None, risky=None, nearly_due=None)
    upgrade(apps, None)
    recounted.go_on_to_the_end(now=LATER)

    assert recount.check([ticket.pk], now=LATER) == []
