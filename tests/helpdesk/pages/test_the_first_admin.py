"""A fresh start says how to make the first admin, and says it no more once there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.management.commands.prepare import NO_ADMIN
from helpdesk.models import Agent
from tests.make import Make

WORDS = "./dev manage createsuperuser"


@pytest.fixture(autouse=True)
def no_demo(settings: Settings) -> None:
    settings.ATTEND_DEMO = settings.DEMO_IS_OPEN = False


def is_told(client: Client) -> bool:
    return WORDS in client.get(reverse("login")).content.decode()


def test_the_page_where_one_looks_for_a_way_in_says_it(client: Client, make: Make) -> None:
    assert is_told(client)
    make.agent("owner")
    assert is_told(client), "who can invite nobody is no admin"

    make.agent("admin")
    assert not is_told(client)


def test_an_admin_who_left_counts_no_more(client: Client, make: Make) -> None:
    Agent.objects.filter(pk=make.agent("admin").pk).update(is_active=False)
    assert is_told(client)


@pytest.mark.parametrize("is_open", [True, False])
def test_the_demos_admin_is_one_in_an_open_demo_only(
    client: Client, make: Make, settings: Settings, is_open: bool
) -> None:
    Agent.objects.filter(pk=make.agent("admin").pk).update(is_demo=True)
    settings.DEMO_IS_OPEN = is_open
    assert is_told(client) != is_open


@pytest.mark.django_db
def test_what_prepares_a_server_says_it(
    make: Make, settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    call_command("prepare")
    assert NO_ADMIN in capsys.readouterr().out

    make.agent("admin")
    call_command("prepare")
    assert NO_ADMIN not in capsys.readouterr().out
