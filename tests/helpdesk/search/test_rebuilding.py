"""All search rows are written anew by a job: where one asks for it, and where a version writes them otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_request, job_turn
from helpdesk.models import Environment, Job, SearchRow
from helpdesk.search import search_rows, ticket_search
from helpdesk.search.search_terms import terms_of
from helpdesk.search.ticket_search import SearchFilter
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db


def found(question: str, queue_ids: Sequence[int] | None = None) -> list[int]:
    within = SearchFilter(environment=Environment.LIVE, queue_ids=queue_ids)
    return [hit.ticket_id for hit in ticket_search.find(terms_of(question), within)]


def test_all_are_written_anew_by_a_job_that_goes_on_where_it_was_left(make: Make) -> None:
    tickets = [make.ticket(body="kettle").pk for _ in range(5)]
    job_request.ask("search_rebuild", now=NOW)

    assert job_turn.take(now=NOW, limit=2)
    assert set(found("kettle")) == set(tickets[-2:])
    for _ in range(3):
        assert job_turn.take(now=NOW, limit=2)

    assert set(found("kettle")) == set(tickets)
    job = Job.objects.get()
    assert (job.done, job.total, job.finished_at is not None) == (5, 5, True)


def test_an_upgrade_asks_for_rows_with_their_queue_among_their_words_where_there_are_any(make: Make) -> None:
    upgrade = import_module("helpdesk.migrations.0082_search_within_queues").begin
    upgrade(apps, None)
    assert not Job.objects.exists()

    ticket = make.ticket(subject="The broken kettle")
    with transaction.atomic():
        search_rows.catch_up(limit=1)
    SearchRow.objects.update(words=["kettle"])  # as the version before wrote them
    upgrade(apps, None)
    assert found("kettle", queue_ids=[ticket.queue_id]) == []
    assert Job.objects.unfinished().get().kind == "search_rebuild"
    assert job_turn.take(now=database_now(), limit=2)

    assert found("kettle", queue_ids=[ticket.queue_id]) == [ticket.pk]
