"""Of two who write at once what may be there once, the second is told as if they had come later."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from helpdesk.models import Agent, Invitation
from tests.make import Make

ROUNDS = 5


@pytest.fixture
def admins(transactional_db: None, make: Make) -> list[Client]:
    clients = [Client(raise_request_exception=False) for _ in range(2)]
    for client in clients:
        client.force_login(make.agent("admin"))
    return clients


def post_at_once(clients: list[Client], address: str, form: Mapping[str, object]) -> list[int]:
    """Send the form from each, on a connection of its own, all together; return how each was answered."""
    start = Barrier(len(clients))

    def post(client: Client) -> int:
        try:
            start.wait(timeout=10)
            return client.post(address, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as threads:
        return sorted(threads.map(post, clients))


def test_of_two_invitations_to_one_address_the_later_one_is_good(admins: list[Client], make: Make) -> None:
    queue = make.queue()
    for number in range(ROUNDS):
        form = {"email": f"new{number}@x.example", "queue": queue.pk, "role": "member"}

        assert post_at_once(admins, reverse("invitations"), form) == [302, 302]

        assert Invitation.objects.unanswered().filter(email=form["email"]).count() == 1


def test_of_two_agents_of_one_address_the_second_is_refused_on_the_form(admins: list[Client]) -> None:
    for number in range(ROUNDS):
        form = {
            "email": f"new{number}@x.example", "name": "Nia", "locale": "en", "timezone": "UTC",
            "usable_password": "true", "password1": "correct horse 9 b", "password2": "correct horse 9 b",
            "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
        }  # fmt: skip

        assert post_at_once(admins, reverse("admin:helpdesk_agent_add"), form) == [200, 302]

        assert Agent.objects.filter(email=form["email"]).count() == 1
