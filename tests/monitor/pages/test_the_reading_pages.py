"""Another helpdesk's API opened on a page: read by the workers, with its progress shown, and opened anew."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Job
from helpdesk.secrets import key_ring
from monitor import tasks
from monitor.models import Opinion, OpinionSource
from tests.make import Make
from tests.monitor.opinion import exports
from tests.monitor.opinion.reading.stand_in import TOKEN, Fault, StandIn, standing_in

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BARE = TOKEN.removeprefix("Bearer ")


@pytest.fixture
def zendesk(settings: Settings) -> Iterator[StandIn]:
    with standing_in() as there:
        settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
        settings.OPINION_ADDRESSES = {"zendesk": there.address + "/%.0s"}
        yield there


@pytest.fixture
def admin(make: Make, client: Client) -> Client:
    client.force_login(make.agent("admin"))
    return client


def ask(client: Client, vendor: str = "zendesk", **more: Any) -> Any:
    form = {"account": "acme", "token": BARE, "days": 3650, "robots": str(exports.ROBOT)} | more
    return client.post(reverse("opinion-source") + f"?vendor={vendor}", form)


def page(client: Client) -> str:
    answer = client.get(reverse("second-opinion", args=[Opinion.objects.get().pk]))
    return " ".join(answer.content.decode().split())


def test_a_token_is_given_and_the_workers_read_and_count(admin: Client, zendesk: StandIn) -> None:
    ask(admin)
    assert "Reading <bdi>acme</bdi>" in page(admin)
    assert "0 records have been read" in page(admin)

    tasks.read_opinions()
    while Job.objects.unfinished().exists():
        job_turn.take(now=database_now() + timedelta(minutes=1), limit=500)

    assert "5 differ" in page(admin)
    assert "Reading" not in page(admin)
    assert OpinionSource.objects.get().authorization == ""


def test_a_refused_token_says_why_and_another_goes_on(admin: Client, zendesk: StandIn) -> None:
    zendesk.faults = {2: Fault(403)}
    ask(admin)
    tasks.read_opinions()
    assert "has to be an admin" in page(admin)
    address = reverse("opinion-reading", args=[Opinion.objects.get().pk])
    assert "Go on reading" in admin.get(address).content.decode()

    admin.post(address, {"token": BARE})
    tasks.read_opinions()

    assert OpinionSource.objects.get().finished_at is not None


def test_what_is_in_the_way_is_shown_with_when_it_is_asked_again(admin: Client, zendesk: StandIn) -> None:
    zendesk.faults = {1: Fault(429, {"Retry-After": "40"})}
    ask(admin)
    tasks.read_opinions()

    assert "HTTP 429" in page(admin)
    assert "asked again" in page(admin)


def test_with_an_email_it_is_an_api_token(admin: Client) -> None:
    ask(admin, email="ann@acme.example", token="secret")

    kind, told = key_ring.unseal(OpinionSource.objects.get().authorization).split()
    assert (kind, b64decode(told)) == ("Basic", b"ann@acme.example/token:secret")


@pytest.mark.parametrize(
    ("vendor", "email", "header"),
    [
        ("freshdesk", "", ["Basic", "secret:X"]),
        ("freshdesk", "ann@acme.example", ["Basic", "secret:X"]),
        ("gorgias", "ann@acme.example", ["Basic", "ann@acme.example:secret"]),
        ("gorgias", "", ["Bearer", "secret"]),
    ],
)
def test_each_helpdesk_is_let_in_to_as_it_documents(
    admin: Client, vendor: str, email: str, header: list[str]
) -> None:
    ask(admin, vendor, email=email, token="secret", account=f"acme.{vendor}.com")

    source = OpinionSource.objects.select_related("opinion").get()
    kind, told = key_ring.unseal(source.authorization).split()
    assert [kind, b64decode(told).decode() if kind == "Basic" else told] == header
    assert (source.account, source.opinion.vendor) == ("acme", vendor)


@pytest.mark.parametrize("vendor", ["zendesk", "freshdesk", "gorgias"])
def test_a_page_names_whose_helpdesk_is_read(admin: Client, vendor: str) -> None:
    page = admin.get(reverse("opinion-source") + f"?vendor={vendor}").content.decode()

    assert f"Read from {vendor.capitalize()}" in page
    assert f"\u2066.{vendor}.com\u2069" in page
    assert ('name="email"' in page) is (vendor != "freshdesk")


def test_a_helpdesk_that_is_not_known_is_not_there(admin: Client) -> None:
    assert admin.get(reverse("opinion-source") + "?vendor=nobody").status_code == 404


@pytest.mark.parametrize(
    "account", ["acme", "ACME", "acme.zendesk.com", "https://acme.zendesk.com", " https://acme.zendesk.com/ "]
)
def test_the_account_may_be_given_as_its_address(admin: Client, account: str) -> None:
    ask(admin, account=account)

    assert OpinionSource.objects.get().account == "acme"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account": "acme.example.com"}, "is no account"),
        ({"account": "127.0.0.1"}, "is no account"),
        ({"account": "acme@elsewhere"}, "is no account"),
        ({"account": "https://acme.zendesk.com.evil.example"}, "is no account"),
        ({"account": ""}, "This field is required"),
        ({"token": ""}, "This field is required"),
        ({"token": "two words"}, "no blanks"),
        ({"token": "tok\r\nX: y"}, "no blanks"),
        ({"email": "nobody"}, "Enter a valid email"),
        ({"days": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_form_that_is_wrong_says_where_and_never_repeats_the_token(
    admin: Client, wrong: dict[str, str], said: str
) -> None:
    answer = ask(admin, **wrong)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert BARE not in answer.content.decode()
    assert not Opinion.objects.exists()


def test_what_is_read_to_its_end_takes_no_other_token(admin: Client, zendesk: StandIn) -> None:
    ask(admin)
    tasks.read_opinions()

    address = reverse("opinion-reading", args=[Opinion.objects.get().pk])
    assert admin.post(address, {"token": BARE}).status_code == 404
