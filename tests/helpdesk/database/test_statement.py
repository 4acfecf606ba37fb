"""Statements past the ORM: on connections that died, and for one id as for many."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from helpdesk.database.statement import of, run, run_first
from helpdesk.models import Ticket
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

WHO = "SELECT pg_backend_pid()"


@pytest.fixture
def dead(db: None) -> int:
    """Let our connection die before this request has looked at it; return who served it."""
    server = _kill()
    connection.health_check_done = False  # type: ignore[attr-defined]  # as at the beginning of a request
    return server


def _kill() -> int:
    """Have the server end our connection; return who served it."""
    [(server,)] = run(WHO, ())
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [server])
    return int(server)


def test_the_first_statement_finds_out_that_the_connection_is_dead(dead: int) -> None:
    [(server,)] = run_first(WHO, ())

    assert server != dead
    assert run(WHO, ()) == [(server,)]


def test_a_transaction_is_not_begun_anew_on_another_connection() -> None:
    with pytest.raises(OperationalError), transaction.atomic():  # noqa: PT012  # it dies inside
        _kill()
        run_first(WHO, ())


def test_a_connection_that_dies_later_in_the_request_is_told_of(dead: int) -> None:
    connection.health_check_done = True  # type: ignore[attr-defined]  # something has been read already

    with pytest.raises(OperationalError):
        run_first(WHO, ())
    connection.close()


def test_django_asks_no_more_once_the_first_statement_has_been_answered(dead: int) -> None:
    run_first(WHO, ())

    with connection.execute_wrapper(_nobody), transaction.atomic():
        assert connection.health_check_done  # type: ignore[attr-defined]


def _nobody(*_: object) -> None:
    raise AssertionError("somebody asked")


@pytest.mark.parametrize("count", [1, 3])
def test_a_statement_reads_what_is_asked_of_one_id_as_of_many(make: Make, count: int) -> None:
    numbers = [make.ticket().pk for _ in range(3)][:count]

    found = run(
        *of(numbers, "SELECT id FROM helpdesk_ticket WHERE id = ANY(%s::bigint[]) AND subject <> %s", ["-"])
    )

    assert sorted(number for (number,) in found) == numbers
    assert Ticket.objects.count() == 3
