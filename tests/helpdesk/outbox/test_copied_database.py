"""A database that was put back or copied gives no number twice, and lets nothing out until somebody has looked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from helpdesk.models import DatabaseHome, Delivery
from helpdesk.outbox import claims, copied_database
from tests.helpdesk.outbox.carrier import Carrier, let_out, put
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + timedelta(hours=1)
SMALL = {"monitor_calendarnumber"}
"""What is small for ever, and says nothing outside its database."""
BACKUP = "ALTER SEQUENCE helpdesk_ticket_id_seq RESTART WITH 7"
"""Let the numbers of tickets stand where a backup has them; unlike `setval`, it ends with the test."""


def copied() -> None:
    """Let the database be where it says that it is not."""
    copied_database.look(now=NOW)
    DatabaseHome.objects.update(place="another server")


def last_values() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE last_value > 0")
        return dict(cursor.fetchall())


def test_a_database_that_stays_where_it_is_lets_everything_out(carrier: Carrier) -> None:
    for number in (1, 2):
        put(number, now=NOW)
        let_out(NOW)

    assert carrier.numbers() == [[1], [2]]
    assert copied_database.held_since() is None


def test_what_waited_when_it_was_copied_stays(carrier: Carrier) -> None:
    put(1, now=NOW)
    copied()
    assert claims.claim(now=LATER) is None, "before anybody has noticed"
    let_out(LATER)

    assert carrier.parcels == []
    assert copied_database.held_since() == LATER
    let_out(LATER + timedelta(days=30))
    assert Delivery.objects.waiting().count() == 1


def test_so_does_what_came_since(carrier: Carrier) -> None:
    copied()
    let_out(NOW)
    put(1, now=LATER)
    let_out(LATER)

    assert carrier.parcels == []


def test_once_somebody_has_looked_all_of_it_leaves(carrier: Carrier) -> None:
    put(1, now=NOW)
    copied()
    let_out(NOW)
    assert copied_database.release(give_up=False, now=LATER) == 1
    let_out(LATER)

    assert carrier.numbers() == [[1]]
    assert copied_database.look(now=LATER) is None


def test_or_only_what_came_since(carrier: Carrier) -> None:
    put(1, now=NOW)
    copied()
    let_out(NOW)
    put(2, now=LATER, key=2)
    assert copied_database.release(give_up=True, now=LATER) == 1
    let_out(LATER)

    assert carrier.numbers() == [[2]]
    assert Delivery.objects.given_up().get().last_error == "held back after a restore"


def test_a_copy_of_a_copy_is_held_since_the_first(carrier: Carrier) -> None:
    put(1, now=NOW)
    copied()
    let_out(NOW)
    copied()
    let_out(LATER)

    assert copied_database.held_since() == NOW
    assert copied_database.release(give_up=True, now=LATER) == 1


def test_no_number_is_given_twice(make: Make) -> None:
    before = make.ticket()
    copied()
    known = last_values()
    copied_database.look(now=NOW)
    leapt = last_values()

    ours = {name for name in known if name.startswith(("helpdesk_", "monitor_"))} - SMALL
    assert {"helpdesk_ticket_id_seq", "helpdesk_message_id_seq"} <= ours
    assert all(leapt[name] >= known[name] + 100_000 for name in ours)
    assert all(leapt[name] == known[name] for name in SMALL & known.keys())
    assert make.ticket().pk > before.pk + 100_000


def test_a_second_copy_leaps_beyond_what_the_first_gave() -> None:
    """Both begin from the same backup, the second a minute later, and the first gave twenty a second meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(BACKUP)
        cursor.execute(
            copied_database.LEAP.replace("clock_timestamp()", "clock_timestamp() - interval '1 minute'")
        )
        given = last_values()["helpdesk_ticket_id_seq"] + 60 * 20
        cursor.execute(BACKUP)
        cursor.execute(copied_database.LEAP)

    assert last_values()["helpdesk_ticket_id_seq"] > given


def test_numbers_of_other_packages_stay() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('django_migrations_id_seq')")
    before = last_values()["django_migrations_id_seq"]
    copied()
    copied_database.look(now=NOW)

    assert last_values()["django_migrations_id_seq"] == before


def test_somebody_may_say_that_it_was_copied(carrier: Carrier) -> None:
    put(1, now=NOW)
    copied_database.hold(now=NOW)
    copied_database.hold(now=LATER)
    let_out(LATER)

    assert carrier.parcels == []
    assert copied_database.held_since() == NOW
