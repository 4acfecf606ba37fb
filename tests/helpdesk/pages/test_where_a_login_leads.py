"""A login leads to a page that can be opened, never to an address that takes forms alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from helpdesk.models import Ticket
from helpdesk.pages.frame.way_on import arrival
from helpdesk.pages.urls import urlpatterns
from tests.make import PASSWORD, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NUMBER = {"number": 1, "uid": 1, "reference": "T-0000000", "kind": "composer", "public_id": "x"}


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket()


def log_in(client: Client, make: Make, wanted: str) -> str:
    typed = {"username": make.agent().email, "password": PASSWORD, "next": wanted}
    answer = client.post(reverse("login"), typed)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.mark.parametrize("name", ["ticket-assignee", "ticket-tags", "ticket-messages", "ticket-undo"])
def test_from_a_form_of_a_ticket_to_its_page(client: Client, make: Make, ticket: Ticket, name: str) -> None:
    wanted = reverse(name, args=[ticket.reference])
    assert log_in(client, make, wanted) == reverse("ticket", args=[ticket.reference])


def test_from_any_other_to_the_page_above_it(client: Client, make: Make) -> None:
    assert log_in(client, make, reverse("session-ending", args=[1])) == reverse("usersessions_list")
    assert log_in(Client(), make, reverse("environment")) == "/"


def test_a_page_that_can_be_opened_is_opened_with_all_that_its_address_says(
    client: Client, make: Make
) -> None:
    wanted = f"{reverse('tickets')}?status=open"
    assert log_in(client, make, wanted) == wanted
    assert log_in(Client(), make, "/nowhere/") == "/nowhere/"


@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: str(route.pattern))
def test_it_is_known_of_every_address_whether_it_can_be_opened(
    client: Client, make: Make, route: URLPattern
) -> None:
    parts = {name: NUMBER[name] for name in route.pattern.regex.groupindex if name in NUMBER}
    if len(parts) < len(route.pattern.regex.groupindex):
        pytest.skip("an address that nobody can be sent back to")
    address = reverse(str(route.name), kwargs=parts)
    client.force_login(make.agent("admin"))
    takes_forms_alone = client.get(address).status_code == 405

    assert (arrival(address) != address) == takes_forms_alone
