"""No two stores of an environment, queues, policies or calendars have names that are the same to people."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.models import Queue, Store
from helpdesk.models.alike_names import FoldedName, folded, one_of_a_name, tell_apart
from monitor.models import Calendar, Policy
from tests.make import Make

ROUNDS = 4
NO_VERSIONS = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
NO_PEOPLE = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
SPELLINGS = ["Nord  West", "NORD WEST", "\uff2eord west"]


@pytest.mark.django_db
@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("kind", [Queue, Policy, Calendar])
def test_the_database_holds_it_whoever_writes(kind: Any, spelled: str) -> None:
    kind.objects.create(name="Nord West")

    with pytest.raises(IntegrityError, match="one_of_a_name"), transaction.atomic():
        kind.objects.create(name=spelled)


@pytest.mark.django_db
def test_nothing_is_one_to_the_database_that_we_tell_apart() -> None:
    with connection.cursor() as cursor:
        lowered = FoldedName.template % {"expressions": "chr(sign)"}
        cursor.execute(
            f"SELECT chr(sign), {lowered} FROM generate_series(161, x'1ffff'::int) sign"  # noqa: S608
            " WHERE sign NOT BETWEEN x'd800'::int AND x'dfff'::int"
        )
        told = [row for row in cursor.fetchall() if unicodedata.category(row[0]) != "Cn"]

    ours: dict[str, set[str]] = {}  # of the signs that our release of Unicode knows, too
    for sign, theirs in told:
        ours.setdefault(theirs, {folded(theirs)}).add(folded(sign))
    assert len(told) > 80_000
    assert {theirs: apart for theirs, apart in ours.items() if len(apart) > 1} == {}


@pytest.mark.parametrize("spelled", ["No\u200brd", "\u202enord\u202c", "nord\ufeff", "\u2066NORD"])
def test_names_are_not_told_apart_by_what_nobody_sees(spelled: str) -> None:
    assert folded(spelled) == folded("Nord")


@pytest.mark.django_db
def test_stores_of_other_environments_may_share_a_name(make: Make) -> None:
    make.store("Nord West", environment="live")
    make.store("NORD WEST", environment="test")

    with pytest.raises(IntegrityError, match="store_one_of_a_name"), transaction.atomic():
        make.store("nord west", environment="test")


@pytest.mark.django_db
def test_names_that_were_the_same_are_told_apart_and_it_is_said(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    within = one_of_a_name("environment")
    within.name = "store_one_of_a_name"
    long = "L" * 200
    with connection.schema_editor() as editor:
        editor.remove_constraint(Store, within)
        for name in ("Shop", "SHOP", "shop", "Shop (2)", long, long.lower()):
            Store.objects.create(name=name, environment="live", default_queue=make.queue())
        make.store("Shop", environment="test")
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        tell_apart(Store.objects.all(), "environment")
        editor.add_constraint(Store, within)

    assert list(Store.objects.in_environment("live").order_by("pk").values_list("name", flat=True)) == [
        "Shop", "SHOP (3)", "shop (4)", "Shop (2)", long, "l" * 196 + " (2)",
    ]  # fmt: skip
    assert Store.objects.in_environment("test").get().name == "Shop"
    assert "Two were called SHOP: the newer one is called SHOP (3) from now on." in caplog.text


def at_once(clients: list[Client], act: Callable[[Client], HttpResponse]) -> list[HttpResponse]:
    """Let each do it on a connection of its own, all starting together."""
    start = Barrier(len(clients))

    def do(client: Client) -> HttpResponse:
        try:
            start.wait(timeout=10)
            return act(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(do, clients))


def post(client: Client, *, address: str, form: dict[str, Any]) -> HttpResponse:
    return client.post(address, form)  # type: ignore[return-value]  # a page's answer


@pytest.fixture
def admins(transactional_db: None, make: Make) -> list[Client]:
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(make.agent("admin"))
    return clients


def test_of_two_admins_who_add_a_store_at_once_the_second_is_told(admins: list[Client]) -> None:
    for number in range(ROUNDS):
        form = {"name": f"Shop {number}", "queue_name": f"Q {number * 100}x", "environment": "live"}
        given = {**form, "locale": "en", "timezone": "UTC", "is_new_queue": "on"}

        answers = at_once(admins, partial(post, address=reverse("stores"), form=given))

        assert sorted(answer.status_code for answer in answers) == [302, 422]
        [told] = [answer.content.decode() for answer in answers if answer.status_code == 422]
        assert f"There is a store of this name: “Shop {number}”." in told
        assert Store.objects.filter(name__iexact=f"Shop {number}").count() == 1


@pytest.mark.parametrize(
    ("page", "kind", "inline", "told"),
    [
        ("helpdesk_queue", Queue, NO_PEOPLE, "There is a queue of this name: "),
        ("monitor_policy", Policy, NO_VERSIONS, "There is one of this name: "),
        ("monitor_calendar", Calendar, NO_VERSIONS, "There is one of this name: "),
    ],
)
def test_so_it_is_in_the_administration(
    admins: list[Client], page: str, kind: Any, inline: dict[str, int], told: str
) -> None:
    for number in range(ROUNDS):
        form = {"name": f"Name {number}", **inline}

        answers = at_once(admins, partial(post, address=reverse(f"admin:{page}_add"), form=form))

        assert sorted(answer.status_code for answer in answers) == [200, 302]
        [again] = [answer.content.decode() for answer in answers if answer.status_code == 200]
        assert told in again
        assert kind.objects.filter(name=f"Name {number}").count() == 1
