"""The lists of columns are those of the tables, and of what the clocks say."""

from __future__ import annotations

from datetime import timedelta
from typing import get_type_hints

import pytest
from django.db import connection, models, transaction

from helpdesk.conversation import replies
from monitor.models import Clock, Standing
from monitor.relay import book, fold_input, standings, stored_clocks
from monitor.relay.difference import clocks_of
from monitor.relay.kept_columns import ClockColumns, KeptRow, QueuePlace, clock_columns, typed
from tests.make import NOW, Make

BEYOND_REPLAY = {"id", "rings_at", "superseded_at"}
"""What a stored clock has beside its line: a number, its alarm, and whether it still counts."""

GIVEN_AS = {"timestamp with time zone": "timestamptz", "integer": "bigint", "smallint": "bigint"}
"""How statements call a type of the tables, or what they give where the table is narrower."""


@pytest.mark.parametrize(
    ("row", "table", "beyond"), [(ClockColumns, Clock, BEYOND_REPLAY), (QueuePlace, Standing, set())]
)
def test_every_column_is_listed_with_the_type_that_the_table_gives_it(
    row: KeptRow, table: type[models.Model], beyond: set[str]
) -> None:
    fields = {field.column: field for field in table._meta.concrete_fields if field.column not in beyond}
    listed = dict(column.split() for column in typed(row))

    assert listed == {name: _given_as(field) for name, field in fields.items()}


@pytest.mark.parametrize(("row", "table"), [(ClockColumns, Clock), (QueuePlace, Standing)])
def test_what_may_be_missing_in_a_row_may_be_null_in_the_table(
    row: KeptRow, table: type[models.Model]
) -> None:
    hints = get_type_hints(row)
    optional = {name for name in row._fields if isinstance(None, hints[name])}

    assert optional == {field.column for field in table._meta.concrete_fields if field.null} & set(hints)


@pytest.mark.django_db
@pytest.mark.usefixtures("promises")
def test_what_was_written_is_read_as_it_was_meant(make: Make) -> None:
    tickets = [make.ticket(), make.ticket()]
    with transaction.atomic():
        replies.reply_in_public(
            ticket=tickets[0], author=make.agent(), body="Yes.", now=NOW + timedelta(minutes=5)
        )
    numbers = [ticket.pk for ticket in tickets]

    clocks = clocks_of(fold_input.read_whole(numbers), book.current(), now=NOW)
    meant = [clock_columns(number, clock) for number in numbers for clock in clocks[number]]
    places = standings.places_of(fold_input.read_facts(numbers), clocks)

    assert {row.line for row in stored_clocks.read_rows(numbers).values()} == set(meant)
    assert standings.read_places(numbers) == {place.ticket_id: place for place in places}
    assert {line.outcome for line in meant} == {"", "met"}


def _given_as(field: models.Field[object, object]) -> str:
    """Return the type of a column as statements give it, without its length."""
    kind = str(field.db_type(connection)).partition("(")[0]
    return GIVEN_AS.get(kind, kind)
