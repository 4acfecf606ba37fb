"""The naming cast at every address: who is let in, and what the others are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from helpdesk.models import Agent, Membership, Role
from tests import figures
from tests.config.doors import AT_WORK, DOORS, FORMS, IN, LOGIN, OUTSIDE
from tests.docs.served import page_routes
from tests.furnished import Furnished
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

METHODS = ("get", "post")


@pytest.fixture
def desk(make: Make, settings: Settings) -> Furnished:
    """A desk without what is around every page, and without those who listen: they are no doors."""
    settings.PAGE_BANNERS = settings.TICKET_EVENT_RELAYS = []
    figures.begin()
    return Furnished(make)


def in_a_session(make: Make, name: str) -> Client:
    """Log one of the cast in; whoever is gone was let go since."""
    client = Client(raise_request_exception=False)
    if name == "anybody":
        return client
    elsewhere = make.queue("Elsewhere") if name == "stranger" else None
    agent = make.agent(name, queue=elsewhere)
    if elsewhere:
        Membership.objects.filter(agent=agent).update(role=Role.OVERSEER)
    client.force_login(agent)
    Agent.objects.filter(pk=agent.pk).update(is_active=name != "gone")
    return client


def told(client: Client, method: str, address: str, form: dict[str, object]) -> int | str:
    """Say how a request was answered, and leave nothing of what it did."""
    one = Client(raise_request_exception=False)
    one.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    with transaction.atomic():
        answer = getattr(one, method)(address, form)
        transaction.set_rollback(True)
    if answer.status_code == 302 and answer.headers["Location"].startswith("/login/?next="):
        return LOGIN
    return answer.status_code if answer.status_code in {403, 404, 405} or answer.status_code >= 500 else IN


def expected(name: str) -> dict[tuple[str, str], int | str]:
    return {
        (method, route): doors[at][name]
        for route, doors in DOORS.items()
        for at, method in enumerate(METHODS)
    }


def test_every_address_has_its_doors() -> None:
    assert set(DOORS) == set(page_routes())


@pytest.mark.parametrize("name", [*AT_WORK, *OUTSIDE])
def test_each_is_let_in_where_they_may_go_and_nowhere_else(make: Make, desk: Furnished, name: str) -> None:
    client = in_a_session(make, name)
    found = {
        (method, route): told(client, method, desk.address(route), desk.form(FORMS.get(route, {})))
        for method, route in expected(name)
    }

    assert dict(_other(found, expected(name))) == {}


def _other(
    found: dict[tuple[str, str], int | str], wanted: dict[tuple[str, str], int | str]
) -> Iterator[tuple[str, str]]:
    """Yield where somebody was told something else, and what."""
    for where, said in found.items():
        if said != wanted[where]:
            yield " ".join(where), f"{said}, not {wanted[where]}"
