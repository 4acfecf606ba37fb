"""A database that knows the letters of English alone is refused before anything is kept in it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection

from config.management.commands.prepare import refuse_unknown_letters
from helpdesk.database.letters import unknown_letters

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_the_one_that_we_bring_knows_them() -> None:
    assert unknown_letters() == ""


@pytest.fixture(params=["UTF8", "SQL_ASCII", "LATIN1"])
def poor_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Turn to a database in the locale C, and back."""
    own, poor = (
        str(connection.settings_dict["NAME"]),
        f"poor_{request.param.lower()}_{connection.settings_dict['NAME']}",
    )
    with psycopg.connect(
        **{**connection.get_connection_params(), "dbname": "postgres"}, autocommit=True
    ) as server:
        made = f"LOCALE_PROVIDER libc TEMPLATE template0 ENCODING {request.param} LOCALE 'C'"
        server.execute(f'CREATE DATABASE "{poor}" {made}')
        connection.close()
        connection.settings_dict["NAME"] = poor
        yield str(request.param)
        connection.close()
        connection.settings_dict["NAME"] = own
        server.execute(f'DROP DATABASE "{poor}"')


def test_one_in_the_locale_c_is_refused_and_told_how_to_make_another(poor_database: str) -> None:
    with pytest.raises(CommandError, match=f"encoding {poor_database}, LC_CTYPE C.*--locale C.UTF-8"):
        refuse_unknown_letters()
