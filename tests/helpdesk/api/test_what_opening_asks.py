"""What sending a ticket asks of the database, and of what writes questions down."""

from __future__ import annotations

import pytest
from django.db.models.sql.compiler import SQLCompiler

from tests.helpdesk.api.conftest import Caller
from tests.helpdesk.api.test_opening import asking
from tests.helpdesk.desk import statements

CUSTOMER = {"external_id": "c_991", "email": "jon@example.com"}


def test_a_ticket_takes_twenty_statements(caller: Caller) -> None:
    caller.post("/tickets", asking())

    assert statements(lambda: caller.post("/tickets", asking(external_id="a1", customer=CUSTOMER))) <= 20


def test_no_query_of_the_framework_is_written_down_for_a_ticket(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller.post("/tickets", asking())
    written: list[str] = []
    write = SQLCompiler.as_sql

    def noting(compiler: SQLCompiler, *given: object, **named: object) -> object:
        written.append(str(compiler.query.model))
        return write(compiler, *given, **named)  # type: ignore[arg-type]  # whatever it is

    monkeypatch.setattr(SQLCompiler, "as_sql", noting)
    assert caller.post("/tickets", asking(external_id="a1", customer=CUSTOMER)).status_code == 201
    assert written == []
