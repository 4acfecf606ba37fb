"""The set-up page says in red which queues have nobody to answer, or nobody who is told."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.models import Agent, Environment, Membership, Queue, Role
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def red(client: Client) -> dict[str, str]:
    """Return the queues in red, and what is said of each."""
    html = client.get(reverse("checklist")).content.decode()
    found = re.findall(
        r'<strong class="badge late">.*?<bdi>(.*?)</bdi></strong>\s*(.*?)\s*</li>', html, re.DOTALL
    )
    return dict(found)


def test_a_queue_in_which_nobody_works_is_red(client: Client, admin: Agent, make: Make) -> None:
    make.queue()

    assert red(client)["Support"].startswith("Nobody works in this queue")


def test_so_is_one_that_nobody_oversees(client: Client, admin: Agent, make: Make) -> None:
    make.agent("owner")

    assert red(client)["Support"].startswith("Nobody oversees this queue")


def test_one_with_an_overseer_is_not(client: Client, admin: Agent, make: Make) -> None:
    make.agent("overseer")

    assert red(client) == {}


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_demo": True}])
def test_whoever_cannot_log_in_is_nobody(
    client: Client, admin: Agent, make: Make, gone: dict[str, bool], settings: Settings
) -> None:
    settings.DEMO_IS_OPEN = False
    overseer = make.agent("overseer")
    Agent.objects.filter(pk=overseer.pk).update(**gone)

    assert red(client)["Support"].startswith("Nobody works in this queue")


@pytest.mark.parametrize("is_open", [True, False])
def test_the_demos_people_count_while_it_is_open(make: Make, settings: Settings, is_open: bool) -> None:
    settings.DEMO_IS_OPEN = is_open
    queue = make.queue()
    make.store(environment=Environment.DEMO, queue=queue)

    assert list(Queue.objects.without_overseer()) == ([queue] if is_open else [])
    make.member(make.agent("lead", queue=queue, is_demo=True), queue=queue)
    Membership.objects.update(role=Role.OVERSEER)
    assert not Queue.objects.without_overseer().exists()


def test_a_queue_that_real_stores_use_too_is_no_demo(make: Make, settings: Settings) -> None:
    settings.DEMO_IS_OPEN = False
    make.store(environment=Environment.DEMO)
    make.store(environment=Environment.LIVE)

    assert list(Queue.objects.without_people()) == [make.queue()]


def test_nobody_is_told_that_all_is_set_up_while_somebody_is_missing(
    client: Client, admin: Agent, make: Make
) -> None:
    make.queue()

    assert "All is set up" not in client.get(reverse("checklist")).content.decode()
