"""What a test leaves connected is no fault of the one that happens to come last."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation

from tests.plugin import dropping

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_a_database_is_dropped_though_somebody_is_connected(capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{connection.settings_dict['NAME']}_left"
    place, role = connection.settings_dict["HOST"], connection.settings_dict["USER"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')

    with psycopg.connect(host=place, user=role, dbname=name, application_name="forgotten") as left:
        dropping.drop(DatabaseCreation(connection), name, 0)

        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")

    assert f"still connected to {name}: forgotten" in capsys.readouterr().err
